using Escalation.Core.Metrics;
using NodaTime;

namespace Escalation.Replay.Simulation;

/// <summary>A figure over seeds.</summary>
/// <param name="Value">The mean over seeds.</param>
/// <param name="Low">Lower end of the 95 % interval over seeds: what other handling times would give.</param>
/// <param name="High">Upper end.</param>
public readonly record struct SeedFigure(double Value, double Low, double High);

/// <summary>Response times of a group of work, in minutes by the wall clock, nights and week-ends included.</summary>
/// <param name="N">Items.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Median">The median.</param>
/// <param name="P90">What nine in ten stay below.</param>
public sealed record ResponseTimes(int N, SeedFigure Mean, SeedFigure Median, SeedFigure P90);

/// <summary>One order of service.</summary>
/// <param name="Arm">Which.</param>
/// <param name="Needed">Response times of what needed an escalation, from when that could be seen; null without any.</param>
/// <param name="Others">Response times of all other work, from its arrival; null without any.</param>
/// <param name="LateShare">Share of the needed work that was answered after the target, 0 to 1; null without any.</param>
/// <param name="LongestStaffedHours">The longest wait of any visit in any seed, counted while its team was staffed.</param>
/// <param name="Utilisation">Busy share of agents' time by team, the mean over seeds; above 1 where they worked overtime.</param>
public sealed record ArmFigures(QueueArm Arm, ResponseTimes? Needed, ResponseTimes? Others, SeedFigure? LateShare, double LongestStaffedHours, IReadOnlyDictionary<string, double> Utilisation);

/// <summary>How much faster one arm answers than another: 1 less the ratio, paired by seed. Negative = slower.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Baseline">What it is compared with.</param>
/// <param name="Mean">Fall of the mean.</param>
/// <param name="Median">Fall of the median.</param>
/// <param name="P90">Fall of the 90th percentile.</param>
/// <param name="OverDays">Fall of the mean with the interval over the days of the history: what another quarter like this would give.</param>
public sealed record ResponseFall(QueueArm Arm, QueueArm Baseline, SeedFigure Mean, SeedFigure Median, SeedFigure P90, MetricValue OverDays);

/// <summary>What a comparison comes to.</summary>
/// <param name="Needed">For what needed an escalation; null without any.</param>
/// <param name="Others">For all other work: what it costs them; null without any.</param>
public sealed record ArmComparisonFigures(ResponseFall? Needed, ResponseFall? Others);

/// <summary>A recorded figure beside what the simulation makes of the same order.</summary>
/// <param name="Figure"><c>mean</c>, <c>median</c> or <c>p90</c> of response minutes.</param>
/// <param name="Recorded">As recorded.</param>
/// <param name="Simulated">As simulated, the mean over seeds.</param>
public sealed record ReproductionFigure(string Figure, double Recorded, double Simulated)
{
    /// <summary>How far off it is, as a share of the recorded one; positive = too slow.</summary>
    public double Miss => Simulated / Recorded - 1;

    /// <summary>Whether it lies within a tenth.</summary>
    public bool Holds => Math.Abs(Miss) <= QueueOptions.Tolerance;
}

/// <summary>Whether the simulation is valid for this history.</summary>
/// <param name="N">Answers that it was checked on.</param>
/// <param name="From">From when on they arrived.</param>
/// <param name="Figures">Figure by figure.</param>
/// <param name="UndividedMean">Mean response minutes of the same answers in the recorded order, if agents gave all of their shifts to this queue.</param>
/// <param name="Refusal">Why nothing is claimed; null = the recorded order is reproduced.</param>
public sealed record Reproduction(int N, Instant From, IReadOnlyList<ReproductionFigure> Figures, double UndividedMean, string? Refusal)
{
    /// <summary>Whether anything may be claimed.</summary>
    public bool IsValid => Refusal is null;
}

/// <summary>A team as it was simulated.</summary>
/// <param name="Team">Its id.</param>
/// <param name="Agents">Agents who ever work for it.</param>
/// <param name="Answers">Answers that it gave.</param>
/// <param name="Availability">The share of their shifts that agents give to this queue; above 1 = several answers at a time.</param>
/// <param name="RecordedUtilisation">Handling time of its answers over its agents' time in shifts.</param>
public sealed record SimulatedTeam(string Team, int Agents, int Answers, double Availability, double RecordedUtilisation);

/// <summary>Answers by what they answered.</summary>
/// <param name="Needed">What needed an escalation.</param>
/// <param name="NotNeeded">What did not.</param>
/// <param name="Unknown">What nobody said of: counted with the others.</param>
public readonly record struct NeedCounts(int Needed, int NotNeeded, int Unknown);

/// <summary>What the candidate flags.</summary>
/// <param name="Right">What needed it.</param>
/// <param name="FalseAlarms">What did not, and what nobody said of.</param>
/// <param name="Unknown">Of the false alarms: what nobody said of.</param>
/// <param name="Misroutes">Of the right ones: sent to a team that is known not to be the right one.</param>
public readonly record struct FlagCounts(int Right, int FalseAlarms, int Unknown, int Misroutes);

/// <summary>What was simulated, whether it may be believed, and, where it may, what it comes to.</summary>
public sealed record SimulationReport
{
    /// <summary>Answers.</summary>
    public required int Answers { get; init; }

    /// <summary>Runs of messages that nobody answered: they are left out.</summary>
    public required int Unanswered { get; init; }

    /// <summary>Answers by need.</summary>
    public required NeedCounts Needs { get; init; }

    /// <summary>Where need comes from: <c>truth</c> or <c>labels</c>.</summary>
    public required string NeedsFrom { get; init; }

    /// <summary>The candidate's flags.</summary>
    public required FlagCounts Flags { get; init; }

    /// <summary>Where handling times come from.</summary>
    public required string Handling { get; init; }

    /// <summary>Observations behind the handling times; 0 where a number was given.</summary>
    public required int HandlingN { get; init; }

    /// <summary>Mean minutes of handling.</summary>
    public required double HandlingMeanMinutes { get; init; }

    /// <summary>How it was run.</summary>
    public required QueueOptions Options { get; init; }

    /// <summary>The teams.</summary>
    public required IReadOnlyList<SimulatedTeam> Teams { get; init; }

    /// <summary>Whether it may be believed.</summary>
    public required Reproduction Check { get; init; }

    /// <summary>The arms; empty where nothing is claimed.</summary>
    public required IReadOnlyList<ArmFigures> Arms { get; init; }

    /// <summary>Comparisons; empty where nothing is claimed.</summary>
    public required IReadOnlyList<ArmComparisonFigures> Comparisons { get; init; }

    /// <summary>Share of the way from first-in-first-out to the oracle that the candidate goes, in mean response of what needed an escalation; null where there is no way.</summary>
    public required double? Capture { get; init; }
}
