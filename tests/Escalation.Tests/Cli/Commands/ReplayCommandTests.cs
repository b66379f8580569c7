using System.Text.Json;
using System.Xml.Linq;
using Escalation.Tests.History;
using Escalation.Tests.Replay;

namespace Escalation.Tests.Cli.Commands;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public ReplayCommandTests()
    {
        folder.Write("history.jsonl", [.. SomeHistory.Records().Select(Lines.Of)]);
        WordRules.Write(folder, "alarm", "one");
        WordRules.Write(folder, "bell", "two");
    }

    public void Dispose() => folder.Dispose();

    private Task<Ran> Replay(params string[] args) => EscalationProcess.RunAsync(folder.Path, ["replay", "--history", "history.jsonl", .. args]);

    [Fact]
    public async Task Exceptions_of_a_database_that_is_not_there_are_refused_and_none_is_made()
    {
        (await Replay("--rules", "bell", "--exceptions", "--database", "nowhere.db")).Ended(2).Says("nowhere.db", "--exceptions");
        Assert.False(File.Exists(Path.Combine(folder.Path, "nowhere.db")));
    }

    [Fact]
    public async Task Two_rule_folders_are_compared_for_people_and_machines()
    {
        var people = (await Replay("--rules", "bell", "--baseline-rules", "alarm", "--out", "report")).Ended(0);
        foreach (var expected in (string[])["Arm baseline", "Arm candidate", "lost true escalation: 1", "hash "]) Assert.Contains(expected, people.Output, StringComparison.Ordinal);
        Assert.Equal(["changes.csv", "metrics.csv", "report.html", "report.json", "report.txt", "rules.csv"], Directory.GetFiles(Path.Combine(folder.Path, "report")).Select(Path.GetFileName).Order());
        var machines = (await Replay("--rules", "bell", "--baseline-rules", "alarm", "--json", "--workers", "1")).Ended(0).Json;
        Assert.Equal(["arms", "differences", "slices", "changes", "provenance", "hash"], machines.EnumerateObject().Select(p => p.Name));
        var written = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Path, "report", "report.json"), TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(machines.GetProperty("hash").GetString(), written.GetProperty("hash").GetString());
        Assert.Contains(machines.GetProperty("hash").GetString()!, people.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_cache_the_second_run_says_the_same_of_lines_that_it_does_not_read_again()
    {
        File.AppendAllText(Path.Combine(folder.Path, "history.jsonl"), "no line\n");
        var direct = (await Replay("--rules", "bell", "--baseline-rules", "alarm", "--json")).Ended(2).Says("history.jsonl:20");
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var cached = (await Replay("--rules", "bell", "--baseline-rules", "alarm", "--json", "--cache", "facts")).Ended(2).Says("history.jsonl:20");
            Assert.Equal(direct.Json.GetProperty("hash").GetString(), cached.Json.GetProperty("hash").GetString());
        }
        folder.Write("taken", "a file");
        (await Replay("--rules", "bell", "--cache", "taken")).Ended(2).Says("--cache: taken cannot be made or written");
    }

    [Fact]
    public async Task A_number_of_the_rules_is_tried_over_a_range()
    {
        var people = (await Replay("--rules", "bell", "--sweep", "keywords.json:classes.bell.confidence=0.5..0.9:0.2", "--cost-miss", "9", "--cost-false", "1", "--out", "curve")).Ended(0);
        foreach (var expected in (string[])["keywords.json:classes.bell.confidence over 40 days", "as it is", "<- chosen"]) Assert.Contains(expected, people.Output, StringComparison.Ordinal);
        Assert.Equal(["sweep.csv", "sweep.html", "sweep.json", "sweep.txt"], Directory.GetFiles(Path.Combine(folder.Path, "curve")).Select(Path.GetFileName).Order());
        var page = await File.ReadAllTextAsync(Path.Combine(folder.Path, "curve", "sweep.html"), TestContext.Current.CancellationToken);
        foreach (var expected in (string[])["Sweep: keywords.json:classes.bell.confidence", "least cost a day", "<title>Found, and false</title>", "<title>What recall costs in volume</title>", "<title>Cost a day</title>", "<td>as it is"]) Assert.Contains(expected, page, StringComparison.Ordinal);
        foreach (var never in (string[])["NaN", "∞", "http:", "https:", "<script"]) Assert.DoesNotContain(never, page, StringComparison.Ordinal);
        Assert.Equal(3, (await Replay("--rules", "bell", "--sweep", "keywords.json:classes.bell.confidence=0.5..0.9:0.2", "--json")).Ended(0).Json.GetProperty("points").GetArrayLength());
        (await Replay("--rules", "bell", "--sweep", "policy.json:thresholds=1..2", "--cost-miss", "9", "--baseline-rules", "alarm", "--top", "3")).Ended(2).Says("needs both", "leave --arm, --baseline-rules", "leave --top out");
        (await Replay("--rules", "bell", "--capacity", "40/day")).Ended(2).Says("--capacity: chooses a value of --sweep");
    }

    [Fact]
    public async Task A_gate_that_fails_is_exit_1_with_the_failing_line_on_standard_output()
    {
        folder.Write("gate.json", """{"checks":[{"metric":"escalationRate","arm":"candidate","bound":"value","max":0.5,"minLabels":5},{"metric":"escalationRate","arm":"baseline","bound":"value","max":0.5,"minLabels":5}]}""");
        var ran = (await Replay("--arm", "baseline=rules:alarm", "--arm", "candidate=rules:bell", "--gate", "gate.json")).Ended(1);
        Assert.Contains("escalationRate", Assert.Single(ran.Lines, l => l.StartsWith("gate: ", StringComparison.Ordinal)), StringComparison.Ordinal);
        folder.Write("gate.json", """{"checks":[{"metric":"escalationRate","arm":"candidate","bound":"value","max":0.9,"minLabels":5}]}""");
        (await Replay("--rules", "bell", "--gate", "gate.json")).Ended(0);
        folder.Write("gate.json", """{"checks":[{"metric":"firstContactResolution","bound":"value","min":0.1,"minLabels":0}]}""");
        Assert.Contains("gate: ", (await Replay("--rules", "bell", "--gate", "gate.json")).Ended(1).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_gate_found_is_written_for_build_servers_code_hosts_and_pull_requests()
    {
        folder.Write("gate.json", """
            {"checks":[
              {"metric":"escalationRate","difference":true,"max":0.1,"minLabels":5},
              {"metric":"escalationRate","max":0.9,"minLabels":5},
              {"metric":"recall","slice":"channel=fax","min":0.5,"noData":"skip"}
            ]}
            """);
        var ran = (await Replay("--rules", "bell", "--baseline-rules", "alarm", "--gate", "gate.json", "--out", "report")).Ended(1);
        Assert.Contains("Gate fails: 3 checks, 1 passed, 1 failed, 1 skipped\nskipped: recall, arm candidate, slice channel=fax: the slice is absent", ran.Output, StringComparison.Ordinal);
        Assert.Equal(["changes.csv", "gate.junit.xml", "gate.md", "gate.sarif", "metrics.csv", "report.html", "report.json", "report.txt", "rules.csv"], Directory.GetFiles(Path.Combine(folder.Path, "report")).Select(Path.GetFileName).Order());

        var suite = XDocument.Parse(Written("gate.junit.xml")).Root!.Element("testsuite")!;
        Assert.Equal(("3", "1", "1"), (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value, suite.Attribute("skipped")!.Value));
        var failed = suite.Elements("testcase").Single(c => c.Element("failure") is not null);
        Assert.Equal(("escalationRate, difference candidate-baseline", "2"), (failed.Attribute("name")!.Value, failed.Attribute("line")!.Value));
        Assert.StartsWith("value 0.1111 is above max 0.1", failed.Element("failure")!.Attribute("message")!.Value, StringComparison.Ordinal);

        var sarif = JsonDocument.Parse(Written("gate.sarif")).RootElement;
        Assert.Equal("2.1.0", sarif.GetProperty("version").GetString());
        var results = sarif.GetProperty("runs")[0].GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(["error fail", "none pass", "none notApplicable"], results.Select(r => $"{r.GetProperty("level").GetString()} {r.GetProperty("kind").GetString()}"));
        var place = results[0].GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal(("gate.json", 2, 3), (place.GetProperty("artifactLocation").GetProperty("uri").GetString(), place.GetProperty("region").GetProperty("startLine").GetInt32(), place.GetProperty("region").GetProperty("startColumn").GetInt32()));

        var summary = Written("gate.md");
        foreach (var expected in (string[])["# Gate fails: 3 checks, 1 passed, 1 failed, 1 skipped", "## Failing checks\n\n- escalationRate, difference candidate-baseline: value 0.1111", "| escalationRate | 0.444 | 0.556 | +0.111 (", "- lost true escalation: 1 (`lost@0`)"])
            Assert.Contains(expected, summary, StringComparison.Ordinal);
        Assert.DoesNotContain("“", summary, StringComparison.Ordinal);      // no word of a customer
        Assert.False(JsonDocument.Parse(Written("report.json")).RootElement.GetProperty("gate").GetProperty("holds").GetBoolean());

        string Written(string name) => File.ReadAllText(Path.Combine(folder.Path, "report", name));
    }

    [Fact]
    public async Task For_machines_the_failing_checks_stand_in_the_one_document_on_standard_output()
    {
        folder.Write("gate.json", """{"checks":[{"metric":"escalationRate","bound":"value","max":0.5,"minLabels":5}]}""");
        var failed = (await Replay("--rules", "bell", "--gate", "gate.json", "--json")).Ended(1);
        var failure = Assert.Single(failed.Json.GetProperty("gate").GetProperty("failures").EnumerateArray());
        Assert.Equal("escalationRate", failure.GetProperty("metric").GetString());
        Assert.Contains("escalationRate", failure.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("escalationRate", failed.Error, StringComparison.Ordinal);
        folder.Write("gate.json", """{"checks":[{"metric":"escalationRate","bound":"value","max":0.9,"minLabels":5}]}""");
        Assert.Empty((await Replay("--rules", "bell", "--gate", "gate.json", "--json")).Ended(0).Json.GetProperty("gate").GetProperty("failures").EnumerateArray());
    }

    [Fact]
    public async Task A_long_replay_says_where_it_is_and_Ctrl_C_ends_it()
    {
        folder.Write("long.jsonl", [.. Enumerable.Range(0, 400_000).Select(i => $"{{\"type\":\"message\",\"id\":\"{i}\",\"source\":\"s\",\"externalId\":\"{i}\",\"ticketId\":\"t{i}\",\"customerId\":\"c{i}\",\"channel\":\"email\",\"author\":\"customer\",\"at\":\"2026-03-02T12:00:00Z\",\"text\":\"number {i}: the bell rings and nobody answers it\"}}")]);
        using var process = EscalationProcess.Start(folder.Path, "replay", "--history", "long.jsonl", "--rules", "bell", "--workers", "1", "--out", "report");
        var progress = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Matches("^[0-9,]+ records, [0-9,]+/s", progress);
        await EscalationProcess.InterruptAsync(process);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await EscalationProcess.EndAsync(process);
        new Ran(process.ExitCode, await output, await error).Ended(3).Says("Stopped");
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "report")));
    }

    [Fact]
    public async Task Bad_lines_are_named_and_the_rest_is_replayed()
    {
        await File.AppendAllTextAsync(Path.Combine(folder.Path, "history.jsonl"), "{\"type\":\"message\",\"id\":\"\n", TestContext.Current.CancellationToken);
        var ran = (await Replay("--rules", "bell", "--json")).Ended(2).Says("history.jsonl:20: line: ");
        Assert.Equal(1, ran.Json.GetProperty("provenance").GetProperty("rejected").GetInt32());
        Assert.Equal(10, ran.Json.GetProperty("arms")[0].GetProperty("messages").GetInt32());
    }

    [Fact]
    public async Task Wrong_options_are_all_named_at_once_and_nothing_is_replayed()
    {
        folder.Write("gate.json", """{"checks":[{"metrik":"x"}]}""");
        folder.Write("truth.jsonl", "{}");
        var ran = await EscalationProcess.RunAsync(folder.Path, "replay", "--history", "nowhere", "--rules", "missing", "--from", "soon", "--gate", "gate.json");
        ran.Ended(2).Says("nowhere: ", "missing", "--from: ", "gate.json:1:12: checks[0].metric: missing");
        Assert.Equal("", ran.Output);
        (await EscalationProcess.RunAsync(folder.Path, "replay", "--history", "truth.jsonl")).Ended(2).Says("truth");
        (await Replay("--rules", "bell", "--from", "2026-03-05", "--to", "2026-03-04")).Ended(2).Says("--to: ");
        (await Replay("--arm", "a=rules:bell", "--arm", "a=rules:alarm")).Ended(2).Says("named twice");
        (await Replay("--arm", "a=rulez:bell")).Ended(2).Says("rulez");
    }
}
