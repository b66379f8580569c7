using Escalation.Tests.History;
using Escalation.Tests.Replay;

namespace Escalation.Tests.Cli.Commands;

/// <summary><c>replay --shadow</c> on a database whose messages were decided with a shadow rule beside the live ones.</summary>
public sealed class ShadowReplayTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public ShadowReplayTests()
    {
        folder.Write("history.jsonl", [.. SomeHistory.Records().Select(Lines.Of)]);
        Rules("running", ""","stage":"shadow","effectiveTo":"2100-01-01" """);
        Rules("promoted", "");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_report_on_recorded_shadow_decisions_is_that_of_a_replay_with_the_shadow_rules_live()
    {
        (await Run("import", "--from", "jsonl", "history.jsonl", "--database", "live.db", "--rules", "running")).Ended(0);
        var shadow = (await Run("replay", "--database", "live.db", "--shadow", "--json", "--out", "report")).Ended(0).Json;
        var replayed = (await Run("replay", "--history", "history.jsonl", "--baseline-rules", "running", "--rules", "promoted", "--json")).Ended(0).Json;
        Assert.Equal(["live", "candidate"], shadow.GetProperty("arms").EnumerateArray().Select(a => a.GetProperty("name").GetString()));
        foreach (var part in (string[])["metrics", "details", "bands", "episodes", "messages", "slices"])
            Assert.Equal(replayed.GetProperty("arms")[1].GetProperty(part).ToString(), shadow.GetProperty("arms")[1].GetProperty(part).ToString());
        // What was in force is what people dismissed: only there a dismissal ends an episode, so that fewer are pending.
        Assert.Equal(replayed.GetProperty("arms")[0].GetProperty("bands").ToString(), shadow.GetProperty("arms")[0].GetProperty("bands").ToString());
        foreach (var metric in (string[])["escalationRate", "falsePositiveRate", "recall", "routingAccuracy"])
        {
            Assert.Equal(replayed.GetProperty("arms")[0].GetProperty("metrics").GetProperty(metric).ToString(), shadow.GetProperty("arms")[0].GetProperty("metrics").GetProperty(metric).ToString());
            Assert.Equal(replayed.GetProperty("differences").GetProperty("candidate-baseline").GetProperty(metric).ToString(), shadow.GetProperty("differences").GetProperty("candidate-live").GetProperty(metric).ToString());
        }
        var (changes, same) = (shadow.GetProperty("changes").GetProperty("candidate-live"), replayed.GetProperty("changes").GetProperty("candidate-baseline"));
        Assert.Equal(same.GetProperty("counts").ToString(), changes.GetProperty("counts").ToString());
        Assert.Equal(1, changes.GetProperty("counts").GetProperty("new_false_alarm").GetInt32());
        Assert.Equal("shadow rule ring", changes.GetProperty("examples")[0].GetProperty("responsible").GetProperty("parts")[0].GetString());
        Assert.Contains("had no effect on tickets", await File.ReadAllTextAsync(Path.Combine(folder.Path, "report", "report.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder.Path, "report", "metrics.csv")) && File.Exists(Path.Combine(folder.Path, "report", "changes.csv")));
    }

    [Fact]
    public async Task A_gate_for_a_candidate_judges_what_runs_in_shadow()
    {
        (await Run("import", "--from", "jsonl", "history.jsonl", "--database", "live.db", "--rules", "running")).Ended(0);
        folder.Write("gate.json", """{"checks":[{"metric":"escalationRate","difference":true,"max":0.1,"minLabels":1}]}""");
        var ran = (await Run("replay", "--database", "live.db", "--shadow", "--gate", "gate.json")).Ended(1);
        Assert.Contains("gate: escalationRate, difference candidate-live: value ", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_shadow_rule_or_with_rules_named_beside_it_is_refused_with_the_way_out()
    {
        (await Run("import", "--from", "jsonl", "history.jsonl", "--database", "live.db", "--rules", "promoted")).Ended(0);
        (await Run("replay", "--database", "live.db", "--shadow")).Ended(2).Says("have no rule with \"stage\": \"shadow\"");
        (await Run("replay", "--database", "live.db", "--shadow", "--rules", "promoted")).Ended(2).Says("--shadow: what was decided is recorded");
        (await Run("replay", "--database", "nowhere.db", "--shadow")).Ended(2).Says("nowhere.db is not there");
        (await Run("replay")).Ended(2).Says("--history: name a folder");
        Assert.False(File.Exists(Path.Combine(folder.Path, "nowhere.db")));
    }

    private Task<Ran> Run(params string[] args) => EscalationProcess.RunAsync(folder.Path, args);

    /// <summary>Escalates on "alarm", and on "bell" by a rule of a stage.</summary>
    private void Rules(string name, string stage)
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, name));
        folder.Write(name + "/signals.json",
            $$"""[{"WorkflowName":"signals","Rules":[{"RuleName":"ring","Expression":"keywords.Has(\"bell\")","Properties":{"trigger":"legal_or_compliance","confidence":0.9{{stage}}} }]}]""");
        folder.Write(name + "/routing.json", """[{"WorkflowName":"routing","Rules":[{"RuleName":"all","Expression":"true","Properties":{"team":"one","priority":"high","slaHours":4,"calendar":"always"}}]}]""");
        folder.Write(name + "/teams.json", """{"teams":{"one":{"name":"1"},"two":{"name":"2"},"general-escalation":{"name":"G"}}}""");
        folder.Write(name + "/policy.json", """{"defaultCalendar":"always"}""");
        folder.Write(name + "/keywords.json", """{"classes":{"alarm":{"trigger":"legal_or_compliance","confidence":0.9,"words":["alarm"]},"bell":{"confidence":0.9,"words":["bell"]}}}""");
    }
}
