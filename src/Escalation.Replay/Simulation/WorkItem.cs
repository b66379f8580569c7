using Escalation.Core.Decisions;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Simulation;

/// <summary>Where and how a candidate would have sent a piece of work.</summary>
/// <param name="AtMs">When it recommended so, in Unix milliseconds; not before the work came.</param>
/// <param name="Band">The band, priority or immediate.</param>
/// <param name="Score">The score, 0 to 1.</param>
/// <param name="Team">The team of the route.</param>
/// <param name="DeadlineMs">The deadline of the route.</param>
public sealed record Flag(long AtMs, Band Band, double Score, string Team, long DeadlineMs);

/// <summary>A piece of work that a person answered: from a customer's first unanswered message on a ticket to the next human answer.</summary>
/// <remarks>An answer is a public reply by an agent, or a person's resolving. What nobody answered took nobody's time, and is counted apart.</remarks>
public sealed record WorkItem
{
    /// <summary>Its number in order of arrival.</summary>
    public required int Number { get; init; }

    /// <summary>The ticket.</summary>
    public required TicketId TicketId { get; init; }

    /// <summary>When the first of its messages was received, in Unix milliseconds.</summary>
    public required long ArrivalMs { get; init; }

    /// <summary>When a person answered.</summary>
    public required long AnsweredMs { get; init; }

    /// <summary>The team that answered.</summary>
    public required string Team { get; init; }

    /// <summary>The team from which a person had moved it: it was misplaced there. Null where nobody moved it.</summary>
    public string? MovedFrom { get; init; }

    /// <summary>When it was moved, in Unix milliseconds; null where nobody moved it.</summary>
    public long? MovedAtMs { get; init; }

    /// <summary>Whether it needed an escalation; null = nobody said.</summary>
    public bool? Needed { get; init; }

    /// <summary>When the need could first be seen: at the message that shows it, else at the arrival.</summary>
    public required long NeedMs { get; init; }

    /// <summary>The right team where it is known.</summary>
    public string? RightTeam { get; init; }

    /// <summary>What the candidate recommends; null = nothing.</summary>
    public Flag? Flag { get; init; }
}

/// <summary>What a simulation takes from a history.</summary>
/// <param name="Items">The work, in order of arrival.</param>
/// <param name="Unanswered">Runs of messages that no person answered, closing words among them.</param>
/// <param name="Shifts">Recorded shifts.</param>
/// <param name="Minutes">Minutes of work as events record them, by team, one entry an answer; empty where no event has any.</param>
/// <param name="ClaimMinutes">Minutes from an agent's taking a ticket to the answer.</param>
/// <param name="HasTruth">Whether need and right team come from a file of truth rather than from labels.</param>
public sealed record QueueTrace(
    IReadOnlyList<WorkItem> Items, int Unanswered, IReadOnlyList<Shift> Shifts, IReadOnlyList<(string Team, double Minutes)> Minutes, IReadOnlyList<(string Team, double Minutes)> ClaimMinutes, bool HasTruth)
{
    /// <summary>Observations below which nothing is fitted.</summary>
    public const int LeastFitted = 30;

    /// <summary>Handling times fitted to what the history records; null where it records too little.</summary>
    public HandlingTimes? Fit()
    {
        if (Minutes.Count >= LeastFitted) return HandlingTimes.Observed("fitted to the minutes that events record, shared over the answers of a ticket", Minutes);
        return ClaimMinutes.Count >= LeastFitted ? HandlingTimes.Observed("fitted to the time from an agent's taking a ticket to the answer", ClaimMinutes) : null;
    }
}
