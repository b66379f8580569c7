using System.CommandLine;
using System.Text;
using Escalation.Cli;
using Escalation.Cli.Commands;
using Escalation.Cli.Commands.Rules;
using Escalation.Core.Decisions;
using Escalation.Replay.Analysis;
using Escalation.Rules;
using Escalation.Rules.Compilation;
using Escalation.Tests.History;

namespace Escalation.Tests.Cli.Commands.Rules;

public sealed class RuleHistoryCommandsTests : IDisposable
{
    private readonly ScratchFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory, InlineData("impact"), InlineData("overlaps"), InlineData("stats"), InlineData("suggest")]
    public async Task Looks_at_a_history_and_keeps_what_it_derived(string command)
    {
        var history = await HistoryAsync();
        string[] more = command == "suggest" ? ["--out", Path.Combine(folder.Path, "drafts.json")] : [];

        Assert.Equal(ExitCode.Done, await RunAsync([command, RulesFolder(), "--history", history, "--cache", Cache, "--json", .. more]));

        Assert.NotEmpty(Directory.GetFiles(Cache, "frustration-*.col", SearchOption.AllDirectories));
        if (command == "suggest") Assert.NotNull(RuleFiles.FromFolder(folder.Path).Find("drafts.json"));
    }

    [Fact]
    public async Task Reference_check_finds_the_two_planes_of_one_mind_and_asks_for_a_history()
    {
        var ran = (await EscalationProcess.RunAsync(folder.Path, "rules", "check", RulesFolder(), "--reference", "--history", await HistoryAsync(), "--cache", Cache)).Ended(ExitCode.Done);
        var rules = RuleSetLoader.Load().RuleSet!;
        Assert.Matches($@"\d+ messages, {rules.SignalRules.Count + rules.Single.Routes.Count} rules, [1-9]\d* of them hit: 0 disagreements", ran.Output);
        Assert.Equal(ExitCode.BadInput, await RunAsync("check", RulesFolder(), "--reference"));
        Assert.Equal(ExitCode.Done, await RunAsync("check", RulesFolder()));
    }

    [Fact]
    public async Task Reference_check_fails_and_names_the_rule_and_the_first_messages_where_the_planes_differ()
    {
        var edited = RulesFolder();
        var signals = Path.Combine(edited, "signals.json");
        await File.WriteAllTextAsync(signals, (await File.ReadAllTextAsync(signals, TestContext.Current.CancellationToken)).Replace("\"Rules\": [", Added("message.WordCount >= 0"), StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var files = RuleFiles.BuiltIn();
        var other = files.Content.ToDictionary();
        other["signals.json"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(files.Find("signals.json")!).Replace("\"Rules\": [", Added("message.WordCount > 100000"), StringComparison.Ordinal));
        var check = new RulesReferenceCheck(ConfigurationLoader.Load, TimeProvider.System, (history, cancellation) =>
            ReferenceCheck.Run(history, _ => ReferencePlane.Of(RuleFiles.Of(other, "other rules")), cancellation));
        var command = check.Added(new Command("check"));
        var parse = new RootCommand { CommandOptions.Models, CommandOptions.Json, command }.Parse(["check", "--reference", "--history", await HistoryAsync(), "--cache", Cache]);

        var (report, exit) = check.Compare(parse, edited, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.CheckFailed, exit);
        var differing = Assert.Single(report!.Rules, r => r.Disagreements > 0);
        Assert.Equal(("planted", report.Messages), (differing.Rule, differing.Disagreements));
        Assert.Equal(ReferenceCheck.MaxExamples, report.Examples.Count);
        Assert.All(report.Examples, e => Assert.Equal(("planted", RuleResult.Miss, RuleResult.Hit), (e.Rule, e.Reference, e.Compiled)));
        var text = RulesReferenceCheck.Text(report);
        Assert.Contains($"planted: {report.Messages} of {report.Messages} messages differ", text, StringComparison.Ordinal);
        Assert.Contains($"{report.Messages} disagreements with RulesEngine", text, StringComparison.Ordinal);

        static string Added(string expression) => $"\"Rules\": [{SomeRules.Signal("planted", expression, "keyword_match", .1, "'stage':'shadow'")},";
    }

    [Fact]
    public async Task Stats_says_what_scripts_cost_for_people_and_for_machines()
    {
        var rules = RulesFolder();
        Directory.CreateDirectory(Path.Combine(rules, "functions"));
        await File.WriteAllTextAsync(Path.Combine(rules, "functions", "long_text.js"), "function long_text() { return message.WordCount > 3; }", TestContext.Current.CancellationToken);
        var signals = Path.Combine(rules, "signals.json");
        await File.WriteAllTextAsync(signals, (await File.ReadAllTextAsync(signals, TestContext.Current.CancellationToken)).Replace("\"Rules\": [", $"\"Rules\": [{SomeRules.Signal("scripted", "script('long_text')", "keyword_match", .1)},", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        string[] stats = ["rules", "stats", rules, "--history", await HistoryAsync(), "--cache", Cache];
        var report = (await EscalationProcess.RunAsync(folder.Path, [.. stats, "--json"])).Ended(0).Json;
        var script = Assert.Single(report.GetProperty("scripts").EnumerateArray());
        Assert.Equal("long_text", script.GetProperty("name").GetString());
        Assert.True(script.GetProperty("calls").GetInt64() > 0 && script.GetProperty("meanMicroseconds").GetDouble() > 0);
        Assert.Contains(report.GetProperty("rules").EnumerateArray(), r => r.GetProperty("rule").GetString() == "scripted");
        Assert.Matches(@"script long_text: [1-9][\d,]* calls? at \d", (await EscalationProcess.RunAsync(folder.Path, stats)).Ended(0).Output);
    }

    [Fact]
    public async Task Impact_names_rule_set_versions_and_what_differs_also_where_no_message_shows_it()
    {
        var (history, candidate) = (await HistoryAsync(), RulesFolder());
        var keywords = Path.Combine(candidate, "keywords.json");
        await File.WriteAllTextAsync(keywords, (await File.ReadAllTextAsync(keywords, TestContext.Current.CancellationToken)).Replace("\"my lawyer\"", "\"qwertz\", \"my lawyer\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var ran = (await EscalationProcess.RunAsync(folder.Path, "rules", "impact", candidate, "--history", history, "--cache", Cache)).Ended(0);
        foreach (var expected in (string[])[$"baseline {RuleSetLoader.Load().RuleSet!.Version.Short}", $"candidate {RuleSetLoader.Load(candidate).RuleSet!.Version.Short}", "keywords/legal: words + \"qwertz\""])
            Assert.Contains(expected, ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing differs", ran.Output, StringComparison.Ordinal);
        Assert.Contains("nothing differs", (await EscalationProcess.RunAsync(folder.Path, "rules", "impact", RulesFolder(), "--history", history, "--cache", Cache)).Ended(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_writes_no_column_again()
    {
        var history = await HistoryAsync();
        await RunAsync("overlaps", RulesFolder(), "--history", history, "--cache", Cache);
        var written = Directory.GetFiles(Cache, "*.col", SearchOption.AllDirectories).ToDictionary(f => f, File.GetLastWriteTimeUtc);

        Assert.Equal(ExitCode.Done, await RunAsync("stats", RulesFolder(), "--history", history, "--cache", Cache));

        Assert.Equal(written, Directory.GetFiles(Cache, "*.col", SearchOption.AllDirectories).ToDictionary(f => f, File.GetLastWriteTimeUtc));
    }

    [Fact]
    public async Task A_history_that_is_not_there_and_rules_that_are_broken_are_wrong_usage()
    {
        Assert.Equal(ExitCode.BadInput, await RunAsync("impact", RulesFolder(), "--history", Path.Combine(folder.Path, "nowhere"), "--cache", Cache));
        var broken = RulesFolder();
        await File.WriteAllTextAsync(Path.Combine(broken, "signals.json"), "[{", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.BadInput, await RunAsync("impact", broken, "--history", await HistoryAsync(), "--cache", Cache));
    }

    [Fact]
    public async Task A_wrong_word_is_named_before_the_work()
    {
        var (history, rules) = (await HistoryAsync(), RulesFolder());
        (await EscalationProcess.RunAsync(folder.Path, "rules", "impact", "nowhere", "--history", history)).Ended(2).Says("nowhere: there is no such folder", "CANDIDATE_DIR");
        (await EscalationProcess.RunAsync(folder.Path, "rules", "impact", rules, "--history", history, "--examples", "-1")).Ended(2).Says("--examples: must be 0 or more");
        (await EscalationProcess.RunAsync(folder.Path, "rules", "stats", rules, "--history", history, "--cache", Path.Combine(rules, "signals.json"))).Ended(2).Says("--cache: ");
        var broken = RulesFolder();
        await File.WriteAllTextAsync(Path.Combine(broken, "signals.json"), "[{", TestContext.Current.CancellationToken);
        (await EscalationProcess.RunAsync(folder.Path, "rules", "impact", broken, "--history", history)).Ended(2).Says("signals.json(1,", $"{broken} does not load, so nothing was compared");
    }

    [Fact]
    public async Task Drafts_are_never_written_over_rules()
    {
        var (history, rules) = (await HistoryAsync(), RulesFolder());
        var signals = Path.Combine(rules, "signals.json");
        var before = await File.ReadAllTextAsync(signals, TestContext.Current.CancellationToken);
        foreach (var inside in (string[])[signals, Path.Combine(rules, "drafts.json")])
            (await EscalationProcess.RunAsync(folder.Path, "rules", "suggest", rules, "--history", history, "--out", inside)).Ended(2).Says("--out: ", "is a rules folder");
        Assert.Equal(before, await File.ReadAllTextAsync(signals, TestContext.Current.CancellationToken));
        Assert.False(File.Exists(Path.Combine(rules, "drafts.json")));
        (await EscalationProcess.RunAsync(folder.Path, "rules", "suggest", rules, "--history", history, "--out", Path.Combine(folder.Path, "no", "drafts.json"))).Ended(2).Says("--out: there is no folder");
    }

    [Fact]
    public async Task An_empty_history_is_said_and_finds_nothing()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "empty.jsonl"), "", TestContext.Current.CancellationToken);
        var ran = (await EscalationProcess.RunAsync(folder.Path, "rules", "overlaps", RulesFolder(), "--history", "empty.jsonl", "--cache", Cache)).Ended(0).Says("the history holds no message of a customer");
        Assert.Equal("0 messages, 0 of them escalated; 0 findings\n", ran.Output);
    }

    private string Cache => Path.Combine(folder.Path, "cache");

    private async Task<string> HistoryAsync()
    {
        var target = Path.Combine(folder.Path, "history");
        var generate = new RootCommand { CommandOptions.Json, DataGenerateCommand.Create() }.Parse(["generate", "--messages", "300", "--seed", "3", "--out", target]);
        Assert.Equal(ExitCode.Done, await generate.InvokeAsync(cancellationToken: TestContext.Current.CancellationToken));
        return target;
    }

    private string RulesFolder()
    {
        var target = Path.Combine(folder.Path, "rules-" + Guid.NewGuid().ToString("N"));
        var files = RuleFiles.BuiltIn();
        foreach (var path in files.Paths)
        {
            var file = Path.Combine(target, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, files.Find(path)!);
        }
        return target;
    }

    private static Task<int> RunAsync(params string[] words) =>
        new RootCommand { CommandOptions.Rules, CommandOptions.Models, CommandOptions.Json, RulesCommand.Create(ConfigurationLoader.Load, TimeProvider.System) }
            .Parse(["rules", .. words]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
