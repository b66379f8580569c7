using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;

namespace Escalation.Tests.Inference.Registry;

public sealed class ModelRegistryTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-models");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_only_version_present_is_the_champion()
    {
        Add("aaa111");
        Assert.Equal("aaa111", Registry.Choose("frustration").Entry?.Version);
        Assert.True(Assert.Single(Registry.List("frustration")).IsChampion);
    }

    [Fact]
    public void Several_versions_without_a_champion_are_listed_in_the_problem()
    {
        Add("aaa111");
        Add("bbb222");
        var choice = Registry.Choose("frustration");
        Assert.Null(choice.Entry);
        Assert.Contains("aaa111, bbb222", choice.Problem, StringComparison.Ordinal);
        Assert.Contains("models promote", choice.Problem, StringComparison.Ordinal);
        Assert.Equal("bbb222", Registry.Choose("frustration", "bbb").Entry?.Version);
    }

    [Fact]
    public void The_champion_is_the_one_that_current_names()
    {
        Add("aaa111");
        Add("bbb222");
        Current("""{"version":"bbb222"}""");
        Assert.Equal("bbb222", Registry.Choose("frustration").Entry?.Version);
    }

    [Fact]
    public void A_champion_that_is_gone_is_a_problem_with_a_way_out()
    {
        Add("aaa111");
        Current("""{"version":"ccc333"}""");
        Assert.Contains("names ccc333, which is not there; present: aaa111", Registry.Choose("frustration").Problem, StringComparison.Ordinal);
    }

    [Theory, InlineData(""), InlineData("{"), InlineData("null"), InlineData("""{"version":""}""")]
    public void A_damaged_current_is_named(string text)
    {
        Add("aaa111");
        Current(text);
        Assert.Contains("current.json", Assert.Throws<ModelFormatException>(() => Registry.Choose("frustration")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_model_says_how_to_get_one()
    {
        Assert.Contains("escalation train", Registry.Choose("frustration").Problem, StringComparison.Ordinal);
        Add("aaa111");
        Assert.Contains("no version zzz; present: aaa111", Registry.Choose("frustration", "zzz").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_start_of_several_versions_is_not_a_name()
    {
        Add("aaa111");
        Add("aaa222");
        Assert.Contains("aaa111, aaa222", Registry.Choose("frustration", "aaa").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_half_written_version_is_not_listed()
    {
        Add(".aaa111.77");
        Assert.Empty(Registry.List("frustration"));
    }

    [Fact]
    public void The_assembly_carries_the_champion_of_the_repository()
    {
        var champion = ModelRegistry.Open(Path.Combine(SomeModel.Repository, "models")).Choose("frustration").Entry!;
        Assert.Equal(champion.Load().Version, EmbeddedModel.Load().Version);
        Assert.Equal(champion.Load().Version.Value, champion.Card().Version);
    }

    private ModelRegistry Registry => ModelRegistry.Open(folder.FullName);

    private void Add(string version)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder.FullName, FrustrationModel.Target, version));
        File.WriteAllBytes(Path.Combine(home.FullName, ModelRegistry.ScorerName), ScorerFile.Write(SomeModel.Content()));
    }

    private void Current(string text) => File.WriteAllText(Path.Combine(folder.FullName, FrustrationModel.Target, ModelRegistry.ChampionName), text);
}
