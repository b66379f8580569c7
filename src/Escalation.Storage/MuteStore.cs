using Escalation.Core.Tickets;
using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>Of whom nobody is told.</summary>
public enum MuteKind
{
    /// <summary>A customer.</summary>
    Customer,

    /// <summary>A ticket, its thread.</summary>
    Ticket,

    /// <summary>A robot: everything that one source delivers, for example a monitoring mailbox.</summary>
    Robot,
}

/// <summary>Nobody is told of the escalations of somebody for a time; they are decided, opened and shown as ever.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Subject">The customer's or ticket's id, or the source's name.</param>
/// <param name="From">It holds from then on.</param>
/// <param name="Until">And before this.</param>
/// <param name="Reason">Why.</param>
/// <param name="Actor">Who.</param>
public sealed record Mute(string Id, MuteKind Kind, string Subject, Instant From, Instant Until, string Reason, string Actor)
{
    /// <summary>When somebody ended it before its time; null where nobody did.</summary>
    public Instant? EndedAt { get; init; }

    /// <summary>Who ended it.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Why they ended it.</summary>
    public string? EndedReason { get; init; }

    /// <summary>Whether it holds at an instant.</summary>
    public bool IsInForceAt(Instant now) => From <= now && now < Until && EndedAt is null;
}

/// <summary>Mutes, with those that are over.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class MuteStore(EscalationDatabase database)
{
    private const string All = "SELECT id, kind, subject, from_ms, until_ms, reason, actor, ended_at_ms, ended_by, ended_reason FROM mutes";

    /// <summary>Records a mute.</summary>
    public static Task AddAsync(WriteTransaction transaction, Mute mute, CancellationToken cancellation) => transaction.ExecuteAsync(
        "INSERT INTO mutes (id, kind, subject, from_ms, until_ms, reason, actor) VALUES (@Id, @Kind, @Subject, @FromMs, @UntilMs, @Reason, @Actor)",
        new { mute.Id, Kind = Wire.Name(mute.Kind), mute.Subject, FromMs = Ms(mute.From), UntilMs = Ms(mute.Until), mute.Reason, mute.Actor }, cancellation);

    /// <summary>Ends a mute before its time; false, and nothing done, where it is over.</summary>
    public static async Task<bool> EndAsync(WriteTransaction transaction, string id, Instant now, string actor, string reason, CancellationToken cancellation) => await transaction.ExecuteAsync(
        "UPDATE mutes SET ended_at_ms = @NowMs, ended_by = @actor, ended_reason = @reason WHERE id = @id AND ended_at_ms IS NULL AND until_ms > @NowMs", new { id, NowMs = Ms(now), actor, reason }, cancellation) > 0;

    /// <summary>A mute by id; null where there is none.</summary>
    public async Task<Mute?> FindAsync(string id, CancellationToken cancellation) => (await database.QueryFirstAsync<Row>(All + " WHERE id = @id", new { id }, cancellation))?.ToMute();

    /// <summary>Every mute ever recorded, newest first.</summary>
    public async Task<IReadOnlyList<Mute>> AllAsync(CancellationToken cancellation) => [.. (await database.QueryAsync<Row>(All + " ORDER BY from_ms DESC, id", null, cancellation)).Select(r => r.ToMute())];

    /// <summary>Mutes in force on a ticket at an instant, the one that ends last first.</summary>
    /// <param name="customer">Its customer.</param>
    /// <param name="ticket">The ticket.</param>
    /// <param name="robots">The sources of its messages.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<Mute>> InForceAsync(CustomerId customer, TicketId ticket, IReadOnlyCollection<string> robots, Instant now, CancellationToken cancellation) =>
        [.. (await database.QueryAsync<Row>(All + """
             WHERE ended_at_ms IS NULL AND from_ms <= @NowMs AND until_ms > @NowMs
               AND ((kind = 'customer' AND subject = @Customer) OR (kind = 'ticket' AND subject = @Ticket) OR (kind = 'robot' AND subject IN @robots))
             ORDER BY until_ms DESC, id
            """, new { NowMs = Ms(now), Customer = customer.Value, Ticket = ticket.Value, robots }, cancellation)).Select(r => r.ToMute())];

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Subject { get; init; } = "";
        public long FromMs { get; init; }
        public long UntilMs { get; init; }
        public string Reason { get; init; } = "";
        public string Actor { get; init; } = "";
        public long? EndedAtMs { get; init; }
        public string? EndedBy { get; init; }
        public string? EndedReason { get; init; }

        public Mute ToMute() => new(Id, Value<MuteKind>(Kind), Subject, At(FromMs), At(UntilMs), Reason, Actor) { EndedAt = At(EndedAtMs), EndedBy = EndedBy, EndedReason = EndedReason };
    }
}
