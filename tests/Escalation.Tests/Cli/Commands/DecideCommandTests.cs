using System.Text.Json;
using Escalation.Tests.History;

namespace Escalation.Tests.Cli.Commands;

public sealed class DecideCommandTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<Ran> Decide(string? input, params string[] args) => EscalationProcess.RunAsync(folder.Path, input, ["decide", .. args]);

    private static IEnumerable<string?> Ids(IEnumerable<string> lines) => lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("id").GetString());

    [Fact]
    public async Task Standard_input_is_decided_line_by_line()
    {
        var ran = (await Decide("{\"text\":\"My lawyer will call you\"}\n{\"id\":\"x\",\"text\":\"thank you\"}\n", "-")).Ended(0);
        Assert.Equal("", ran.Error);
        Assert.Equal(["1", "x"], Ids(ran.Lines));
        Assert.Contains("\"band\":\"immediate_escalation\"", ran.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_line_is_answered_while_the_pipe_stays_open()
    {
        using var process = EscalationProcess.Start(folder.Path, "decide", "-");
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        foreach (var id in (string[])["a", "b", "c"])
        {
            if (id == "b") await process.StandardInput.WriteAsync("{\"text\":\n");          // a bad line between holds nothing up
            await process.StandardInput.WriteAsync($"{{\"id\":\"{id}\",\"text\":\"My lawyer will call you\"}}\n");
            await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            var answer = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            Assert.Equal([id], Ids([answer!]));
        }
        process.StandardInput.Close();
        await EscalationProcess.EndAsync(process);
        new Ran(process.ExitCode, "", await error).Ended(2).Says("-:2: ");
    }

    [Fact]
    public async Task Every_bad_line_is_named_with_its_place_and_the_good_ones_are_decided()
    {
        const string whole = "\"source\":\"s\",\"ticketId\":\"t\",\"customerId\":\"c\",\"author\":\"customer\"";
        var file = folder.Write("in.jsonl",
            $$"""{"id":"good1",{{whole}},"channel":"email","externalId":"1","at":"2026-03-02T12:00:00Z","text":"My lawyer will call you"}""",
            "{\"id\":\"cut off\",\"text\":\"",
            $$"""{"id":"b3",{{whole}},"chanel":"email","at":"2026-03-02T12:00:00Z","text":"x"}""",
            $$"""{"id":"b4",{{whole}},"channel":"email","at":"2026-02-30T12:00:00Z","text":"x"}""",
            $$"""{"id":"b5",{{whole}},"channel":"email","at":"2026-03-02T12:00:00","text":"x"}""",
            $$"""{"id":"b6",{{whole}},"channel":"email","at":"2026-03-02T12:00:00Z","text":"{{new string('x', 5_000_000)}}"}""",
            $$"""{"id":"empty",{{whole}},"channel":"email","externalId":"7","at":"2026-03-02T12:07:00Z","text":""}""",
            $$"""{"id":"b8",{{whole}},"channel":"pigeon","at":"2026-03-02T12:00:00Z","text":"x"}""",
            $$"""{"id":"good1",{{whole}},"channel":"email","externalId":"1","at":"2026-03-02T12:00:00Z","text":"My lawyer will call you"}""",
            """{"type":"event","id":"e","ticketId":"t","at":"2026-03-01T00:00:00Z","kind":"reopened","actor":{"id":"a","kind":"human"}}""",
            """{"type":"evnt","id":"e"}""",
            "[1, 2]",
            $$"""{"id":"good2",{{whole}},"channel":"email","externalId":"13","at":"2026-03-01T12:00:00Z","text":"out of order"}""");
        var ran = (await Decide(null, file, "--json")).Ended(2);
        Assert.Equal(["good1", "empty", "good2"], Ids(ran.Lines.SkipLast(1)));
        ran.Says($"{file}:2: line: ", $"{file}:3: chanel: ", "channel", $"{file}:4: at: ", "2026-02-30T12:00:00Z", $"{file}:5: at: ", "--time-zone", $"{file}:6: text: ", "1,000,000", $"{file}:8: channel: ", "pigeon",
            "chat", $"{file}:11: type: ", $"{file}:12: line: ", "1 repeated deliveries");
        var summary = JsonDocument.Parse(ran.Lines[^1]).RootElement;
        Assert.Equal((13, 4, 8), (summary.GetProperty("read").GetInt32(), summary.GetProperty("accepted").GetInt32(), summary.GetProperty("rejected").GetArrayLength()));
        Assert.Equal(["file", "line", "field", "message"], summary.GetProperty("rejected")[0].EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task What_is_not_there_or_no_time_is_exit_2_and_nothing_is_decided()
    {
        var ran = (await Decide(null, "nothing.jsonl", "--as-of", "yesterday", "--time-zone", "Mars/Olympus")).Ended(2);
        ran.Says("nothing.jsonl: file: ", "--as-of: ", "2026-03-02T12:00:00Z", "--time-zone: ", "Europe/Paris");
        Assert.Equal("", ran.Output);
    }

    [Fact]
    public async Task A_broken_rule_folder_is_exit_2_with_file_line_column_and_rule()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "broken"));
        folder.Write("broken/signals.json", """[{"WorkflowName":"signals","Rules":[{"RuleName":"mine","Expression":"frustration.Scor > 1","Properties":{"trigger":"keyword_match","confidence":0.5}}]}]""");
        var ran = (await Decide("{\"text\":\"x\"}", "-", "--rules", "broken")).Ended(2);
        Assert.Matches(@"signals\.json\(1,\d+\): mine: .*Score", ran.Error);
        Assert.Equal("", ran.Output);
        (await Decide("{\"text\":\"x\"}", "-", "--rules", "nowhere")).Ended(2).Says("nowhere", "--rules");
    }

    [Fact]
    public async Task Without_a_model_the_rules_decide_and_it_is_said()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "empty"));
        var ran = (await Decide("{\"text\":\"My lawyer will call you\"}", "-", "--models", "empty")).Ended(0).Says("no frustration model", "rules only");
        Assert.Contains("immediate_escalation", Assert.Single(ran.Lines), StringComparison.Ordinal);
        (await Decide("{\"text\":\"x\"}", "-", "--models", "empty", "--model", "abc")).Ended(2).Says("no frustration model");
    }

    [Fact]
    public async Task A_truncated_model_is_named_and_the_rules_go_on()
    {
        var source = Directory.GetDirectories(Path.Combine(Architecture.Repository.Root.FullName, "models", "frustration"))[0];
        var version = Directory.CreateDirectory(Path.Combine(folder.Path, "models", "frustration", Path.GetFileName(source))).FullName;
        foreach (var file in Directory.GetFiles(source)) File.Copy(file, Path.Combine(version, Path.GetFileName(file)));
        var scorer = Path.Combine(version, "scorer.bin");
        File.WriteAllBytes(scorer, File.ReadAllBytes(scorer)[..5000]);
        var ran = (await Decide("{\"text\":\"My lawyer will call you\"}", "-")).Ended(0).Says("scorer.bin", "rules only");
        Assert.Contains("immediate_escalation", Assert.Single(ran.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_run_over_a_file_with_whole_lines()
    {
        var file = folder.Write("long.jsonl", [.. Enumerable.Range(0, 300_000).Select(i => $"{{\"text\":\"number {i}: the app crashes and my lawyer will call you about it\"}}")]);
        using var process = EscalationProcess.Start(folder.Path, "decide", file);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var first = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        await EscalationProcess.InterruptAsync(process);
        var rest = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await EscalationProcess.EndAsync(process);
        new Ran(process.ExitCode, rest, await error).Ended(3).Says("Stopped");
        Assert.EndsWith("}\n", rest, StringComparison.Ordinal);
        var lines = (string[])[first!, .. rest.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.InRange(lines.Length, 2, 299_999);
        Assert.Equal(Enumerable.Range(1, lines.Length).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)), Ids(lines));
    }

    [Fact]
    public async Task Ctrl_C_ends_a_run_that_waits_for_its_input()
    {
        using var process = EscalationProcess.Start(folder.Path, "decide", "-");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        for (var i = 0; i < 40_000; i++) await process.StandardInput.WriteAsync("{\"text\":\"hello\"}\n");      // more than a pipe holds: it is reading
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await EscalationProcess.InterruptAsync(process);
        await EscalationProcess.EndAsync(process);
        new Ran(process.ExitCode, await output, await error).Ended(3).Says("Stopped");
        Assert.All((await output).Split('\n', StringSplitOptions.RemoveEmptyEntries), l => JsonDocument.Parse(l).Dispose());
    }
}
