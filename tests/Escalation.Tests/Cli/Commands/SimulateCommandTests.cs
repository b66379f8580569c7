using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.Tests.History;
using Escalation.Tests.Replay.Simulation;
using NodaTime;

namespace Escalation.Tests.Cli.Commands;

public sealed class SimulateCommandTests : IDisposable
{
    private const int Answers = 3000;
    private static readonly Instant Begin = Instant.FromUtc(2026, 3, 2, 0, 0);

    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<Ran> Simulate(params string[] args) => EscalationProcess.RunAsync(folder.Path, ["simulate", "--history", "history.jsonl", "--rules", "rules", .. args]);

    /// <summary>A history whose answers came out of a queue of one agent, or later than that queue gives them.</summary>
    private void Write(double late = 1)
    {
        var jobs = SomeQueue.Poisson(11, Answers, .7, 1);
        var run = SomeQueue.Run(jobs, SomeQueue.Always(1));
        var records = new List<HistoryRecord> { new Shift { Id = "s", AgentId = "ann", Team = "first", At = Begin, To = Begin + Duration.FromDays(30) } };
        var truth = new List<string>();
        for (var i = 0; i < Answers; i++)
        {
            var (needed, id) = (i % 12 == 0, FormattableString.Invariant($"m{i:0000}"));
            var (at, answered) = (Begin + Duration.FromMilliseconds(jobs[i].ArrivalMs), Begin + Duration.FromMilliseconds(jobs[i].ArrivalMs + (long)((run.EndMs[i] - jobs[i].ArrivalMs) * late)));
            records.Add(Some.Message(needed ? "This is an alarm" : i % 40 == 1 ? "No alarm at all" : "Where is it?", at, "t" + id, "c" + id, id: id));
            records.Add(Some.Message("Here it is.", answered, "t" + id, "c" + id, author: Author.Agent, id: "r" + id) with { Team = "first", AgentId = "ann" });
            records.Add(Some.Event(EventKind.Resolved, answered + Duration.FromMilliseconds(1), "t" + id) with { Minutes = jobs[i].Visits[0].ServiceMs / (double)SomeQueue.Minute });
            truth.Add($$"""{"messageId":"{{id}}","needed":{{(needed ? "true" : "false")}}}""");
        }
        records.Sort(HistoryOrder.Instance);
        folder.Write("history.jsonl", [.. records.Select(Lines.Of)]);
        folder.Write("truth.jsonl", [.. truth]);
        Directory.CreateDirectory(Path.Combine(folder.Path, "rules"));
        folder.Write("rules/signals.json", """[{"WorkflowName":"signals","Rules":[{"RuleName":"never","Expression":"contacts.Last7d > 999","Properties":{"trigger":"repeat_contact","confidence":0.5}}]}]""");
        folder.Write("rules/routing.json", """[{"WorkflowName":"routing","Rules":[{"RuleName":"all","Expression":"true","Properties":{"team":"first","priority":"high","slaHours":4,"calendar":"always"} } ]}]""");
        folder.Write("rules/teams.json", """{"teams":{"first":{"name":"1"},"second":{"name":"2"},"general-escalation":{"name":"G"}}}""");
        folder.Write("rules/policy.json", """{"defaultCalendar":"always"}""");
        folder.Write("rules/keywords.json", """{"classes":{"alarm":{"trigger":"legal_or_compliance","confidence":0.9,"words":["alarm"]} } }""");
    }

