using System.CommandLine;
using Escalation.Cli.Commands.Rules;
using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.History.Facts;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.Replay;
using Escalation.Replay.Analysis;
using Escalation.Replay.Arms;
using Escalation.Replay.Reports;
using Escalation.Replay.Responsibility;
using Escalation.Replay.Simulation;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Cli.Commands;

/// <summary><c>replay --history F...</c>: a history decided again under one or more configurations.</summary>
internal static class ReplayCommand
{
    private const string Description = """
        Decides a history again under one or more rule sets and models, and tells what changes, whether that is better, and how sure that is.

        Example: escalation replay --history data/history --rules my-rules --baseline-rules rules --out report
        shows what my-rules would have changed; report/report.html is a page for the browser.
        As a check of a build server, exit 1 and report/gate.junit.xml, gate.sarif, gate.md where it fails:
          escalation replay --history data/history --rules my-rules --baseline-rules rules --gate gate.json --out report
        Two models under the same rules:
          escalation replay --history data/history --arm live=frustration:VERSION --arm next=frustration:VERSION
        How one number moves the figures:
          escalation replay --history data/history --sweep policy.json:thresholds.priority=0.5..0.8 --capacity 40/day
        How long people would have waited, as a section of the report:
          escalation replay --history data/history --rules my-rules --baseline-rules rules --simulate --truth data/history/truth.jsonl --out report
        What shadow rules of a running service would have done, from its recorded decisions:
          escalation replay --database escalation.db --shadow --out report
        A gate file: {"checks": [{"metric": "recall", "difference": true, "bound": "low", "min": -0.02, "slice": "channel=*"}]}
        """;

