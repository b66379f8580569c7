using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Escalation.Core.Tickets;
using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>Why a rule could not be evaluated: it threw, it read an unknown fact, or it is quarantined and so not run.</summary>
public enum ReviewCause { Error, Unavailable, Quarantined }

/// <summary>A rule that must escalate and could not be evaluated on a message.</summary>
/// <param name="Ticket">The ticket.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Cause">Why.</param>
/// <param name="Detail">Why, in words.</param>
/// <param name="Decision">The decision on the message.</param>
/// <param name="Message">The message.</param>
/// <param name="At">When it was decided.</param>
public sealed record ReviewFailure(TicketId Ticket, string Rule, ReviewCause Cause, string Detail, string Decision, MessageId Message, Instant At)
{
    /// <summary>The id of its review: one for a ticket and rule.</summary>
    public string Id => "r-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Ticket.Value}\n{Rule}")).AsSpan(0, 12));
}

/// <summary>A ticket that a person must look at, or has looked at, because of a rule.</summary>
/// <param name="Failure">The latest failure.</param>
/// <param name="Since">When it began to wait.</param>
/// <param name="Failures">Messages of the ticket on which the rule failed so far.</param>
/// <param name="Looked">Null while it waits.</param>
public sealed record ReviewRecord(ReviewFailure Failure, Instant Since, int Failures, ReviewLook? Looked);

/// <summary>That somebody looked.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Finding">What they found, in their words.</param>
public sealed record ReviewLook(Instant At, string Actor, string Finding);

/// <summary>Which reviews are asked for, newest first.</summary>
public sealed record ReviewQuery
{
    /// <summary>True = those that wait, false = those that were looked at, null = all.</summary>
    public bool? Waiting { get; init; }

    /// <summary>Only this rule.</summary>
    public string? Rule { get; init; }

    /// <summary>At most so many, 1 to 500.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Only those after this place, as the last item of the page before.</summary>
    public (Instant Since, string Id)? After { get; init; }
}

/// <summary>The review list: tickets on which a rule that must escalate failed.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ReviewStore(EscalationDatabase database)
{
    private const string All = "SELECT id, ticket_id, rule, cause, detail, decision_id, message_id, since_ms, failed_at_ms, failures, looked_at_ms, looked_at_by, finding FROM reviews";

    /// <summary>Puts a ticket on the list; one that is there for that rule stays one, and waits again where somebody had looked at it before this failure.</summary>
    public static async Task AddAsync(WriteTransaction transaction, ReviewFailure failure, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO reviews (id, ticket_id, rule, cause, detail, decision_id, message_id, since_ms, failed_at_ms, failures)
            VALUES (@Id, @TicketId, @Rule, @Cause, @Detail, @DecisionId, @MessageId, @FailedAtMs, @FailedAtMs, 1)
            ON CONFLICT (id) DO UPDATE SET
                cause = excluded.cause, detail = excluded.detail, decision_id = excluded.decision_id, message_id = excluded.message_id, failed_at_ms = excluded.failed_at_ms,
                failures = reviews.failures + 1, since_ms = CASE WHEN reviews.looked_at_ms IS NULL THEN reviews.since_ms ELSE excluded.since_ms END,
                looked_at_ms = NULL, looked_at_by = NULL, finding = NULL
            """;
        await transaction.ExecuteAsync(sql, Row.Of(failure), cancellation);
    }

    /// <summary>Records that somebody looked, with its trail.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="id">The review.</param>
    /// <param name="look">Who, when, and what they found.</param>
    /// <param name="failures">The number of failures that they saw; null = whichever.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>False, and nothing done, where it does not wait, or failed again since.</returns>
    public static async Task<bool> LookAsync(WriteTransaction transaction, string id, ReviewLook look, int? failures, CancellationToken cancellation)
    {
        const string sql = """
            UPDATE reviews SET looked_at_ms = @AtMs, looked_at_by = @Actor, finding = @Finding
            WHERE id = @id AND looked_at_ms IS NULL AND (@failures IS NULL OR failures = @failures)
            """;
        if (await transaction.ExecuteAsync(sql, new { id, AtMs = Ms(look.At), look.Actor, look.Finding, failures }, cancellation) == 0) return false;
        await AuditStore.AppendAsync(transaction, [new AuditEntry(look.At, "review_looked_at", id, look.Actor, JsonSerializer.Serialize(new { finding = look.Finding }))], cancellation);
        return true;
    }

    /// <summary>A review by id.</summary>
    public async Task<ReviewRecord?> FindAsync(string id, CancellationToken cancellation) => (await database.QueryFirstAsync<Row>(All + " WHERE id = @id", new { id }, cancellation))?.ToRecord();

    /// <summary>How many wait.</summary>
    public Task<long> WaitingAsync(CancellationToken cancellation) => database.QueryFirstAsync<long>("SELECT COUNT(*) FROM reviews WHERE looked_at_ms IS NULL", null, cancellation);

    /// <summary>A page of the list, the latest to wait first.</summary>
    public async Task<IReadOnlyList<ReviewRecord>> ListAsync(ReviewQuery query, CancellationToken cancellation)
    {
        var conditions = new List<string>();
        if (query.Waiting is { } waiting) conditions.Add(waiting ? "looked_at_ms IS NULL" : "looked_at_ms IS NOT NULL");
        if (query.Rule is not null) conditions.Add("rule = @Rule");
        if (query.After is not null) conditions.Add("(since_ms < @SinceMs OR (since_ms = @SinceMs AND id < @AfterId))");
        var where = conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);
        var parameters = new { query.Rule, SinceMs = Ms(query.After?.Since), AfterId = query.After?.Id, query.Limit };
        return [.. (await database.QueryAsync<Row>($"{All}{where} ORDER BY since_ms DESC, id DESC LIMIT @Limit", parameters, cancellation)).Select(r => r.ToRecord())];
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string TicketId { get; init; } = "";
        public string Rule { get; init; } = "";
        public string Cause { get; init; } = "";
        public string Detail { get; init; } = "";
        public string DecisionId { get; init; } = "";
        public string MessageId { get; init; } = "";
        public long SinceMs { get; init; }
        public long FailedAtMs { get; init; }
        public long Failures { get; init; }
        public long? LookedAtMs { get; init; }
        public string? LookedAtBy { get; init; }
        public string? Finding { get; init; }

        public static Row Of(ReviewFailure failure) => new()
        {
            Id = failure.Id,
            TicketId = failure.Ticket.Value,
            Rule = failure.Rule,
            Cause = Wire.Name(failure.Cause),
            Detail = failure.Detail,
            DecisionId = failure.Decision,
            MessageId = failure.Message.Value,
            FailedAtMs = Ms(failure.At),
        };

        public ReviewRecord ToRecord() => new(
            new ReviewFailure(new(TicketId), Rule, Value<ReviewCause>(Cause), Detail, DecisionId, new(MessageId), At(FailedAtMs)), At(SinceMs), (int)Failures,
            LookedAtMs is { } ms ? new ReviewLook(At(ms), LookedAtBy ?? "", Finding ?? "") : null);
    }
}
