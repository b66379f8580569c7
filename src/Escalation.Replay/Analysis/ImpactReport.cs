using Escalation.Core.Decisions;
using Escalation.History.Facts;
using Escalation.Replay.Changes;
using NodaTime;

namespace Escalation.Replay.Analysis;

/// <summary>Messages by what people said of their tickets.</summary>
/// <param name="Messages">All of them.</param>
/// <param name="Confirmed">A recommendation was confirmed.</param>
/// <param name="Dismissed">It was not needed.</param>
/// <param name="Missed">A person had to raise it.</param>
public readonly record struct VerdictCounts(int Messages, int Confirmed, int Dismissed, int Missed)
{
    /// <summary>Nobody said anything.</summary>
    public int Unknown => Messages - Confirmed - Dismissed - Missed;

    /// <summary>One message more.</summary>
    public VerdictCounts With(RowVerdict verdict) => new(
        Messages + 1, Confirmed + (verdict == RowVerdict.Confirmed ? 1 : 0), Dismissed + (verdict == RowVerdict.Dismissed ? 1 : 0), Missed + (verdict == RowVerdict.Missed ? 1 : 0));
}

/// <summary>
/// How a rule differs between two snapshots. <see cref="Surroundings"/>: it reads as before, but a list, keyword class or number that it uses changed;
/// <see cref="Dates"/>: nothing but its effective dates, where those count.
/// </summary>
public enum RuleChangeKind { Added, Removed, Condition, Effect, Surroundings, Dates }

/// <summary>A move between bands.</summary>
public sealed record BandChange(Band From, Band To, VerdictCounts Messages);

/// <summary>A move between teams; null = no escalation.</summary>
public sealed record TeamChange(string? From, string? To, VerdictCounts Messages);

/// <summary>What the change does to decisions.</summary>
/// <param name="Bands">Moves between bands.</param>
/// <param name="Teams">Moves between teams.</param>
/// <param name="Escalated">Messages that were not escalated before and are now.</param>
/// <param name="NoLonger">Messages that were escalated before and are not now.</param>
public sealed record DecisionMoves(IReadOnlyList<BandChange> Bands, IReadOnlyList<TeamChange> Teams, VerdictCounts Escalated, VerdictCounts NoLonger);

/// <summary>A message that a change touches.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="TicketId">Its ticket as of then.</param>
/// <param name="At">When it was written.</param>
/// <param name="Verdict">What people said of the ticket.</param>
/// <param name="Before">The decision without the change.</param>
/// <param name="After">The decision with it.</param>
/// <param name="Text">The message.</param>
public sealed record ImpactExample(string MessageId, string TicketId, Instant At, RowVerdict Verdict, ChangeSide Before, ChangeSide After, string Text);

/// <summary>What one changed rule does.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Kind">How it changed.</param>
/// <param name="Stage">Its stage with the change; without it where it was removed.</param>
/// <param name="Before">Messages matched before.</param>
/// <param name="After">Messages matched now.</param>
/// <param name="Gained">Matched now and not before.</param>
/// <param name="Lost">Matched before and not now.</param>
/// <param name="Errors">Messages on which it throws now.</param>
/// <param name="Unavailable">Messages on which it reads an unknown fact unguarded now.</param>
/// <param name="Moves">Changed decisions among the messages on which this rule differs; a message that two changed rules touch counts for both.</param>
/// <param name="Examples">The first messages on which it differs, those with a changed decision first.</param>
public sealed record RuleImpact(
    string Rule, RuleChangeKind Kind, RuleStage Stage, VerdictCounts Before, VerdictCounts After, VerdictCounts Gained, VerdictCounts Lost, int Errors, int Unavailable,
    DecisionMoves Moves, IReadOnlyList<ImpactExample> Examples);

/// <summary>What one changed routing rule does: escalated messages that it takes.</summary>
public sealed record RouteImpact(string Rule, RuleChangeKind Kind, VerdictCounts Before, VerdictCounts After);

/// <summary>What a candidate would have done to a history, beside what the baseline does.</summary>
public sealed record ImpactReport
{
    /// <summary>Version of the baseline's rule set, 64 hex digits.</summary>
    public required string Baseline { get; init; }

    /// <summary>Version of the candidate's rule set, 64 hex digits.</summary>
    public required string Candidate { get; init; }

    /// <summary>Whether rules counted only within their effective dates.</summary>
    public required bool EffectiveDates { get; init; }

    /// <summary>What differs between the two, a line a rule, keyword class or file, whether or not this history shows it.</summary>
    public required IReadOnlyList<string> Differences { get; init; }

    /// <summary>Messages of the history by what people said.</summary>
    public required VerdictCounts History { get; init; }

    /// <summary>Escalated messages under the baseline.</summary>
    public required VerdictCounts EscalatedBefore { get; init; }

    /// <summary>Escalated messages under the candidate.</summary>
    public required VerdictCounts EscalatedAfter { get; init; }

    /// <summary>Tickets with an escalated message: before, now, only before, only now.</summary>
    public required (int Before, int After, int Lost, int Gained) Tickets { get; init; }

    /// <summary>The changed signal rules, in file order; removed ones last.</summary>
    public required IReadOnlyList<RuleImpact> Rules { get; init; }

    /// <summary>The changed routing rules.</summary>
    public required IReadOnlyList<RouteImpact> Routes { get; init; }

    /// <summary>Changes of the whole.</summary>
    public required DecisionMoves Moves { get; init; }

    /// <summary>Messages whose band or team differs.</summary>
    public required VerdictCounts Changed { get; init; }

    /// <summary>The first changed messages.</summary>
    public required IReadOnlyList<ImpactExample> Examples { get; init; }

    /// <summary>Messages that had to be decided again.</summary>
    public required int Redecided { get; init; }
}