    /// <summary>The command.</summary>
    /// <param name="load">Makes a configuration.</param>
    /// <param name="clock">For the report's date.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var history = new Option<string[]>("--history") { Description = "Folders or files of history.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true, HelpName = "F" };
        var shadow = new Option<bool>("--shadow") { Description = "Instead of a history: what --database recorded, as it was decided against how it would have been with its shadow rules live." };
        var baseline = new Option<string?>("--baseline-rules") { Description = "The rules to compare with, a folder or a version stored in --database.", HelpName = "DIR|VERSION" };
        var arms = new Option<string[]>("--arm") { Description = "An arm by name instead; the first is the baseline.", AllowMultipleArgumentsPerToken = false, HelpName = "NAME=rules:V,frustration:V,team:V" };
        var from = new Option<string?>("--from") { Description = "Count messages received from here on; those before warm up.", HelpName = "T" };
        var to = new Option<string?>("--to") { Description = "Decide no message received from here on.", HelpName = "T" };
        var gate = new Option<string?>("--gate") { Description = "Checks that must hold; failing ones on standard output, exit 1.", HelpName = "FILE" };
        var output = new Option<string?>("--out") { Description = "Write report.html, report.json, report.txt, metrics.csv, rules.csv and changes.csv here, and dropped.csv where rows of the history count for nothing; with --gate also gate.junit.xml, gate.sarif and gate.md.", HelpName = "DIR" };
        var workers = new Option<int>("--workers") { Description = "Threads. The result does not depend on it.", DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount), HelpName = "N" };
        var top = new Option<int>("--top") { Description = "Show the N highest recommendations with their reasons and the customer's words, one a ticket.", DefaultValueFactory = _ => 0, HelpName = "N" };
        var zone = new Option<string?>("--time-zone") { Description = "The zone of times without an offset. Without it they are refused.", HelpName = "Z" };
        var dates = new Option<bool>("--effective-dates") { Description = "Run a rule only within its effectiveFrom and effectiveTo, as the live service does. Without it every rule counts at any time." };
        var exceptions = new Option<bool>("--exceptions") { Description = "Honour the snoozes and quarantines that are recorded in --database, each in its time." };
        var simulate = new Option<bool>("--simulate") { Description = "Serve the work of the history again in the order of each arm, and tell in the report how long people would have waited." };
        var (sweep, simulation) = (new SweepOptions(), new SimulationOptions(simulate));
        var cache = new FactCacheOption(clock, null);
        var command = cache.Added(simulation.Added(sweep.Added(new Command("replay", Description)
        {
            history, shadow, baseline, arms, from, to, gate, output, workers, top, zone, dates, exceptions, simulate,
        })));
        // On the option, not on the command: an error there keeps those of other options from being said.
        history.Validators.Add(result =>
        {
            if (result.Tokens.Count == 0 && result.GetResult(shadow) is null) result.AddError("--history: name a folder or files of history, or --shadow for what --database recorded");
        });
        command.SetAction(async (parse, cancellation) =>
        {
            if ((parse.GetValue(exceptions) ? await RecordedAsync(parse, cancellation) : []) is not { } recorded) return ExitCode.BadInput;
            if (cache.Open(parse, out var facts) is { } unusable)
            {
                await Console.Error.WriteLineAsync(unusable);
                return ExitCode.BadInput;
            }
            var problems = new List<string>();
            var simulated = parse.GetValue(simulate) ? (simulation.Inputs(parse, problems), simulation.Queue(parse, Math.Max(1, parse.GetValue(workers)))) : ((SimulationInputs, QueueOptions)?)null;
            var request = new Request(
                parse.GetRequiredValue(history), ArmsOf(parse.GetValue(arms) ?? [], parse.GetValue(CommandOptions.Rules)?.ToString(), parse.GetValue(baseline)), parse.GetValue(from), parse.GetValue(to),
                parse.GetValue(gate), parse.GetValue(output), Math.Max(1, parse.GetValue(workers)), Math.Max(0, parse.GetValue(top)), parse.GetValue(zone), parse.GetValue(CommandOptions.Json), parse.GetValue(CommandOptions.Models)?.FullName,
                parse.GetRequiredValue(CommandOptions.Database), parse.GetValue(dates), recorded, facts, simulated, problems);
            if (parse.GetValue(shadow)) return await ShadowAsync(request, sweep.IsAsked(parse), load, clock, cancellation);
            return await Task.Run(() => sweep.IsAsked(parse) ? Sweep(request, sweep, parse, load, cancellation) : Run(request, load, clock, cancellation), CancellationToken.None);
        });
        return command;
    }

    /// <summary>The snoozes and quarantines of the database; null, said on standard error, where there is none.</summary>
    private static async Task<IReadOnlyList<RuleException>?> RecordedAsync(ParseResult parse, CancellationToken cancellation)
    {
        var place = EscalationDatabase.At(parse.GetRequiredValue(CommandOptions.Database)).Place;
        if (!File.Exists(place))
        {
            await Console.Error.WriteLineAsync($"--database: {place} is not there; name the database that recorded the snoozes and quarantines, or leave --exceptions out");
            return null;
        }
        IReadOnlyList<RuleException> found = [];
        await RulesDatabase.WithAsync(parse, async database =>
        {
            found = [.. (await new RuleExceptionStore(database).AllAsync(cancellation)).Select(e => e.Exception)];
            return ExitCode.Done;
        }, cancellation);
        return found;
    }

    private static IReadOnlyList<(ReplayArmOption? Arm, string? Problem)> ArmsOf(string[] arms, string? rules, string? baseline)
    {
        if (arms.Length > 0 && (rules ?? baseline) is not null) return [(null, "--arm: names arms itself; leave --rules and --baseline-rules out, or name two arms")];
        if (arms.Length > 0) return [.. arms.Select(a => (ReplayArmOption.Parse(a, out var problem), problem))];
        var candidate = (new ReplayArmOption("candidate", rules, null, null), (string?)null);
        return baseline is null ? [candidate] : [(new ReplayArmOption("baseline", baseline, null, null), null), candidate];
    }

    private static Task<int> ShadowAsync(Request request, bool isSweep, Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock, CancellationToken cancellation)
    {
        var problems = request.Problems.ToList();
        var options = OptionsOf(request, problems, out _);
        var gate = GateOf(request.Gate, problems);
        if (request.History.Length > 0 || request.Arms is not [{ Arm: { Name: "candidate", Rules: null } }] || isSweep || request.Cache is not null || request.EffectiveDates || request.Exceptions.Count > 0 || request.Simulation is not null)
            problems.Add("--shadow: what was decided is recorded, and by which rules; leave --history, --rules, --baseline-rules, --arm, --sweep, --cache, --effective-dates, --exceptions and --simulate out");
        if (problems.Count > 0)
        {
            foreach (var problem in problems) Console.Error.WriteLine(problem);
            return Task.FromResult(ExitCode.BadInput);
        }
        options = options with { AllSlices = true, Slices = [.. gate?.Checks.Select(c => c.Slice).OfType<string>() ?? []] };
        return new ShadowReplayRun(load, clock).RunAsync(request.Database, request.Models, options, (result, provenance) => Conclude(request, gate, result, provenance) ?? ExitCode.Done, cancellation);
    }

    /// <summary>Judges, writes and prints.</summary>
    /// <returns>1 where the gate fails; null where nothing was asked for that does.</returns>
    private static int? Conclude(Request request, GateDefinition? gate, ReplayResult result, ReportProvenance provenance, Action<Action<DropReason, InputProblem>>? dropped = null)
    {
        var judged = gate is null ? null : GateReport.Of(request.Gate!, gate, result);
        if (request.Output is { } folder) ReportFolder.Write(folder, result, provenance, judged, dropped);
        Print(request.Json, result, provenance, judged);
        return judged is { Holds: false } ? ExitCode.CheckFailed : null;
    }

    private static int Run(Request request, Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock, CancellationToken cancellation)
    {
        var problems = request.Problems.ToList();
        var options = OptionsOf(request, problems, out var reading);
        var gate = GateOf(request.Gate, problems);
        var arms = LoadArms(request, load, problems);
        var source = HistorySource.Open(request.History, reading, out var missing);
        if (missing is not null) problems.Add(missing.ToString());
        if (problems.Count > 0)
        {
            foreach (var problem in problems) Console.Error.WriteLine(problem);
            return ExitCode.BadInput;
        }

        source!.Summary.OnRejected = problem => Console.Error.WriteLine(problem);
        using var kept = request.Cache is { } cache ? new AnalyzedHistory(cache, source, reading.TimeZone?.Id) : null;
        var progress = new ReplayProgress("records", () => kept?.Records is { } records and > 0 ? records : source.TotalLines);
        options = options with { OnProgress = progress.Report, AllSlices = true, Slices = [.. gate?.Checks.Select(c => c.Slice).OfType<string>() ?? []] };
        using var result = kept is null ? ReplayEngine.Run(arms, source, options, cancellation) : ReplayEngine.Run(arms, kept, options, cancellation);
        kept?.Touch(clock.GetUtcNow());
        progress.End();
        cancellation.ThrowIfCancellationRequested();      // it may have come while all was counted
        IEnumerable<HistoryRecord> Again() => kept is null ? Opened(request.History, reading).Read(cancellation) : kept.Tape(cancellation).Read(request.Workers, cancellation);
        long Total() => kept?.Records is { } records and > 0 ? records : source.TotalLines;
        Explain(result, Again, Total, options, kept is null ? null : configuration => kept.Open(configuration, options, cancellation).Table, cancellation);
        var isSimulated = request.Simulation is not { } simulation || Simulate(result, Again, Total, simulation.Inputs, simulation.Options, cancellation);
        var provenance = new ReportProvenance(
            [.. source.Files], options.From == Instant.MinValue ? null : options.From, options.To == Instant.MaxValue ? null : options.To,
            Instant.FromDateTimeOffset(clock.GetUtcNow()), Duration.FromTimeSpan(progress.Elapsed), request.Workers, HistoryHash.Of(source.Files, request.TimeZone, request.Cache));
        cancellation.ThrowIfCancellationRequested();
        return Conclude(request, gate, result, provenance, take => Drop(Opened(request.History, reading), take, cancellation)) ?? (source.Summary.RejectedCount > 0 || !isSimulated ? ExitCode.BadInput : ExitCode.Done);
    }

    private static HistorySource Opened(string[] history, HistoryReadOptions reading) => HistorySource.Open(history, reading, out var gone) ?? throw new IOException(gone!.ToString());

    /// <summary>Reads a history for the sake of the rows that count for nothing.</summary>
    private static void Drop(HistorySource source, Action<DropReason, InputProblem> take, CancellationToken cancellation)
    {
        source.Summary.OnDropped = take;
        foreach (var _ in source.Read(cancellation))
        {
        }
    }

    /// <remarks>The history is read again for it: only the listed changes are looked at, and only once all labels are known is it clear which these are.</remarks>
    private static void Explain(ReplayResult result, Func<IEnumerable<HistoryRecord>> again, Func<long> total, ReplayOptions options, Func<Configuration, FactTable>? tableOf, CancellationToken cancellation)
    {
        if (result.Comparisons.All(c => c.Examples.Count == 0)) return;
        var progress = new ReplayProgress("records read again for what changes decisions", total);
        ResponsibilityPass.Explain(result, again(), options with { OnProgress = progress.Report }, cancellation, tableOf);
        progress.End();
    }

    /// <returns>Whether the history says enough to simulate; what it does not say is told on standard error.</returns>
    private static bool Simulate(ReplayResult result, Func<IEnumerable<HistoryRecord>> again, Func<long> total, SimulationInputs inputs, QueueOptions queue, CancellationToken cancellation)
    {
        SimulationOptions.Followed(queue, total, (options, onRead) =>
        {
            SimulationPass.Simulate(result, again, inputs, options, onRead, cancellation);
            return result.Simulations;
        });
        foreach (var problem in result.Simulations.SelectMany(s => s.Problems).Distinct(StringComparer.Ordinal)) Console.Error.WriteLine(problem);
        return result.Simulations.All(s => s.Report is not null);
    }

    private static int Sweep(Request request, SweepOptions sweep, ParseResult parse, Func<ConfigurationRequest, ConfigurationLoad> load, CancellationToken cancellation)
    {
        var problems = new List<string>();
        var options = OptionsOf(request, problems, out var reading);
        var asked = sweep.Read(parse, problems);
        if (request.Arms.Count != 1 || request.Gate is not null) problems.Add("--sweep: tries one rules folder; leave --arm, --baseline-rules and --gate out");
        if (request.Simulation is not null) problems.Add("--sweep: simulates no queue; leave --simulate out, and ask for it of the folder that you choose");
        if (request.Top > 0) problems.Add("--sweep: shows no single recommendations; leave --top out, and ask for it of the folder that you choose");
        var arms = LoadArms(request, load, problems);
        var source = HistorySource.Open(request.History, reading, out var missing);
        if (missing is not null) problems.Add(missing.ToString());
        foreach (var problem in problems) Console.Error.WriteLine(problem);
        if (problems.Count > 0) return ExitCode.BadInput;
        source!.Summary.OnRejected = problem => Console.Error.WriteLine(problem);
        return SweepOptions.Run(asked!.Value, arms[0].Configuration, source, options, new ReplayProgress("records", () => source.TotalLines), request.Output, request.Json, cancellation);
    }

    /// <remarks>With <c>--json</c> standard output is one document, so the failing checks stand in it.</remarks>
    private static void Print(bool json, ReplayResult result, ReportProvenance provenance, GateReport? gate)
    {
        if (json)
        {
            using var output = Console.OpenStandardOutput();
            output.Write(ReportJson.Write(result, provenance, gate));
            output.WriteByte((byte)'\n');
            return;
        }
        Console.Out.Write(ReportText.Write(result, provenance));
        if (gate is null) return;
        Console.Out.WriteLine(gate.Summary);
        foreach (var skipped in gate.Results.Where(r => r.Verdict == GateVerdict.Skipped)) Console.Out.WriteLine($"skipped: {skipped.Text}");
        foreach (var failure in gate.Failures) Console.Out.WriteLine($"gate: {failure.Text}");
    }

    private static ReplayOptions OptionsOf(Request request, List<string> problems, out HistoryReadOptions reading)
    {
        var options = new ReplayOptions { Workers = request.Workers, Top = request.Top };
        if (request.From is { } from && CommandTimes.Parse("--from", from, out var problem) is var start)
        {
            if (problem is not null) problems.Add(problem);
            else options = options with { From = start!.Value };
        }
        if (request.To is { } to && CommandTimes.Parse("--to", to, out problem) is var end)
        {
            if (problem is not null) problems.Add(problem);
            else options = options with { To = end!.Value };
        }
        if (options.To <= options.From) problems.Add("--to: is not after --from; nothing would be counted");
        var zone = CommandTimes.Zone(request.TimeZone, out var zoneProblem);
        if (zoneProblem is not null) problems.Add(zoneProblem);
        reading = new HistoryReadOptions { TimeZone = zone, Workers = request.Workers };
        return options;
    }

    private static GateDefinition? GateOf(string? file, List<string> problems)
    {
        if (file is null) return null;
        if (!File.Exists(file))
        {
            problems.Add($"{file}: file: is not there; --gate names a file of checks");
            return null;
        }
        var reading = GateParser.Parse(File.ReadAllText(file), file);
        problems.AddRange(reading.Problems);
        return reading.Definition;
    }

    private static IReadOnlyList<ReplayArm> LoadArms(Request request, Func<ConfigurationRequest, ConfigurationLoad> load, List<string> problems)
    {
        var names = new List<string>();
        var configurations = new List<Configuration>();
        foreach (var (arm, problem) in request.Arms)
        {
            if (problem is not null) problems.Add(problem);
            if (arm is null) continue;
            if (names.Contains(arm.Name, StringComparer.Ordinal)) problems.Add($"--arm: {arm.Name} is named twice; give each arm its own name");
            var wanted = new ConfigurationRequest(arm.Rules, request.Models, arm.Frustration, arm.Team, request.Database, IsTrial: true);
            var loaded = load(wanted);
            if (!loaded.IsComplete(wanted))
            {
                problems.AddRange(loaded.Problems);
                problems.Add($"arm {arm.Name}: its {(loaded.Configuration is null ? "rules" : arm.Team is null ? "frustration model" : "models")} could not be loaded");
                continue;
            }
            foreach (var line in loaded.Problems) Console.Error.WriteLine($"arm {arm.Name}: {line}");
            names.Add(arm.Name);
            var configuration = request.EffectiveDates ? loaded.Configuration! : loaded.Configuration!.Timeless();
            configurations.Add(request.Exceptions.Count > 0 ? configuration.With(request.Exceptions) : configuration);
        }
        return [.. AnalyzerSharing.Share(configurations).Select((c, i) => new ReplayArm(names[i], c))];
    }

    private sealed record Request(
        string[] History, IReadOnlyList<(ReplayArmOption? Arm, string? Problem)> Arms, string? From, string? To, string? Gate, string? Output, int Workers, int Top, string? TimeZone,
        bool Json, string? Models, string Database, bool EffectiveDates, IReadOnlyList<RuleException> Exceptions, string? Cache, (SimulationInputs Inputs, QueueOptions Options)? Simulation, IReadOnlyList<string> Problems);
}
