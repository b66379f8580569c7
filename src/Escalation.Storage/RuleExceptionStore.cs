using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>A snooze or quarantine as it was recorded, with its early end where it has one.</summary>
/// <param name="Exception">Its end is the early one where there was one.</param>
/// <param name="Ended">Who ended it before its time; null = nobody.</param>
public sealed record RecordedException(RuleException Exception, ExceptionEnd? Ended);

/// <summary>The early end of an exception.</summary>
public sealed record ExceptionEnd(Instant At, string Actor, string Reason);

/// <summary>Snoozes and quarantines of rules, as events with times.</summary>
/// <remarks>
/// Thread-safe. An event holds from the instant after everything received so far, and is written under the lock that the ordered writer decides under:
/// so a message received at that instant or later was decided knowing it, and none before was.
/// </remarks>
public sealed class RuleExceptionStore(EscalationDatabase database)
{
    private const string All = "SELECT number, exception, change, at_ms, actor, reason, kind, rule, customer_id, product, until_ms FROM rule_exception_events ORDER BY number";
    private const string Started = "started", Ended = "ended";

    /// <summary>Records a snooze or a quarantine, with its trail.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="exception">What to record; it holds from <see cref="RuleException.From"/> or the next message on, whichever is later.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>As it was recorded; null, and nothing done, where it would be over before it holds.</returns>
    public static async Task<RuleException?> StartAsync(WriteTransaction transaction, RuleException exception, CancellationToken cancellation)
    {
        var recorded = exception with { From = await NextAsync(transaction, exception.From, cancellation) };
        if (recorded.Until <= recorded.From) return null;
        await AddAsync(transaction, Row.Of(recorded), cancellation);
        var content = new { rule = recorded.Rule, customer = recorded.Customer?.Value, product = recorded.Product, untilMs = Ms(recorded.Until), reason = recorded.Reason };
        await AuditStore.AppendAsync(transaction,
            [new AuditEntry(recorded.From, $"rule_{Wire.Name(recorded.Kind)}_started", recorded.Id, recorded.Actor, JsonSerializer.Serialize(content))], cancellation);
        return recorded;
    }

    /// <summary>Ends one before its time, with its trail.</summary>
    /// <returns>The end; null, and nothing done, where there is none of that id, or it is over.</returns>
    public static async Task<ExceptionEnd?> EndAsync(WriteTransaction transaction, string id, Instant now, string actor, string reason, CancellationToken cancellation)
    {
        var at = await NextAsync(transaction, now, cancellation);
        var known = Fold(await transaction.QueryAsync<Row>(All, null, cancellation)).FirstOrDefault(e => e.Exception.Id == id);
        if (known is null || known.Ended is not null || known.Exception.Until <= at) return null;
        at = Instant.Max(at, known.Exception.From);
        await AddAsync(transaction, new Row { Exception = id, Change = Ended, AtMs = Ms(at), Actor = actor, Reason = reason }, cancellation);
        await AuditStore.AppendAsync(transaction, [new AuditEntry(at, $"rule_{Wire.Name(known.Exception.Kind)}_ended", id, actor, JsonSerializer.Serialize(new { rule = known.Exception.Rule, reason }))], cancellation);
        return new ExceptionEnd(at, actor, reason);
    }

    /// <summary>The number of the last event, 0 before the first: another number says that something changed.</summary>
    public static Task<long> LastAsync(WriteTransaction transaction, CancellationToken cancellation) =>
        transaction.QueryFirstAsync<long>("SELECT COALESCE(MAX(number), 0) FROM rule_exception_events", null, cancellation);

    /// <summary>Every exception as a transaction sees it, in the order recorded.</summary>
    public static async Task<IReadOnlyList<RuleException>> AllAsync(WriteTransaction transaction, CancellationToken cancellation) =>
        [.. Fold(await transaction.QueryAsync<Row>(All, null, cancellation)).Select(e => e.Exception)];

    /// <summary>Every exception ever recorded, in the order recorded.</summary>
    public async Task<IReadOnlyList<RecordedException>> AllAsync(CancellationToken cancellation) => Fold(await database.QueryAsync<Row>(All, null, cancellation));

    private static async Task AddAsync(WriteTransaction transaction, Row row, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO rule_exception_events (number, exception, change, at_ms, actor, reason, kind, rule, customer_id, product, until_ms)
            VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM rule_exception_events), @Exception, @Change, @AtMs, @Actor, @Reason, @Kind, @Rule, @CustomerId, @Product, @UntilMs)
            """;
        await transaction.ExecuteAsync(sql, row, cancellation);
    }

    private static async Task<Instant> NextAsync(WriteTransaction transaction, Instant now, CancellationToken cancellation)
    {
        var last = await transaction.QueryFirstAsync<long?>("SELECT MAX(received_at_ms) FROM messages", null, cancellation);
        return last is { } ms ? Instant.Max(now, At(ms + 1)) : now;
    }

    private static List<RecordedException> Fold(IReadOnlyList<Row> rows)
    {
        var ends = rows.Where(r => r.Change == Ended).ToDictionary(r => r.Exception, r => new ExceptionEnd(At(r.AtMs), r.Actor, r.Reason), StringComparer.Ordinal);
        return [.. rows.Where(r => r.Change == Started).Select(r => r.ToException()).Select(e => ends.TryGetValue(e.Id, out var end)
            ? new RecordedException(e with { Until = end.At }, end)
            : new RecordedException(e, null))];
    }

    private sealed class Row
    {
        public string Exception { get; init; } = "";
        public string Change { get; init; } = "";
        public long AtMs { get; init; }
        public string Actor { get; init; } = "";
        public string Reason { get; init; } = "";
        public string? Kind { get; init; }
        public string? Rule { get; init; }
        public string? CustomerId { get; init; }
        public string? Product { get; init; }
        public long? UntilMs { get; init; }

        public static Row Of(RuleException e) => new()
        {
            Exception = e.Id,
            Change = Started,
            AtMs = Ms(e.From),
            Actor = e.Actor,
            Reason = e.Reason,
            Kind = Wire.Name(e.Kind),
            Rule = e.Rule,
            CustomerId = e.Customer?.Value,
            Product = e.Product,
            UntilMs = Ms(e.Until),
        };

        public RuleException ToException() => new()
        {
            Id = Exception,
            Kind = Value<RuleExceptionKind>(Kind ?? ""),
            Rule = Rule ?? "",
            Customer = CustomerId is null ? null : new CustomerId(CustomerId),
            Product = Product,
            From = At(AtMs),
            Until = At(UntilMs),
            Reason = Reason,
            Actor = Actor,
        };
    }
}
