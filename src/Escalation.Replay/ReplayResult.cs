using Escalation.Core.Metrics;
using Escalation.History.Formats;
using Escalation.History.View;
using Escalation.Replay.Arms;
using Escalation.Replay.Changes;
using Escalation.Replay.Collecting;
using Escalation.Replay.Responsibility;
using Escalation.Replay.Simulation;
using NodaTime;

namespace Escalation.Replay;

/// <summary>What part of history is counted, and how the work is done.</summary>
public sealed record ReplayOptions
{
    /// <summary>Messages received before warm up only.</summary>
    public Instant From { get; init; } = Instant.MinValue;

    /// <summary>Messages received from here on are not decided; labels and events are still taken.</summary>
    public Instant To { get; init; } = Instant.MaxValue;

    /// <summary>Threads for texts; the result does not depend on it.</summary>
    public int Workers { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>Called every few thousand records with the number taken.</summary>
    public Action<long>? OnProgress { get; init; }

    /// <summary>Slices to measure apart where something lies in them, for example <c>channel=chat</c>.</summary>
    public IReadOnlyList<string> Slices { get; init; } = [];

    /// <summary>Whether the largest slices of every dimension of <see cref="SliceNames"/> are measured apart too.</summary>
    public bool AllSlices { get; init; }

    /// <summary>How long a ticket on which nothing is received stays in memory; the result does not depend on it.</summary>
    internal Duration SettleAfter { get; init; } = Duration.FromDays(30);

    /// <summary>How many of each arm's highest recommendations to keep, one a ticket; 0 or more. They hold what customers wrote.</summary>
    public int Top { get; init; }
}

/// <summary>One arm over one history.</summary>
public sealed record ArmResult
{
    /// <summary>The arm.</summary>
    public required ReplayArm Arm { get; init; }

    /// <summary>Its metrics.</summary>
    public required MetricSet Metrics { get; init; }

    /// <summary>The same by slice.</summary>
    public required IReadOnlyDictionary<string, MetricSet> Slices { get; init; }

    /// <summary>What unknown labels leave open of its metrics.</summary>
    public required IReadOnlyDictionary<string, UnknownBounds> Unknown { get; init; }

    /// <summary>Days from the first to the last message decided; 0 for one message.</summary>
    public required double Days { get; init; }

    /// <summary>What its escalations ask of each team.</summary>
    public required IReadOnlyList<TeamVolume> Volumes { get; init; }

    /// <summary>How many labelled tickets needed an escalation by their highest score, in <see cref="ScoreBin.Bins"/> bins.</summary>
    public required IReadOnlyList<ScoreBin> Reliability { get; init; }

    /// <summary>Customer messages decided.</summary>
    public required long Messages { get; init; }

    /// <summary>Messages by band, from none to immediate.</summary>
    public required IReadOnlyList<long> Bands { get; init; }

    /// <summary>Decisions with a rule that threw.</summary>
    public required long Degraded { get; init; }

    /// <summary>Decisions that a person must look at.</summary>
    public required long NeedsReview { get; init; }

    /// <summary>Rules that did anything, by name.</summary>
    public required IReadOnlyList<RuleTally> Rules { get; init; }

    /// <summary>The highest recommendations, the highest first; empty unless asked for.</summary>
    public required IReadOnlyList<HighestRecommendation> Highest { get; init; }

    /// <summary>Digest of all decisions in order.</summary>
    public required string DecisionsHash { get; init; }
}

/// <summary>An arm compared with the first one.</summary>
public sealed record ArmComparison
{
    /// <summary><c>ARM-BASELINE</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The arm less the baseline, with the interval of the paired difference by customer.</summary>
    public required IReadOnlyDictionary<string, MetricValue> Differences { get; init; }

    /// <summary>The same by slice.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, MetricValue>> Slices { get; init; }

    /// <summary>What unknown labels leave open of the differences.</summary>
    public required IReadOnlyDictionary<string, UnknownDifference> Unknown { get; init; }

    /// <summary>Changed decisions by what they mean.</summary>
    public required IReadOnlyDictionary<ChangeKind, long> Changes { get; init; }

    /// <summary>The first changes of each kind.</summary>
    public required IReadOnlyList<(ChangeKind Kind, DecisionChange Change)> Examples { get; init; }

    /// <summary>Labelled tickets that only one arm judges rightly: by the baseline, by the arm.</summary>
    public required (int Baseline, int Arm) Discordant { get; init; }

    /// <summary>Exact McNemar test on those; 1 without any.</summary>
    public required double McNemar { get; init; }

    /// <summary>Tickets that only the arm escalates and of which nobody said whether it is needed.</summary>
    public required int UnknownTickets { get; init; }

    /// <summary>How many of them would have to be labelled blindly for their share of false alarms to be known within 10 points at 95 %.</summary>
    public required int LabelsToSettle { get; init; }
}

/// <summary>A replay of one or more arms over one history.</summary>
public sealed class ReplayResult : IDisposable
{
    internal ReplayResult(Changes.ChangeSpool spool, Func<DecisionChange, ChangeKind> kindOf) => (Spool, KindOf) = (spool, kindOf);

    internal ChangeSpool Spool { get; }

    internal Func<DecisionChange, ChangeKind> KindOf { get; }

    /// <summary>The arms, the baseline first.</summary>
    public required IReadOnlyList<ArmResult> Arms { get; init; }

    /// <summary>Each further arm against the first; empty with one arm.</summary>
    public required IReadOnlyList<ArmComparison> Comparisons { get; init; }

    /// <summary>The slices measured, by dimension.</summary>
    public required IReadOnlyList<SliceSize> Slices { get; init; }

    /// <summary>What was left out of dimensions with too many values, by dimension.</summary>
    public required IReadOnlyDictionary<string, (int Values, int Tickets)> SlicesLeftOut { get; init; }

    /// <summary>What is known of listed changes beyond the two decisions, by arm and message; filled by <see cref="ResponsibilityPass"/>, and no part of the hash.</summary>
    public IReadOnlyDictionary<(int Arm, string MessageId), ExplainedChange> Explained { get; internal set; } = new Dictionary<(int, string), ExplainedChange>();

    /// <summary>What is known of a change; null where it was not looked at.</summary>
    public ExplainedChange? Explanation(DecisionChange change) => Explained.GetValueOrDefault((change.Arm, change.MessageId));

    /// <summary>How long people would have waited under each arm; empty unless asked for; filled by <see cref="SimulationPass"/>, and no part of the hash.</summary>
    public IReadOnlyList<ArmSimulation> Simulations { get; internal set; } = [];

    /// <summary>The arms as a gate sees them.</summary>
    public IReadOnlyList<GateSubject> GateArms => [.. Arms.Select(a => GateSubject.Of(a.Arm.Name, a.Metrics, a.Slices))];

    /// <summary>The differences as a gate sees them.</summary>
    public IReadOnlyList<GateSubject> GateDifferences => [.. Comparisons.Select(c => new GateSubject(c.Name, c.Differences, c.Slices))];

    /// <summary>How reading went; null where records were given.</summary>
    public InputSummary? Input { get; init; }

    /// <summary>What the point-in-time view held and met.</summary>
    public required ViewCounters View { get; init; }

    /// <summary>First and last receivedAt of the history.</summary>
    public required (Instant First, Instant Last) Span { get; init; }

    /// <summary>Labels read.</summary>
    public required int Labels { get; init; }

    /// <summary>Times that a ticket which had been put aside was read back.</summary>
    internal long Recalled { get; init; }

    /// <summary>Lets go of the changes on disk.</summary>
    public void Dispose() => Spool.Dispose();
}
