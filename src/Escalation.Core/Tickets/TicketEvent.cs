using Escalation.Core.Decisions;
using NodaTime;

namespace Escalation.Core.Tickets;

/// <summary>What can happen to a ticket.</summary>
public enum EventKind
{
    Created, Assigned, TeamChanged, Acknowledged, Snoozed, StatusChanged, PriorityChanged, TagsChanged,
    WaitingCustomer, WaitingAgent, Escalated, Merged, Resolved, Reopened, Closed,
}

/// <summary>Every event names robot or person.</summary>
public enum ActorKind { Human, Robot, Customer }

/// <summary>Who did something.</summary>
/// <param name="Id">The agent, customer or robot; empty where the source does not say.</param>
/// <param name="Kind">Robot or person.</param>
/// <param name="Team">The actor's team then, an id of teams.json.</param>
public sealed record Actor(string Id, ActorKind Kind, string? Team = null);

/// <summary>Something that happened to a ticket.</summary>
/// <remarks>Source: "History and labels" in DESIGN.md, "Events, labels, episodes" in CONTRACTS.md.</remarks>
public sealed record TicketEvent : HistoryRecord
{
    /// <summary>The ticket it happened to.</summary>
    public required TicketId TicketId { get; init; }

    /// <summary>What happened.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>Who did it.</summary>
    public required Actor Actor { get; init; }

    /// <summary>The team it was assigned or moved to.</summary>
    public string? Team { get; init; }

    /// <summary>For <see cref="EventKind.Merged"/>: the ticket that stays.</summary>
    public TicketId? ToTicket { get; init; }

    /// <summary>Whether the customer could see it; null where it does not apply.</summary>
    public bool? Public { get; init; }

    /// <summary>Minutes of work, where the source records them.</summary>
    public double? Minutes { get; init; }

    /// <summary>The new status of a status change.</summary>
    public string? Status { get; init; }

    /// <summary>The new priority of a priority change.</summary>
    public string? Priority { get; init; }

    /// <summary>All tags after a tag change.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The agent it was assigned to.</summary>
    public string? Assignee { get; init; }

    /// <summary>The end of a snooze.</summary>
    public Instant? Until { get; init; }

    /// <summary>For <see cref="EventKind.Escalated"/>: the episode that was opened or raised.</summary>
    public string? EpisodeId { get; init; }

    /// <summary>For <see cref="EventKind.Escalated"/>: its band.</summary>
    public Band? Band { get; init; }
}
