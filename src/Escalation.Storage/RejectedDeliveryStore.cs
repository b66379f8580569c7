using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Escalation.Core.Tickets;
using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>What became of a rejected delivery: it waits, was taken later, or somebody threw it away.</summary>
public enum RejectedState { Waiting, Taken, Discarded }

/// <summary>A delivery that could not be taken, or not wholly.</summary>
/// <param name="Channel">The channel that it came by.</param>
/// <param name="Body">The body, byte for byte.</param>
/// <param name="Problems">JSON pointer and words of everything that is wrong.</param>
public sealed record RejectedDelivery(string Channel, byte[] Body, IReadOnlyList<(string Pointer, string Message)> Problems)
{
    /// <summary>One id for a channel and a body, however often it is sent.</summary>
    public string Id => IdOf(Channel, Body);

    /// <summary>The id of a body of a channel.</summary>
    public static string IdOf(string channel, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(channel + "\n"));
        hash.AppendData(body);
        return "d-" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));
    }
}

/// <summary>A rejected delivery as it is recorded.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Delivery">What came; in a list only the beginning of its body.</param>
/// <param name="Bytes">Length of the whole body.</param>
/// <param name="FirstAt">When it came first.</param>
/// <param name="LastAt">When it came last.</param>
/// <param name="Deliveries">How often it came.</param>
/// <param name="State">What became of it.</param>
/// <param name="Decided">Who took it or threw it away; null while it waits.</param>
public sealed record RejectedRecord(string Id, RejectedDelivery Delivery, int Bytes, Instant FirstAt, Instant LastAt, int Deliveries, RejectedState State, RejectedDecision? Decided);

/// <summary>That a rejected delivery was taken or thrown away.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who; the channel's own name where the sender's next try was taken.</param>
/// <param name="Reason">Why.</param>
public sealed record RejectedDecision(Instant At, string Actor, string Reason);

/// <summary>Which rejected deliveries are asked for, the latest first.</summary>
public sealed record RejectedQuery
{
    /// <summary>Only these; null = all.</summary>
    public RejectedState? State { get; init; } = RejectedState.Waiting;

    /// <summary>Only of this channel.</summary>
    public string? Channel { get; init; }

    /// <summary>At most so many, 1 to 500.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Only those after this place, as the last item of the page before.</summary>
    public (Instant FirstAt, string Id)? After { get; init; }
}

/// <summary>Deliveries that could not be taken, kept for a person to look at and to try again.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class RejectedDeliveryStore(EscalationDatabase database)
{
    /// <summary>Bytes of a body that a list carries: hundreds of bodies of megabytes are not read to show a page.</summary>
    public const int BeginningBytes = 4_096;

    private const string Others = "problems, first_at_ms, last_at_ms, deliveries, state, decided_at_ms, decided_by, reason FROM rejected_deliveries";
    private const string Whole = "SELECT id, channel, body, length(body) AS bytes, " + Others;

    /// <summary>Keeps a delivery; the same body again is counted, and waits again where it had been decided.</summary>
    public static async Task KeepAsync(WriteTransaction transaction, RejectedDelivery delivery, Instant now, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO rejected_deliveries (id, channel, body, problems, first_at_ms, last_at_ms, deliveries, state)
            VALUES (@Id, @Channel, @Body, @Problems, @NowMs, @NowMs, 1, 'waiting')
            ON CONFLICT (id) DO UPDATE SET problems = excluded.problems, last_at_ms = excluded.last_at_ms, deliveries = rejected_deliveries.deliveries + 1,
                state = 'waiting', decided_at_ms = NULL, decided_by = NULL, reason = NULL
            """;
        var problems = JsonSerializer.Serialize(delivery.Problems.Select(p => new[] { p.Pointer, p.Message }));
        await transaction.ExecuteAsync(sql, new { delivery.Id, delivery.Channel, delivery.Body, Problems = problems, NowMs = Ms(now) }, cancellation);
    }

    /// <summary>Records that a delivery was taken or thrown away, with its trail.</summary>
    /// <returns>False, and nothing done, where it does not wait.</returns>
    public static async Task<bool> DecideAsync(WriteTransaction transaction, string id, RejectedState state, RejectedDecision decision, CancellationToken cancellation)
    {
        const string sql = "UPDATE rejected_deliveries SET state = @State, decided_at_ms = @AtMs, decided_by = @Actor, reason = @Reason WHERE id = @id AND state = 'waiting'";
        if (await transaction.ExecuteAsync(sql, new { id, State = Wire.Name(state), AtMs = Ms(decision.At), decision.Actor, decision.Reason }, cancellation) == 0) return false;
        await AuditStore.AppendAsync(transaction, [new AuditEntry(decision.At, "delivery_" + Wire.Name(state), id, decision.Actor, JsonSerializer.Serialize(new { reason = decision.Reason }))], cancellation);
        return true;
    }

    /// <summary>One by id; null where there is none.</summary>
    public async Task<RejectedRecord?> FindAsync(string id, CancellationToken cancellation) => (await database.QueryFirstAsync<Row>(Whole + " WHERE id = @id", new { id }, cancellation))?.ToRecord();

    /// <summary>Whether one waits.</summary>
    public async Task<bool> IsWaitingAsync(string id, CancellationToken cancellation) =>
        await database.QueryFirstAsync<string>("SELECT id FROM rejected_deliveries WHERE id = @id AND state = 'waiting'", new { id }, cancellation) is not null;

    /// <summary>How many wait.</summary>
    public Task<long> WaitingAsync(CancellationToken cancellation) => database.QueryFirstAsync<long>("SELECT COUNT(*) FROM rejected_deliveries WHERE state = 'waiting'", null, cancellation);

    /// <summary>A page of them, by when they came first, the latest first.</summary>
    public async Task<IReadOnlyList<RejectedRecord>> ListAsync(RejectedQuery query, CancellationToken cancellation)
    {
        var conditions = new List<string>();
        if (query.State is not null) conditions.Add("state = @State");
        if (query.Channel is not null) conditions.Add("channel = @Channel");
        if (query.After is not null) conditions.Add("(first_at_ms < @FirstMs OR (first_at_ms = @FirstMs AND id < @AfterId))");
        var where = conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);
        var parameters = new { State = Name(query.State), query.Channel, FirstMs = Ms(query.After?.FirstAt), AfterId = query.After?.Id, query.Limit };
        var beginnings = FormattableString.Invariant($"SELECT id, channel, substr(body, 1, {BeginningBytes}) AS body, length(body) AS bytes, {Others}");
        return [.. (await database.QueryAsync<Row>($"{beginnings}{where} ORDER BY first_at_ms DESC, id DESC LIMIT @Limit", parameters, cancellation)).Select(r => r.ToRecord())];
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Channel { get; init; } = "";
        public byte[] Body { get; init; } = [];
        public int Bytes { get; init; }
        public string Problems { get; init; } = "";
        public long FirstAtMs { get; init; }
        public long LastAtMs { get; init; }
        public int Deliveries { get; init; }
        public string State { get; init; } = "";
        public long? DecidedAtMs { get; init; }
        public string? DecidedBy { get; init; }
        public string? Reason { get; init; }

        public RejectedRecord ToRecord() => new(
            Id, new RejectedDelivery(Channel, Body, [.. JsonSerializer.Deserialize<string[][]>(Problems)!.Select(p => (p[0], p[1]))]), Bytes, At(FirstAtMs), At(LastAtMs), Deliveries, Value<RejectedState>(State),
            At(DecidedAtMs) is { } at ? new RejectedDecision(at, DecidedBy ?? "", Reason ?? "") : null);
    }
}
