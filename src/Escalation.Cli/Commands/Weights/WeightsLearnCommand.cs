using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Escalation.Cli.Commands.Rules;
using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Inference.Registry;
using Escalation.Replay;
using Escalation.Replay.Arms;
using Escalation.Rules;
using Escalation.Trainer.Weights;
using NodaTime;

namespace Escalation.Cli.Commands.Weights;

/// <summary><c>weights learn</c>: what labels say of the policy's weights, as a proposal with replay numbers. Changes nothing.</summary>
internal static class WeightsLearnCommand
{
    private const string PolicyFile = "policy.json";
    private static readonly Option<string[]> History = new("--history") { Description = "Folders or files of history with labels. Default: what the database recorded.", AllowMultipleArgumentsPerToken = true, HelpName = "F" };
    private static readonly Option<string?> Zone = new("--time-zone") { Description = "The zone of times without an offset. Without it they are refused.", HelpName = "Z" };
    private static readonly Option<int> Seed = new("--seed") { Description = "Of the intervals.", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<string?> Out = new("--out") { Description = "Write the rules with the proposed policy.json here, as a folder; made where it is missing, refused where it is not empty.", HelpName = "DIR" };

    /// <summary>The command.</summary>
    /// <param name="load">Makes a configuration.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load)
    {
        var command = new Command("learn",
            """
            Learns the triggers' weights from what people said was needed, shrunk towards the hand-set ones, and proposes a policy.json; a person decides.
            Example: escalation weights learn --history data/history --out proposed
            """)
        {
            History, Zone, Seed, Out,
        };
        command.SetAction((parse, cancellation) => Task.Run(() => Run(parse, load, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parse, Func<ConfigurationRequest, ConfigurationLoad> load, CancellationToken cancellation)
    {
        var zone = CommandTimes.Zone(parse.GetValue(Zone), out var zoneProblem);
        var folder = parse.GetValue(Out);
        if (folder is not null && NewRulesFolder.Refusal(folder) is { } refused)
        {
            Console.Error.WriteLine(refused);
            return ExitCode.BadInput;
        }
        var loaded = load(new ConfigurationRequest(parse.GetValue(CommandOptions.Rules)?.FullName, parse.GetValue(CommandOptions.Models)?.FullName));
        var history = LabelledHistory.Open(parse.GetValue(History) ?? [], zone, parse.GetRequiredValue(CommandOptions.Database), out var missing);
        foreach (var problem in (string?[])[zoneProblem, missing, .. loaded.Problems])
            if (problem is not null) Console.Error.WriteLine(problem);
        if (zoneProblem is not null || history is null || loaded.Configuration is not { Rules: RuleSet rules } configuration) return ExitCode.BadInput;

        var progress = new ReplayProgress("records", () => history.TotalLines);
        var rows = LabelledTickets.Of(history.Read(cancellation), configuration, progress.Report, cancellation);
        progress.End();
        if (LearnedWeights.Of(configuration.Policy, rows, parse.GetValue(Seed), out var lack, cancellation) is not { } learned)
        {
            Console.Error.WriteLine($"{history.Name}: {lack}");
            return ExitCode.BadInput;
        }
        var content = rules.Files.Find(PolicyFile) is { } bytes ? Encoding.UTF8.GetString(bytes) : "{}";
        var (proposed, diff) = PolicyProposal.Of(content, configuration.Policy, learned);
        var replayed = Replayed(history, configuration, rules, rows, content, cancellation);
        if (folder is not null && diff.Count > 0 && NewRulesFolder.Write(folder, With(rules, proposed)) is { } unsound)
        {
            Console.Error.WriteLine(unsound);
            return ExitCode.Broken;
        }
        Write(parse, learned, diff, replayed, rules.Files.Origin, history);
        return history.HasRejected ? ExitCode.BadInput : ExitCode.Done;
    }

    /// <summary>Weights learned from the earlier labels beside the hand-set ones, on the tickets that came later.</summary>
    private static ReplayedWeights? Replayed(LabelledHistory history, Configuration configuration, RuleSet rules, IReadOnlyList<WeightRow> rows, string content, CancellationToken cancellation)
    {
        if (LearnedWeights.Earlier(configuration.Policy, rows, out var weights) is not { } from) return null;
        if (RuleSetLoader.Load(With(rules, PolicyProposal.With(content, configuration.Policy, weights)), failingCases: FailingCases.NotRun).RuleSet is not { } candidate) return null;
        var arms = AnalyzerSharing.Share([configuration.Timeless(), configuration.With(candidate).Timeless()]);
        using var result = ReplayEngine.Run([new ReplayArm("hand-set", arms[0]), new ReplayArm("learned", arms[1])], history.Read(cancellation), new ReplayOptions { From = from }, cancellation);
        return new ReplayedWeights(from, result.Arms[0].Metrics.Metrics, result.Arms[1].Metrics.Metrics, result.Comparisons[0].Differences, result.Comparisons[0].Changes.Values.Sum());
    }

    /// <summary>The rules with another policy.json.</summary>
    private static RuleFiles With(RuleSet rules, string policy)
    {
        var files = rules.Files.Content.ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        files[PolicyFile] = Encoding.UTF8.GetBytes(policy);
        return RuleFiles.Of(files, "learned weights", rules.Files.ErasedLists);
    }

    private static void Write(ParseResult parse, LearnedWeights learned, IReadOnlyList<string> diff, ReplayedWeights? replayed, string origin, LabelledHistory history)
    {
        if (parse.GetValue(CommandOptions.Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                learned.Rows,
                learned.Needed,
                learned.Weights,
                learned.Calibration,
                LogLoss = new { learned.LogLoss.Learned, learned.LogLoss.HandSet, N = learned.LaterRows },
                Diff = diff,
                Replay = replayed is null ? null : new { From = DecisionJson.Format(replayed.From), replayed.HandSet, replayed.Learned, replayed.Differences, replayed.Changed },
            }, ModelJson.Options));
            return;
        }
        Console.WriteLine(Inv($"{Counted.Of(learned.Rows, "labelled ticket")}, {learned.Needed} in need"));
        var table = new TextTable("trigger", "hand-set", "learned", "95 % interval", "tickets", "proposed");
        foreach (var w in learned.Weights)
            table.Add(w.Trigger, Inv($"{w.HandSet:0.##}"), Inv($"{w.Learned:0.00}"), Inv($"{w.Low:0.00} to {w.High:0.00}"), Inv($"{w.Tickets}"), w.Proposed == w.HandSet ? "" : Inv($"{w.Proposed:0.##}"));
        table.Write(Console.Out);
        if (learned.LaterRows > 0) Console.WriteLine(Inv($"on {learned.LaterRows} labels later than those learned from: log-loss {learned.LogLoss.Learned:0.000} learned, {learned.LogLoss.HandSet:0.000} hand-set"));
        if (replayed is null) Console.WriteLine("too few labels to learn from the earlier ones and replay the later");
        else
        {
            Console.WriteLine($"replay of what came from {DecisionJson.Format(replayed.From)} on, weights learned from what came before: {Counted.Of(replayed.Changed, "decision")} changed");
            foreach (var (id, difference) in replayed.Differences.Where(d => d.Value.Value is not null))
                Console.WriteLine(Inv($"  {id,-24} {replayed.HandSet[id].Value:0.###} -> {replayed.Learned[id].Value:0.###}  difference {difference.Value:+0.###;-0.###;0} ({difference.Low:+0.###;-0.###;0} to {difference.High:+0.###;-0.###;0}), n {difference.N}"));
            var young = replayed.Differences.Where(d => d.Value.Value is null).Select(d => d.Key).ToList();
            if (young.Count > 0) Console.WriteLine($"  no data: {string.Join(", ", young)} (what rests on labels leaves out the last {MetricOptions.Default.MaturityDays} days)");
        }
        Console.WriteLine(diff.Count == 0 ? "nothing to change: every interval holds its hand-set weight" : "proposed for policy.json:");
        foreach (var line in diff) Console.WriteLine("  " + line);
        if (parse.GetValue(Out) is not { } folder || diff.Count == 0) return;
        var before = Directory.Exists(origin) ? Path.GetRelativePath(Environment.CurrentDirectory, origin) : "rules";
        Console.WriteLine($"{folder}: the rules with the proposed {PolicyFile}; look at it with 'escalation rules diff {before} {folder}', replay it with 'escalation replay --history {history.Files} --rules {folder} --baseline-rules {before}', and promote it with 'escalation rules promote {folder}'");
    }

    private static string Inv(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record ReplayedWeights(
        Instant From, IReadOnlyDictionary<string, MetricValue> HandSet, IReadOnlyDictionary<string, MetricValue> Learned, IReadOnlyDictionary<string, MetricValue> Differences, long Changed);
}
