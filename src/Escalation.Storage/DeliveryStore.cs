namespace Escalation.Storage;

/// <summary>What came under an Idempotency-Key.</summary>
/// <param name="Kind">message, event or label.</param>
/// <param name="BodyHash">Tells a repeat from another body.</param>
/// <param name="RecordKey">The record it made.</param>
public sealed record Delivery(string Kind, string BodyHash, string RecordKey);

/// <summary>Idempotency keys of deliveries: the same key always means the same body.</summary>
public static class DeliveryStore
{
    /// <summary>What came under a key before; null for a new one.</summary>
    public static async Task<Delivery?> FindAsync(WriteTransaction transaction, string idempotencyKey, CancellationToken cancellation)
    {
        var row = await transaction.QueryFirstAsync<DeliveryRow>(
            "SELECT kind, body_hash, record_key FROM deliveries WHERE idempotency_key = @idempotencyKey", new { idempotencyKey }, cancellation);
        return row is null ? null : new Delivery(row.Kind, row.BodyHash, row.RecordKey);
    }

    /// <summary>Whether something came under a key before.</summary>
    public static async Task<bool> IsKnownAsync(EscalationDatabase database, string idempotencyKey, CancellationToken cancellation) =>
        await database.QueryFirstAsync<string>("SELECT idempotency_key FROM deliveries WHERE idempotency_key = @idempotencyKey", new { idempotencyKey }, cancellation) is not null;

    /// <summary>Records a key with what came under it.</summary>
    public static async Task AddAsync(WriteTransaction transaction, string idempotencyKey, Delivery delivery, long nowMs, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO deliveries (idempotency_key, kind, body_hash, record_key, at_ms) VALUES (@idempotencyKey, @Kind, @BodyHash, @RecordKey, @nowMs)
            ON CONFLICT (idempotency_key) DO NOTHING
            """;
        await transaction.ExecuteAsync(sql, new { idempotencyKey, delivery.Kind, delivery.BodyHash, delivery.RecordKey, nowMs }, cancellation);
    }

    private sealed class DeliveryRow
    {
        public string Kind { get; init; } = "";
        public string BodyHash { get; init; } = "";
        public string RecordKey { get; init; } = "";
    }
}
