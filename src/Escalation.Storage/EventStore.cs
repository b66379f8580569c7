using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>Ticket events by id.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class EventStore(EscalationDatabase database)
{
    internal const string All = """
        SELECT id, ticket_id, kind, at_ms, received_at_ms, received_given, actor_id, actor_kind, actor_team, team, to_ticket, is_public, minutes,
               status, priority, tags, assignee, until_ms, episode_id, band
        FROM events
        """;

    /// <summary>Records an event once.</summary>
    public static async Task<Stored> AddAsync(WriteTransaction transaction, TicketEvent ticketEvent, string bodyHash, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO events (id, ticket_id, kind, at_ms, received_at_ms, received_given, actor_id, actor_kind, actor_team, team, to_ticket, is_public, minutes,
                                status, priority, tags, assignee, until_ms, episode_id, band, body_hash)
            VALUES (@Id, @TicketId, @Kind, @AtMs, @ReceivedAtMs, @ReceivedGiven, @ActorId, @ActorKind, @ActorTeam, @Team, @ToTicket, @IsPublic, @Minutes,
                    @Status, @Priority, @Tags, @Assignee, @UntilMs, @EpisodeId, @Band, @BodyHash)
            ON CONFLICT (id) DO NOTHING
            """;
        if (await transaction.ExecuteAsync(sql, EventRow.From(ticketEvent, bodyHash), cancellation) == 1) return Stored.New;
        var hash = await transaction.QueryFirstAsync<string>("SELECT body_hash FROM events WHERE id = @Id", new { ticketEvent.Id }, cancellation);
        return hash == bodyHash ? Stored.Repeat : Stored.Conflict;
    }

    /// <summary>Whether somebody took a ticket up at or after an instant: acknowledged it, or a person assigned it.</summary>
    public async Task<bool> WasTakenUpAsync(TicketId ticket, NodaTime.Instant since, CancellationToken cancellation) =>
        await database.QueryFirstAsync<long>("""
            SELECT COUNT(*) FROM events
            WHERE ticket_id = @Ticket AND received_at_ms >= @SinceMs AND (kind = 'acknowledged' OR (kind = 'assigned' AND actor_kind = 'human'))
            """, new { Ticket = ticket.Value, SinceMs = Ms(since) }, cancellation) > 0;

    /// <summary>Events of some kinds in the order received.</summary>
    public async Task<IReadOnlyList<TicketEvent>> OfKindsAsync(IReadOnlyList<EventKind> kinds, CancellationToken cancellation)
    {
        const string sql = All + " WHERE kind IN @Kinds ORDER BY received_at_ms, at_ms, id";
        return [.. (await database.QueryAsync<EventRow>(sql, new { Kinds = kinds.Select(Wire.Name).ToArray() }, cancellation)).Select(r => r.ToEvent())];
    }

    /// <summary>Events of a ticket by (at, received, id).</summary>
    public async Task<IReadOnlyList<TicketEvent>> OfTicketAsync(TicketId ticket, CancellationToken cancellation)
    {
        const string sql = All + " WHERE ticket_id = @Ticket ORDER BY at_ms, received_at_ms, id";
        return [.. (await database.QueryAsync<EventRow>(sql, new { Ticket = ticket.Value }, cancellation)).Select(r => r.ToEvent())];
    }

    /// <summary>Events of some kinds of many tickets, in no stated order.</summary>
    public async Task<IReadOnlyList<TicketEvent>> OfTicketsAsync(IReadOnlyCollection<TicketId> tickets, IReadOnlyList<EventKind> kinds, CancellationToken cancellation)
    {
        const string sql = All + " WHERE ticket_id IN @Part AND kind IN @Kinds";
        var names = kinds.Select(Wire.Name).ToArray();
        var events = new List<TicketEvent>();
        foreach (var part in Parts(tickets.Select(t => t.Value)))
            events.AddRange((await database.QueryAsync<EventRow>(sql, new { Part = part, Kinds = names }, cancellation)).Select(r => r.ToEvent()));
        return events;
    }
}

/// <summary>A row of <c>events</c>.</summary>
internal sealed class EventRow
{
    public string Id { get; init; } = "";
    public string TicketId { get; init; } = "";
    public string Kind { get; init; } = "";
    public long AtMs { get; init; }
    public long ReceivedAtMs { get; init; }
    public int ReceivedGiven { get; init; }
    public string ActorId { get; init; } = "";
    public string ActorKind { get; init; } = "";
    public string? ActorTeam { get; init; }
    public string? Team { get; init; }
    public string? ToTicket { get; init; }
    public long? IsPublic { get; init; }
    public double? Minutes { get; init; }
    public string? Status { get; init; }
    public string? Priority { get; init; }
    public string? Tags { get; init; }
    public string? Assignee { get; init; }
    public long? UntilMs { get; init; }
    public string? EpisodeId { get; init; }
    public string? Band { get; init; }
    public string BodyHash { get; init; } = "";

    // An empty list of tags says "no tags now", which is not the same as saying nothing.
    public static EventRow From(TicketEvent e, string bodyHash) => new()
    {
        Id = e.Id,
        TicketId = e.TicketId.Value,
        Kind = Wire.Name(e.Kind),
        AtMs = Ms(e.At),
        ReceivedAtMs = Ms(e.Received),
        ReceivedGiven = Flag(e.ReceivedAt is not null),
        ActorId = e.Actor.Id,
        ActorKind = Wire.Name(e.Actor.Kind),
        ActorTeam = e.Actor.Team,
        Team = e.Team,
        ToTicket = e.ToTicket?.Value,
        IsPublic = Flag(e.Public),
        Minutes = e.Minutes,
        Status = e.Status,
        Priority = e.Priority,
        Tags = e.Tags is { Count: 0 } ? "[]" : List(e.Tags),
        Assignee = e.Assignee,
        UntilMs = Ms(e.Until),
        EpisodeId = e.EpisodeId,
        Band = Name(e.Band),
        BodyHash = bodyHash,
    };

    public TicketEvent ToEvent() => new()
    {
        Id = Id,
        TicketId = new(TicketId),
        Kind = Value<EventKind>(Kind),
        At = At(AtMs),
        ReceivedAt = ReceivedGiven != 0 ? At(ReceivedAtMs) : null,
        Actor = new Actor(ActorId, Value<ActorKind>(ActorKind), ActorTeam),
        Team = Team,
        ToTicket = ToTicket is null ? null : new TicketId(ToTicket),
        Public = Flag(IsPublic),
        Minutes = Minutes,
        Status = Status,
        Priority = Priority,
        Tags = List(Tags),
        Assignee = Assignee,
        Until = At(UntilMs),
        EpisodeId = EpisodeId,
        Band = ValueOrNull<Band>(Band),
    };
}
