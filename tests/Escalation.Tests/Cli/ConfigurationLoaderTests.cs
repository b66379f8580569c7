using Escalation.Cli;
using Escalation.Cli.Commands;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Tests.Inference;

namespace Escalation.Tests.Cli;

public sealed class ConfigurationLoaderTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-models");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_whole_model_is_loaded_without_a_word()
    {
        Add("aaa111");
        var load = Load();
        Assert.NotNull(load.Configuration?.Frustration);
        Assert.DoesNotContain(load.Problems, p => p.Contains("model", StringComparison.Ordinal));
    }

    [Theory, InlineData(0), InlineData(40), InlineData(2000)]
    public void A_truncated_scorer_is_named_and_the_rules_go_on(int length)
    {
        var scorer = Add("aaa111");
        File.WriteAllBytes(scorer, File.ReadAllBytes(scorer)[..length]);
        GoesOnWithRules("aaa111/scorer.bin", "train the model again");
    }

    [Theory, InlineData(ModelRegistry.CardName), InlineData(ModelRegistry.ZipName)]
    public void A_version_with_any_other_file_cut_off_or_missing_is_not_used_and_the_file_is_named(string name)
    {
        var file = Path.Combine(Path.GetDirectoryName(Add("aaa111"))!, name);
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^10]);
        GoesOnWithRules("aaa111/" + name, "copy the model's folder again");
        File.Delete(file);
        GoesOnWithRules("aaa111/" + name, "copy the model's folder again");
    }

    [Fact]
    public void A_card_of_another_version_is_named()
    {
        var card = Path.Combine(Path.GetDirectoryName(Add("aaa111"))!, ModelRegistry.CardName);
        File.WriteAllText(card, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(card), "[0-9a-f]{64}", new string('0', 64)));
        GoesOnWithRules("card of version 000000000000", "copy the model's folder again");
    }

    [Fact]
    public void A_champion_that_is_not_there_is_named_and_the_rules_go_on()
    {
        Add("aaa111");
        File.WriteAllText(Path.Combine(folder.FullName, FrustrationModel.Target, ModelRegistry.ChampionName), """{"version":"ccc333"}""");
        GoesOnWithRules("current.json", "present: aaa111");
    }

    [Fact]
    public void Several_versions_without_a_champion_are_listed_and_the_rules_go_on()
    {
        Add("aaa111");
        Add("bbb222");
        GoesOnWithRules("aaa111, bbb222", "models promote");
    }

    [Fact]
    public void An_empty_models_folder_is_named_and_the_rules_go_on() => GoesOnWithRules("frustration", "escalation train");

    private void GoesOnWithRules(string place, string wayOut)
    {
        var load = Load();
        Assert.NotNull(load.Configuration);
        Assert.Null(load.Configuration.Frustration);
        var said = Assert.Single(load.Problems, p => p.EndsWith("going on with rules only", StringComparison.Ordinal));
        Assert.Contains(place, said, StringComparison.Ordinal);
        Assert.Contains(wayOut, said, StringComparison.Ordinal);
    }

    private ConfigurationLoad Load() => ConfigurationLoader.Load(new ConfigurationRequest(Path.Combine(SomeModel.Repository, "rules"), folder.FullName));

    private string Add(string version) => Path.Combine(ModelFolder.Add(folder.FullName, version), ModelRegistry.ScorerName);
}
