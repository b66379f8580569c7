using System.Globalization;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Simulation;

/// <summary>What a simulation comes to, in sentences that its text and its page share.</summary>
internal static class SimulationWords
{
    /// <summary>What no figure of a simulation may be read without.</summary>
    public const string Caveat = "Simulated, not observed: only a trial with real teams shows what happens. Intervals: 95 %, over other handling times (in the table), and over the days of the history (in the sentences).";

    /// <summary>What a simulation does beside a report of a window.</summary>
    public const string WholeHistory = "Of the whole history: a queue is not cut by a window.";

    /// <summary>What was served, for every arm alike.</summary>
    public static IReadOnlyList<string> Basis(SimulationReport report) =>
    [
        Text($"{Counted.Of(report.Answers, "answer")} by people; {Counted.Of(report.Unanswered, "run")} of messages that nobody answered left out"),
        Text($"needed an escalation, by {report.NeedsFrom}: {report.Needs.Needed:N0} yes, {report.Needs.NotNeeded:N0} no, {report.Needs.Unknown:N0} unknown (counted with the others)"),
        Text($"handling times {report.Handling} (n = {report.HandlingN:N0}, mean {report.HandlingMeanMinutes:0.0} minutes)"),
        Text($"ageing: what has waited {report.Options.AgeingHours:0.#} staffed hours goes first, the oldest before the others; nobody is interrupted"),
    ];

    /// <summary>What an arm flags.</summary>
    public static string Flags(string arm, SimulationReport report) => Text(
        $"{arm} flags {report.Flags.Right + report.Flags.FalseAlarms:N0}: {report.Flags.Right:N0} right ({Share(report.Flags.Right, report.Needs.Needed)} of the needed), {Counted.Of(report.Flags.FalseAlarms, "false alarm")} ({report.Flags.Unknown:N0} of them unknown), {Counted.Of(report.Flags.Misroutes, "misroute")}; each of the latter two costs {report.Options.MisplacedMinutes:0.#} minutes");

    /// <summary>How much sooner or later people are answered, each with what it costs others, arm by arm and the oracle last; nothing where nothing is claimed.</summary>
    public static IEnumerable<(string Line, string? Cost)> Conclusions(IReadOnlyList<ArmSimulation> simulations)
    {
        var valid = Valid(simulations);
        foreach (var (arm, report, _) in valid)
        {
            foreach (var told in Falls(arm, report!, QueueArm.Candidate)) yield return told;
            if (report!.Capture is { } capture) yield return (capture > 0 ? Text($"{arm} goes {capture:P0} of the way from first-in-first-out to the oracle.") : $"{arm} goes no part of the way from first-in-first-out to the oracle.", null);
        }
        foreach (var (arm, report, _) in valid.Take(1))
        {
            foreach (var told in Falls(arm, report!, QueueArm.Oracle)) yield return told;
            if (report!.Comparisons.All(c => c.Needed is null)) yield return ("Nothing is known to have needed an escalation: give --truth FILE, or label tickets, to measure what an order is good for.", null);
        }
    }

    /// <summary>Whether the recorded order is reproduced, and what it means where it is not.</summary>
    public static IReadOnlyList<string> Verdict(Reproduction check) => check.IsValid
        ? ["Yes, within 10 %."]
        :
        [
            $"NOT VALID, nothing is claimed: {check.Refusal}.",
            Text($"Waiting for a free agent does not explain these response times, so that another order need not change them: agents who gave all of their shifts to this queue would have answered after {check.UndividedMean:N0} minutes on average, not {check.Figures[0].Recorded:N0}."),
            "If agents had other work, give --availability; if shifts or minutes are wrong, give --agents TEAM=N or --handling.",
        ];

    /// <summary>The orders of service of all arms, those that do not depend on an arm once.</summary>
    public static IEnumerable<(string Name, ArmFigures Figures)> Orders(IReadOnlyList<ArmSimulation> simulations)
    {
        var valid = Valid(simulations);
        foreach (var order in Enum.GetValues<QueueArm>())
            foreach (var simulation in order == QueueArm.Candidate ? valid : valid.Take(1))
                yield return (Name(order, simulation.Arm), simulation.Report!.Arms.Single(a => a.Arm == order));
    }

    /// <summary>Reports with a check of their own; arms are as a rule checked alike.</summary>
    public static IEnumerable<SimulationReport> Checked(IReadOnlyList<ArmSimulation> simulations) =>
        simulations.Select(s => s.Report).OfType<SimulationReport>().DistinctBy(r => string.Join('|', r.Check.Figures));

    /// <summary>How much of their shifts agents give to the queue, and how that is known.</summary>
    public static string Availability(SimulationReport report) => report.Options.Availability is null
        ? "availability: the share of shifts given to this queue, fitted to the mean response time of the first half; above 100 % = several answers at a time"
        : "availability: as given";

    /// <summary>Share of the needed work that was answered late.</summary>
    public static string Late(ArmFigures figures) => figures.LateShare is { } late ? late.Value.ToString("P1", CultureInfo.InvariantCulture) : "no data";

    /// <summary>The team with the least time to spare.</summary>
    public static string Busiest(ArmFigures figures) => figures.Utilisation.MaxBy(u => u.Value) is var busiest ? Text($"{busiest.Key} {busiest.Value:P0}") : "";

    /// <summary>How far the simulated figure is off the recorded one.</summary>
    public static string Off(ReproductionFigure figure) => figure.Miss.ToString("+0 %;-0 %;0 %", CultureInfo.InvariantCulture);

    /// <summary>Its mean over seeds with half the width of its interval.</summary>
    public static string Figure(SeedFigure figure) => Text($"{figure.Value:N1} ± {(figure.High - figure.Low) / 2:N1}");

    private static List<ArmSimulation> Valid(IReadOnlyList<ArmSimulation> simulations) => [.. simulations.Where(s => s.Report is { Check.IsValid: true })];

    private static IEnumerable<(string Line, string? Cost)> Falls(string arm, SimulationReport report, QueueArm order) => report.Comparisons.Where(c => c.Needed?.Arm == order).Select(c => (
        $"{Name(order, arm)} against {Name(c.Needed!.Baseline, arm)}: what needs an escalation is answered {Fall(c.Needed)}",
        c.Others is { } others ? $"what it costs: all other work is answered {Fall(others)}" : null));

    private static string Fall(ResponseFall fall) =>
        Text($"{Change(fall.Mean.Value)} on average{(fall.OverDays is { Low: { } low, High: { } high } ? $" ({Range(low, high)})" : "")}, {Change(fall.Median.Value)} in the median, {Change(fall.P90.Value)} at p90");

    private static string Change(double fall) => Text($"{Math.Abs(fall):P0} {(fall >= 0 ? "sooner" : "later")}");

    private static string Range(double low, double high) => (low, high) switch
    {
        ( >= 0, _) => Text($"{low:P0} to {high:P0}"),
        (_, <= 0) => Text($"{-high:P0} to {-low:P0}"),
        _ => $"{Change(high)} to {Change(low)}",
    };

    private static string Share(int part, int all) => all == 0 ? "no data" : ((double)part / all).ToString("P0", CultureInfo.InvariantCulture);

    private static string Name(QueueArm order, string arm) => order switch
    {
        QueueArm.FirstInFirstOut => "first-in-first-out",
        QueueArm.AsRecorded => "as recorded",
        QueueArm.Candidate => arm,
        _ => "oracle",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
