using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Replay.Changes;

/// <summary>What a changed decision means, in the order in which a person should read them.</summary>
public enum ChangeKind
{
    /// <summary>The baseline escalated a ticket that needed it, the candidate never does.</summary>
    LostTrueEscalation,
    /// <summary>The candidate escalates a ticket that did not need it, the baseline never does.</summary>
    NewFalseAlarm,
    /// <summary>The baseline escalated, the candidate never does, and nobody said whether it was needed.</summary>
    LostUnknown,
    /// <summary>The candidate escalates, the baseline never does, and nobody said whether it is needed.</summary>
    NewUnknown,
    /// <summary>The candidate escalates a ticket that needed it, the baseline never does.</summary>
    NewTrueEscalation,
    /// <summary>The baseline escalated a ticket that did not need it, the candidate never does.</summary>
    RemovedFalseAlarm,
    /// <summary>Both escalate the ticket, at different messages.</summary>
    MovedInTime,
    /// <summary>Both escalate at this message, to different teams.</summary>
    TeamMove,
    /// <summary>The band differs in another way.</summary>
    BandMove,
}

/// <summary>One side of a changed decision.</summary>
/// <param name="Band">The band.</param>
/// <param name="Score">The score.</param>
/// <param name="Team">The team; empty below priority.</param>
/// <param name="Reasons">The reasons in words, joined by <c>; </c>.</param>
public readonly record struct ChangeSide(Band Band, double Score, string Team, string Reasons)
{
    /// <summary>Whether a decision has this band and team.</summary>
    public bool IsOf(Decision decision) => decision.Recommendation.Band == Band && string.Equals(decision.Route?.Team ?? "", Team, StringComparison.Ordinal);

    /// <summary>The side that a decision makes.</summary>
    public static ChangeSide Of(Decision decision, string originalText) => new(
        decision.Recommendation.Band, decision.Recommendation.Score, decision.Route?.Team ?? "",
        string.Join("; ", decision.Recommendation.Contributions.Select(c => ReasonWords.Text(c, decision.Signals, originalText))));
}

/// <summary>A message on which two arms differ in band or team.</summary>
/// <param name="Arm">Number of the arm that is compared with the first one.</param>
/// <param name="MessageId">The message.</param>
/// <param name="TicketId">Its ticket, after merges.</param>
/// <param name="CustomerId">Its customer.</param>
/// <param name="At">When it was written.</param>
/// <param name="Before">The first arm's decision.</param>
/// <param name="After">The other arm's.</param>
public sealed record DecisionChange(int Arm, string MessageId, TicketId TicketId, CustomerId CustomerId, Instant At, ChangeSide Before, ChangeSide After)
{
    /// <summary>Whether two decisions differ in what matters to a person.</summary>
    public static bool Differs(Decision before, Decision after) =>
        before.Recommendation.Band != after.Recommendation.Band || !string.Equals(before.Route?.Team, after.Route?.Team, StringComparison.Ordinal);

    /// <summary>What the change means once labels and episodes are known.</summary>
    /// <param name="needed">Whether the ticket needed an escalation; null = unknown.</param>
    /// <param name="escalatedBefore">Whether the first arm's machine escalates the ticket at any message.</param>
    /// <param name="escalatedAfter">Whether the other arm's does.</param>
    public ChangeKind KindOf(bool? needed, bool escalatedBefore, bool escalatedAfter)
    {
        var (was, isNow) = (Before.Band >= Band.PriorityEscalation, After.Band >= Band.PriorityEscalation);
        if (was && isNow) return string.Equals(Before.Team, After.Team, StringComparison.Ordinal) ? ChangeKind.BandMove : ChangeKind.TeamMove;
        if (was == isNow) return ChangeKind.BandMove;
        if (escalatedBefore == escalatedAfter) return ChangeKind.MovedInTime;
        return (escalatedAfter, needed) switch
        {
            (false, true) => ChangeKind.LostTrueEscalation,
            (false, false) => ChangeKind.RemovedFalseAlarm,
            (false, null) => ChangeKind.LostUnknown,
            (true, true) => ChangeKind.NewTrueEscalation,
            (true, false) => ChangeKind.NewFalseAlarm,
            (true, null) => ChangeKind.NewUnknown,
        };
    }
}