    [Fact]
    public async Task A_history_that_came_from_a_queue_is_reproduced_and_compared()
    {
        Write();
        var people = (await Simulate("--truth", "truth.jsonl", "--availability", "1", "--misplaced-minutes", "0.5", "--out", "report")).Ended(0);
        foreach (var expected in (string[])["Yes, within 10 %.", "candidate against as recorded: what needs an escalation is answered", "what it costs: all other work is answered", "n = 3,000, mean 1.0 minutes"])
            Assert.Contains(expected, people.Output, StringComparison.Ordinal);
        var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Path, "report", "simulation.json"), TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(["first_in_first_out", "as_recorded", "candidate", "oracle"], report.GetProperty("arms").EnumerateArray().Select(a => a.GetProperty("arm").GetString()));
        Assert.Equal(250, report.GetProperty("needs").GetProperty("needed").GetInt32());
        Assert.True(report.GetProperty("comparisons")[0].GetProperty("needed").GetProperty("mean").GetProperty("value").GetDouble() > .2);
        var machines = (await Simulate("--truth", "truth.jsonl", "--availability", "1", "--misplaced-minutes", "0.5", "--json", "--workers", "1")).Ended(0).Json;
        Assert.Equal(JsonSerializer.Serialize(report), JsonSerializer.Serialize(machines));
    }

    [Fact]
    public async Task A_history_that_the_queue_does_not_explain_is_exit_1_and_says_what_misses()
    {
        Write(late: 2);
        var ran = (await Simulate("--truth", "truth.jsonl", "--availability", "1")).Ended(1);
        foreach (var expected in (string[])["NOT VALID, nothing is claimed", "mean -", "would have answered after"]) Assert.Contains(expected, ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("sooner", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Teams_and_numbers_that_lack_are_named_with_the_way_out()
    {
        Write();
        folder.Write("rules/routing.json", """[{"WorkflowName":"routing","Rules":[{"RuleName":"all","Expression":"true","Properties":{"team":"second","priority":"high","slaHours":4,"calendar":"always"} } ]}]""");
        (await Simulate("--truth", "truth.jsonl")).Ended(2).Says("--agents second=2");
        (await Simulate("--handling", "soon", "--agents", "first", "--truth", "nowhere.jsonl")).Ended(2).Says("--handling: soon", "--agents: \"first\" is not TEAM=N", "nowhere.jsonl");
        (await Simulate("--seeds", "1")).Ended(2).Says("--seeds: must be at least 2");
        (await Simulate("--models", "nowhere")).Ended(2).Says("nowhere");
    }

    private Task<Ran> Replay(params string[] args) =>
        EscalationProcess.RunAsync(folder.Path, ["replay", "--history", "history.jsonl", "--rules", "rules", "--baseline-rules", "quiet", "--out", "report", .. args]);

    /// <summary>Rules that never escalate.</summary>
    private void WriteQuiet()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "quiet"));
        foreach (var file in Directory.GetFiles(Path.Combine(folder.Path, "rules"))) File.Copy(file, Path.Combine(folder.Path, "quiet", Path.GetFileName(file)));
        folder.Write("quiet/keywords.json", """{"classes":{}}""");
    }

    private string Written(string name) => File.ReadAllText(Path.Combine(folder.Path, "report", name));

    [Fact]
    public async Task The_report_of_a_replay_tells_of_every_arm_how_long_people_would_have_waited()
    {
        Write();
        WriteQuiet();
        string[] how = ["--truth", "truth.jsonl", "--availability", "1", "--misplaced-minutes", "0.5", "--seeds", "3"];
        var ran = (await Replay(["--simulate", "--json", .. how])).Ended(0).Json;
        var simulations = ran.GetProperty("simulation");
        Assert.Equal(["baseline", "candidate"], simulations.EnumerateObject().Select(a => a.Name));
        var alone = (await Simulate(["--json", .. how])).Ended(0).Json;
        Assert.Equal(JsonSerializer.Serialize(alone), JsonSerializer.Serialize(simulations.GetProperty("candidate").GetProperty("report")));
        Assert.Equal((await Replay("--json", "--cache", "facts")).Ended(0).Json.GetProperty("hash").GetString(), ran.GetProperty("hash").GetString());

        var people = (await Replay(["--simulate", "--cache", "facts", .. how])).Ended(0).Output;
        var page = Written("report.html");
        foreach (var expected in (string[])["candidate against as recorded: what needs an escalation is answered", "what it costs: all other work is answered", "baseline flags 0", "Yes, within 10 %."])
        {
            Assert.Contains(expected, people, StringComparison.Ordinal);
            Assert.Contains(expected, page, StringComparison.Ordinal);
        }
        string[] inOrder = ["<h2>Simulation: how long people would have waited</h2>", "<tr><td>first-in-first-out</td>", "<tr><td>as recorded</td>", "<tr><td>baseline</td>", "<tr><td>candidate</td>", "<tr><td>oracle</td>", "Simulated, not observed"];
        Assert.Equal(inOrder, inOrder.OrderBy(p => page.IndexOf(p, StringComparison.Ordinal)));
        Assert.Contains("<tr><td>candidate</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_claims_nothing_of_waiting_that_its_queue_does_not_explain()
    {
        Write(late: 2);
        WriteQuiet();
        var ran = (await Replay("--simulate", "--truth", "truth.jsonl", "--availability", "1")).Ended(0);
        foreach (var told in (string[])[ran.Output, Written("report.html")])
        {
            Assert.Contains("NOT VALID, nothing is claimed", told, StringComparison.Ordinal);
            Assert.DoesNotContain("sooner", told, StringComparison.Ordinal);
        }
        Assert.Equal(0, JsonDocument.Parse(Written("report.json")).RootElement.GetProperty("simulation").GetProperty("candidate").GetProperty("report").GetProperty("arms").GetArrayLength());
    }

    [Fact]
    public async Task A_replay_whose_work_nobody_could_do_is_reported_without_its_simulation()
    {
        Write();
        WriteQuiet();
        folder.Write("rules/routing.json", """[{"WorkflowName":"routing","Rules":[{"RuleName":"all","Expression":"true","Properties":{"team":"second","priority":"high","slaHours":4,"calendar":"always"} } ]}]""");
        (await Replay("--simulate", "--truth", "truth.jsonl", "--seeds", "2")).Ended(2).Says("--agents second=2");
        Assert.Contains("candidate is not simulated: --agents: the history has no shift of second", Written("report.html"), StringComparison.Ordinal);
        (await Replay("--seeds", "3")).Ended(2).Says("--seeds: says how to simulate; add --simulate");
        (await Replay("--simulate", "--handling", "soon", "--sweep", "policy.json:thresholds.priority=0.5..0.8")).Ended(2).Says("leave --simulate out");
        (await Replay("--simulate", "--handling", "soon")).Ended(2).Says("--handling: soon");
    }

    [Fact]
    public async Task Handling_minutes_come_from_a_csv_file_and_a_wrong_row_is_named()
    {
        Write();
        folder.Write("minutes.csv", "team,minutes", "first,1", "\"first\",\"0.5\"", "first,1.5");
        var given = (await Simulate("--truth", "truth.jsonl", "--availability", "1", "--handling", "minutes.csv")).Output;
        foreach (var expected in (string[])["given, minutes.csv", "n = 3,", "mean 1.0 minutes"]) Assert.Contains(expected, given, StringComparison.Ordinal);
        folder.Write("minutes.csv", "team,minutes", "first,1", "first,-4");
        (await Simulate("--handling", "minutes.csv")).Ended(2).Says("minutes.csv: row 2: minutes: '-4' is no number above 0");
        folder.Write("minutes.csv", "team,mins", "first,1");
        (await Simulate("--handling", "minutes.csv")).Ended(2).Says("minutes.csv: no column 'minutes'");
        folder.Write("minutes.csv", "team,minutes");
        (await Simulate("--handling", "minutes.csv")).Ended(2).Says("the file has no row");
    }
}
