using Escalation.Tests.History;

namespace Escalation.Tests.Cli.Commands;

public sealed class RulesCommandTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<Ran> Rules(params string[] args) => EscalationProcess.RunAsync(folder.Path, ["rules", .. args]);

    private void Break()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "rules"));
        folder.Write("rules/signals.json", "[{\"WorkflowName\":\"signals\",\"Rules\":[", "  {\"RuleName\":\"mine\",\"Expression\":\"contacts.Last7d > \",\"Properties\":{\"trigger\":\"keyword_match\",\"confidence\":0.5}}", "]}]");
        folder.Write("rules/policy.json", "{ \"thresholds\": ");
    }

    [Fact]
    public async Task The_built_in_rules_are_sound_for_people_and_machines()
    {
        Assert.Contains("sound; version", (await Rules("check")).Ended(0).Output, StringComparison.Ordinal);
        var json = (await Rules("check", "--json")).Ended(0).Json;
        Assert.Equal((64, 0), (json.GetProperty("version").GetString()!.Length, json.GetProperty("problems").GetArrayLength()));
    }

    [Fact]
    public async Task Check_names_every_problem_with_its_place_and_is_exit_1()
    {
        Break();
        var ran = (await Rules("check")).Ended(1);
        Assert.Matches(@"signals\.json\(2,\d+\): mine: ", ran.Error);
        Assert.Matches(@"policy\.json\(\d+,\d+\): ", ran.Error);
        var json = (await Rules("check", "rules", "--json")).Ended(1).Json;
        Assert.Equal(System.Text.Json.JsonValueKind.Null, json.GetProperty("version").ValueKind);
        Assert.True(json.GetProperty("problems").GetArrayLength() >= 2);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_said() => (await Rules("check", "nowhere")).Ended(1).Says("nowhere");

    [Fact]
    public async Task List_shows_every_rule_with_its_stage_and_condition()
    {
        var json = (await Rules("list", "--json")).Ended(0).Json;
        Assert.True(json.GetArrayLength() >= 40);
        Assert.Contains(json.EnumerateArray(), r => r.GetProperty("name").GetString() == "high_frustration" && r.GetProperty("stage").GetString() == "live");
        Assert.Contains("high_frustration", (await Rules("list")).Ended(0).Output, StringComparison.Ordinal);
        Break();
        (await Rules("list")).Ended(2).Says("mine");
    }
}
