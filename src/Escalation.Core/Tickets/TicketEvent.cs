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
/// <remarks>What only some kinds say is kept apart, so that the many events in the windows stay small. Source: "History and labels" in DESIGN.md, "Events, labels, episodes" in CONTRACTS.md.</remarks>
public sealed record TicketEvent : HistoryRecord
{
    private readonly EventDetails? details;

    /// <summary>The ticket it happened to.</summary>
    public required TicketId TicketId { get; init; }

    /// <summary>What happened.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>Who did it.</summary>
    public required Actor Actor { get; init; }

    /// <summary>The team it was assigned or moved to.</summary>
    public string? Team { get; init; }

    /// <summary>The agent it was assigned to.</summary>
    public string? Assignee { get; init; }

    /// <summary>Whether the customer could see it; null where it does not apply.</summary>
    public bool? Public { get; init; }

    /// <summary>For <see cref="EventKind.Merged"/>: the ticket that stays.</summary>
    public TicketId? ToTicket { get => details?.ToTicket; init => Details = Details with { ToTicket = value }; }

    /// <summary>Minutes of work, where the source records them.</summary>
    public double? Minutes { get => details?.Minutes; init => Details = Details with { Minutes = value }; }

    /// <summary>The new status of a status change.</summary>
    public string? Status { get => details?.Status; init => Details = Details with { Status = value }; }

    /// <summary>The new priority of a priority change.</summary>
    public string? Priority { get => details?.Priority; init => Details = Details with { Priority = value }; }

    /// <summary>All tags after a tag change.</summary>
    public IReadOnlyList<string>? Tags { get => details?.Tags; init => Details = Details with { Tags = value }; }

    /// <summary>The end of a snooze.</summary>
    public Instant? Until { get => details?.Until; init => Details = Details with { Until = value }; }

    /// <summary>For <see cref="EventKind.Escalated"/>: the episode that was opened or raised.</summary>
    public string? EpisodeId { get => details?.EpisodeId; init => Details = Details with { EpisodeId = value }; }

    /// <summary>For <see cref="EventKind.Escalated"/>: its band.</summary>
    public Band? Band { get => details?.Band; init => Details = Details with { Band = value }; }

    /// <summary>All of these in one.</summary>
    public EventDetails Details { get => details ?? EventDetails.None; init => details = value == EventDetails.None ? null : value; }
}

/// <summary>What only some kinds of events say; see the members of the same names of <see cref="TicketEvent"/>.</summary>
public sealed record EventDetails
{
    /// <summary>Nothing.</summary>
    public static readonly EventDetails None = new();

    /// <inheritdoc cref="TicketEvent.ToTicket"/>
    public TicketId? ToTicket { get; init; }

    /// <inheritdoc cref="TicketEvent.Minutes"/>
    public double? Minutes { get; init; }

    /// <inheritdoc cref="TicketEvent.Status"/>
    public string? Status { get; init; }

    /// <inheritdoc cref="TicketEvent.Priority"/>
    public string? Priority { get; init; }

    /// <inheritdoc cref="TicketEvent.Tags"/>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <inheritdoc cref="TicketEvent.Until"/>
    public Instant? Until { get; init; }

    /// <inheritdoc cref="TicketEvent.EpisodeId"/>
    public string? EpisodeId { get; init; }

    /// <inheritdoc cref="TicketEvent.Band"/>
    public Band? Band { get; init; }
}
