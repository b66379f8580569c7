using Escalation.Core.Tickets;
using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>A stretch of time whose tickets were drawn from.</summary>
/// <param name="Design">The audit's name, which its labels carry.</param>
/// <param name="From">Messages received from here on.</param>
/// <param name="To">Exclusive end.</param>
/// <param name="Tickets">Tickets that could have been drawn.</param>
/// <param name="DrawnAt">When.</param>
public sealed record AuditPeriod(string Design, Instant From, Instant To, int Tickets, Instant DrawnAt);

/// <summary>A ticket that waits for a blind look.</summary>
/// <param name="Ticket">The ticket.</param>
/// <param name="Draw">How it was drawn; what a label on it carries.</param>
/// <param name="Until">What was received before this was there when it was drawn or, of one that was escalated, when it was.</param>
public sealed record AuditedTicket(TicketId Ticket, AuditDraw Draw, Instant Until);

/// <summary>Blind audits of what was not escalated and of a share of what was: what was drawn, and what of it waits.</summary>
/// <remarks>Thread-safe. A ticket waits until a label carries its draw, so that an answer is one record and not two.</remarks>
public sealed class BlindAuditStore(EscalationDatabase database)
{
    private const string Waits = """
        FROM audit_tickets a JOIN audit_periods p ON p.design = a.design
        WHERE NOT EXISTS (SELECT 1 FROM labels l WHERE l.ticket_id = a.ticket_id AND l.audit_design = a.design)
        """;

    /// <summary>The end of what was drawn from; null where nothing was.</summary>
    public async Task<Instant?> DrawnUntilAsync(CancellationToken cancellation) =>
        await database.QueryFirstAsync<long?>("SELECT MAX(to_ms) FROM audit_periods", null, cancellation) is { } ms ? At(ms) : null;

    /// <summary>Tickets on which a customer's message was received in a stretch of time, that were never escalated and of which nobody said anything, by id, each with its highest score.</summary>
    public async Task<IReadOnlyList<(TicketId Ticket, double Score)>> CandidatesAsync(Instant from, Instant to, CancellationToken cancellation)
    {
        const string sql = """
            SELECT d.ticket_id AS TicketId, MAX(d.score) AS Score
            FROM messages m JOIN decisions d ON d.source = m.source AND d.external_id = m.external_id AND d.revision = m.revision
            WHERE m.received_at_ms >= @From AND m.received_at_ms < @To
              AND NOT EXISTS (SELECT 1 FROM episodes e WHERE e.ticket_id = d.ticket_id)
              AND NOT EXISTS (SELECT 1 FROM labels l WHERE l.ticket_id = d.ticket_id)
              AND NOT EXISTS (SELECT 1 FROM audit_tickets a WHERE a.ticket_id = d.ticket_id)
            GROUP BY d.ticket_id ORDER BY d.ticket_id
            """;
        return [.. (await database.QueryAsync<CandidateRow>(sql, new { From = Ms(from), To = Ms(to) }, cancellation)).Select(r => (new TicketId(r.TicketId), r.Score))];
    }

    /// <summary>Tickets that the service escalated in a stretch of time, by id.</summary>
    public async Task<IReadOnlyList<TicketId>> EscalatedAsync(Instant from, Instant to, CancellationToken cancellation)
    {
        const string sql = """
            SELECT DISTINCT e.ticket_id FROM episodes e
            WHERE e.opened_at_ms >= @From AND e.opened_at_ms < @To AND e.opened_by = @Robot
              AND NOT EXISTS (SELECT 1 FROM audit_tickets a WHERE a.ticket_id = e.ticket_id)
            ORDER BY e.ticket_id
            """;
        return [.. (await database.QueryAsync<string>(sql, new { From = Ms(from), To = Ms(to), Robot = Wire.Name(ActorKind.Robot) }, cancellation)).Select(t => new TicketId(t))];
    }

    /// <summary>Records a draw.</summary>
    /// <returns>False, and nothing done, where the period was drawn from before.</returns>
    public static async Task<bool> AddAsync(WriteTransaction transaction, AuditPeriod period, IReadOnlyList<(TicketId Ticket, AuditDraw Draw)> drawn, CancellationToken cancellation)
    {
        const string sql = "INSERT INTO audit_periods (design, from_ms, to_ms, tickets, drawn_at_ms) VALUES (@Design, @From, @To, @Tickets, @DrawnAt) ON CONFLICT (design) DO NOTHING";
        if (await transaction.ExecuteAsync(sql, new { period.Design, From = Ms(period.From), To = Ms(period.To), period.Tickets, DrawnAt = Ms(period.DrawnAt) }, cancellation) == 0) return false;
        foreach (var (place, (ticket, draw)) in drawn.Index())
        {
            const string insert = "INSERT INTO audit_tickets (design, place, ticket_id, stratum, probability) VALUES (@Design, @place, @Ticket, @Stratum, @Probability)";
            await transaction.ExecuteAsync(insert, new { draw.Design, place, Ticket = ticket.Value, draw.Stratum, draw.Probability }, cancellation);
        }
        return true;
    }

    /// <summary>How many wait.</summary>
    public Task<long> WaitingAsync(CancellationToken cancellation) => database.QueryFirstAsync<long>("SELECT COUNT(*) " + Waits, null, cancellation);

    /// <summary>Those that wait, the oldest draw first.</summary>
    /// <param name="ticket">Only this one; null = all.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<AuditedTicket>> ListAsync(TicketId? ticket, int most, CancellationToken cancellation)
    {
        var sql = $"""
            SELECT a.design AS Design, a.ticket_id AS TicketId, a.stratum AS Stratum, a.probability AS Probability,
                   CASE WHEN a.stratum = @Escalated THEN COALESCE((SELECT MIN(e.opened_at_ms) + 1 FROM episodes e WHERE e.ticket_id = a.ticket_id AND e.opened_at_ms >= p.from_ms), p.to_ms) ELSE p.to_ms END AS ToMs
            {Waits} {(ticket is null ? "" : "AND a.ticket_id = @Ticket")} ORDER BY p.to_ms, a.place LIMIT @most
            """;
        return [.. (await database.QueryAsync<WaitingRow>(sql, new { Ticket = ticket?.Value, most, AuditDraw.Escalated }, cancellation))
            .Select(r => new AuditedTicket(new(r.TicketId), new AuditDraw(r.Design, r.Stratum, r.Probability), At(r.ToMs)))];
    }

    private sealed class CandidateRow
    {
        public string TicketId { get; init; } = "";
        public double Score { get; init; }
    }

    private sealed class WaitingRow
    {
        public string Design { get; init; } = "";
        public string TicketId { get; init; } = "";
        public string Stratum { get; init; } = "";
        public double Probability { get; init; }
        public long ToMs { get; init; }
    }
}
