using Escalation.Inference.MlNet;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;

namespace Escalation.Tests.Inference;

public sealed class BundledModelTests
{
    private static readonly ModelEntry Champion = ModelRegistry.Open(Path.Combine(SomeModel.Repository, "models")).Choose("frustration").Entry!;

    [Theory]
    [InlineData("This is the third time I am asking and still nobody helps. Absolutely ridiculous, I am so angry and disappointed with you!")]
    [InlineData("Worst service ever. You keep ignoring me and I hate dealing with your useless support.")]
    public void Calls_clear_frustration(string text) => Assert.True(Champion.Load().Score(text) > 0.75);

    [Theory]
    [InlineData("Thank you so much, that solved it! Have a great day.")]
    [InlineData("Hi, could you tell me whether the blue one is available in size 42?")]
    [InlineData("Hello, how do I change the address on my account?")]
    public void Leaves_calm_messages_alone(string text) => Assert.True(Champion.Load().Score(text) < 0.4);

    [Fact]
    public void Its_two_files_are_one_model()
    {
        ModelSelfTest.Run(Champion);
        var scorer = Path.Combine(Champion.Folder!, ModelRegistry.ScorerName);
        var (content, _) = ScorerFile.Read(File.ReadAllBytes(scorer), scorer);
        string[] texts = [.. File.ReadLines(Path.Combine(SomeModel.Repository, "data", "corpus", "seed.jsonl")).Take(60)];
        var difference = MlNetModel.Load(Path.Combine(Champion.Folder!, ModelRegistry.ZipName)).LargestDifference(texts, content);
        Assert.InRange(difference, 0, 1e-5);
    }

    [Fact]
    public void Is_small_and_speaks_english()
    {
        Assert.InRange(new DirectoryInfo(Champion.Folder!).GetFiles().Sum(f => f.Length), 1, 5_000_000);
        Assert.True(Champion.Load().Supports("en"));
        Assert.False(Champion.Load().Supports("de"));
    }

    [Fact]
    public void Its_card_names_only_data_that_may_be_shipped_with_hash_and_licence()
    {
        var card = Champion.Card();
        Assert.Equal(["goemotions.train.csv", "ibm_care.train.csv", "data/corpus/seed.jsonl", "data/corpus/short.jsonl", "data/corpus/trades.jsonl", "data/corpus/people.jsonl"], card.Data.Select(d => d.Name));
        Assert.All(card.Data, d => Assert.Equal(64, d.Sha256.Length));
        Assert.All(card.Data.Take(2), d => Assert.Contains("Apache-2.0", d.Licence, StringComparison.Ordinal));
        foreach (var ours in card.Data.Skip(2))
            Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(SomeModel.Repository, ours.Name)))), ours.Sha256);
    }
}
