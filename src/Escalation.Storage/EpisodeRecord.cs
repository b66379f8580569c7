using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Storage;

/// <summary>An episode as recorded, with the decisions that explain it.</summary>
/// <param name="Episode">The episode; its signals are those of <paramref name="LastDecision"/> and are only there where the query says so.</param>
/// <param name="OpeningDecision">The decision that opened it; null where a person did.</param>
/// <param name="LastDecision">The decision that opened or last raised it.</param>
/// <param name="IssueKey">Product and issue type of the opening message where both were known.</param>
/// <param name="Tickets">Tickets linked to it as members of its incident, by id.</param>
public sealed record EpisodeRecord(Episode Episode, string? OpeningDecision, string? LastDecision, string? IssueKey, IReadOnlyList<TicketId> Tickets)
{
    /// <summary>What was due before this is silent: it was imported then. Far in the past where all is told.</summary>
    public Instant WatchedFrom { get; init; } = Instant.MinValue;

    /// <summary>The record with the episode as it stands at an instant.</summary>
    public EpisodeRecord StandingAt(Instant now) => this with { Episode = Episode.StandingAt(now) };
}

/// <summary>Which episodes are asked for.</summary>
public sealed record EpisodeQuery
{
    /// <summary>Only these statuses; empty = all.</summary>
    public IReadOnlyList<EpisodeStatus> Statuses { get; init; } = [];

    /// <summary>Only episodes that are open in any status.</summary>
    public bool OpenOnly { get; init; }

    /// <summary>Only episodes whose snooze, if any, is over.</summary>
    public bool AwakeOnly { get; init; }

    /// <summary>The instant by which snoozes are over or not.</summary>
    public required Instant Now { get; init; }

    /// <summary>Only episodes routed to this team.</summary>
    public string? Team { get; init; }

    /// <summary>Only this band.</summary>
    public Band? Band { get; init; }

    /// <summary>At most so many, 1 to 500.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Only episodes older than this one, as the last item of the page before.</summary>
    public EpisodeCursor? After { get; init; }
}

/// <summary>A place in the list of episodes, newest first.</summary>
public readonly record struct EpisodeCursor(Instant OpenedAt, EpisodeId Id);

/// <summary>A ticket linked to the episode of an incident.</summary>
/// <param name="Episode">The episode.</param>
/// <param name="Ticket">The ticket.</param>
/// <param name="At">When it was linked.</param>
public sealed record LinkedTicket(EpisodeId Episode, TicketId Ticket, Instant At);
