using System.Collections.Immutable;
using Escalation.Core.Decisions;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Episodes;

/// <summary>Where an episode stands.</summary>
public enum EpisodeStatus { Open, Acknowledged, Assigned, Snoozed, Resolved, Dismissed, Merged }

/// <summary>One escalation of a ticket: at most one is open per ticket.</summary>
/// <remarks>Immutable. Source: "episode" in DESIGN.md, "Events, labels, episodes" in CONTRACTS.md.</remarks>
public sealed record Episode
{
    /// <summary><c>TICKET#N</c>, N counting from 1 on the ticket it was opened on.</summary>
    public required EpisodeId Id { get; init; }

    /// <summary>The ticket that it was opened on, before merges.</summary>
    public TicketId OpenedOn => new(Id.Value[..Id.Value.LastIndexOf('#')]);

    /// <summary>The ticket; changes when the ticket is merged into one without an open episode.</summary>
    public required TicketId TicketId { get; init; }

    /// <summary>The customer of the ticket.</summary>
    public required CustomerId CustomerId { get; init; }

    /// <summary>The deciding message's receivedAt, or the time at which a person raised it.</summary>
    public required Instant OpenedAt { get; init; }

    /// <summary>Robot or person.</summary>
    public required ActorKind OpenedBy { get; init; }

    /// <summary>The message whose decision opened it; null where a person did.</summary>
    public MessageId? OpenedByMessage { get; init; }

    /// <summary>The highest band since opening; never falls by itself.</summary>
    public required Band Band { get; init; }

    /// <summary>The highest score since opening.</summary>
    public double Score { get; init; }

    /// <summary>Every trigger type seen since opening.</summary>
    public ImmutableSortedSet<string> Triggers { get; init; } = [];

    /// <summary>The signals of the decision that opened or last raised it.</summary>
    public IReadOnlyList<Signal> Signals { get; init; } = [];

    /// <summary>The route of the decision that opened or last raised it; null where a person raised it without one.</summary>
    public Route? Route { get; init; }

    /// <summary>The team that has it now: the route's until somebody assigns or moves it; null where nobody has it.</summary>
    public string? Team { get; init; }

    /// <summary>The first team it went to.</summary>
    public string? FirstTeam { get; init; }

    /// <summary>The incident that it stands for, where it does.</summary>
    public string? IncidentKey { get; init; }

    /// <summary>Where it stands.</summary>
    public EpisodeStatus Status { get; init; } = EpisodeStatus.Open;

    /// <summary>When its snooze ends; null where it is not snoozed, or until somebody acts.</summary>
    public Instant? SnoozedUntil { get; init; }

    /// <summary>The label that dismissed it, or that took the dismissal back; null where none did.</summary>
    public string? JudgedBy { get; init; }

    /// <summary>When it was first resolved, also where it was reopened later.</summary>
    public Instant? FirstResolvedAt { get; init; }

    /// <summary>When it ended; null while it is open.</summary>
    public Instant? EndedAt { get; init; }

    /// <summary>Times that it was reopened.</summary>
    public int Reopened { get; init; }

    /// <summary>Whether it is still open in any status.</summary>
    public bool IsOpen => EndedAt is null;

    /// <summary>As it stands at an instant: a snooze that has ended by then is over, and it waits for somebody again.</summary>
    public Episode StandingAt(Instant now) =>
        Status == EpisodeStatus.Snoozed && SnoozedUntil <= now ? this with { Status = EpisodeStatus.Open, SnoozedUntil = null } : this;
}

/// <summary>What happened to an episode.</summary>
public enum EpisodeChangeKind { Opened, Raised, Updated, Linked, Ended, Reopened }

/// <summary>A change of an episode.</summary>
/// <param name="Kind">What happened. <see cref="EpisodeChangeKind.Linked"/>: tickets were linked to an incident's episode, which itself stays as it was.</param>
/// <param name="Episode">The episode after the change.</param>
/// <param name="Tickets">Tickets that were linked.</param>
public sealed record EpisodeChange(EpisodeChangeKind Kind, Episode Episode, IReadOnlyList<TicketId> Tickets)
{
    /// <summary>A change without linked tickets.</summary>
    public EpisodeChange(EpisodeChangeKind kind, Episode episode) : this(kind, episode, []) { }
}

/// <summary>What an <see cref="EpisodeBook"/> knows of a ticket.</summary>
/// <param name="Latest">The latest episode, open or ended; null where it went to another ticket by a merge.</param>
/// <param name="Count">Episodes opened on it or moved to it.</param>
/// <param name="DismissedAt">When the latest one was dismissed, while that counts.</param>
/// <param name="JudgedBy">The label that a taking back must name.</param>
public sealed record EpisodeMemory(Episode? Latest, int Count, Instant? DismissedAt, string? JudgedBy);
