using System.Globalization;
using NodaTime;

namespace Escalation.Storage;

/// <summary>Something to be told to the outside, written in the transaction of the decision that caused it.</summary>
/// <param name="DedupeKey">The same notice has the same key, so that a retry sends it once.</param>
/// <param name="Kind">What it is, for example <c>episode_opened</c>.</param>
/// <param name="Subject">The episode, or the rule, that it is about.</param>
/// <param name="AtMs">When it was written.</param>
/// <param name="Payload">JSON for the notifier.</param>
public sealed record OutboxRow(string DedupeKey, string Kind, string Subject, long AtMs, string Payload);

/// <summary>Waiting notices of a kind that nobody takes.</summary>
public sealed record UnknownNotices
{
    /// <summary>The kind.</summary>
    public string Kind { get; init; } = "";

    /// <summary>How many wait.</summary>
    public long Count { get; init; }

    /// <summary>In words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} of the kind {Kind}");
}

/// <summary>The outbox of notices.</summary>
public sealed class OutboxStore(EscalationDatabase database)
{
    /// <summary>Puts a notice in; the same key again changes nothing.</summary>
    /// <returns>Whether it is new.</returns>
    public static async Task<bool> AddAsync(WriteTransaction transaction, OutboxRow row, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO outbox (dedupe_key, kind, subject, at_ms, payload) VALUES (@DedupeKey, @Kind, @Subject, @AtMs, @Payload)
            ON CONFLICT (dedupe_key) DO NOTHING
            """;
        return await transaction.ExecuteAsync(sql, row, cancellation) > 0;
    }

    /// <summary>Notices not yet delivered, oldest first.</summary>
    public Task<IReadOnlyList<OutboxRow>> WaitingAsync(int limit, CancellationToken cancellation) =>
        database.QueryAsync<OutboxRow>("SELECT dedupe_key, kind, subject, at_ms, payload FROM outbox WHERE delivered_at_ms IS NULL ORDER BY at_ms, dedupe_key LIMIT @limit", new { limit }, cancellation);

    /// <summary>As <see cref="WaitingAsync(int, CancellationToken)"/>, of some kinds only: each is one consumer's.</summary>
    public Task<IReadOnlyList<OutboxRow>> WaitingAsync(IReadOnlyList<string> kinds, int limit, CancellationToken cancellation) =>
        database.QueryAsync<OutboxRow>("SELECT dedupe_key, kind, subject, at_ms, payload FROM outbox WHERE delivered_at_ms IS NULL AND kind IN @kinds ORDER BY at_ms, dedupe_key LIMIT @limit", new { kinds, limit }, cancellation);

    /// <summary>Waiting notices of kinds that nobody takes: a newer version wrote them. They wait until one that knows them runs.</summary>
    /// <param name="kinds">The kinds that are taken.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task<IReadOnlyList<UnknownNotices>> UnknownAsync(IReadOnlyList<string> kinds, CancellationToken cancellation) =>
        database.QueryAsync<UnknownNotices>("SELECT kind, COUNT(*) AS count FROM outbox WHERE delivered_at_ms IS NULL AND kind NOT IN @kinds GROUP BY kind ORDER BY kind", new { kinds }, cancellation);

    /// <summary>Says that the recipients of notices are written down.</summary>
    public static Task PassOnAsync(WriteTransaction transaction, IReadOnlyList<string> dedupeKeys, Instant now, CancellationToken cancellation) =>
        transaction.ExecuteAsync("UPDATE outbox SET delivered_at_ms = @NowMs WHERE dedupe_key IN @dedupeKeys", new { dedupeKeys, NowMs = Columns.Ms(now) }, cancellation);

    /// <summary>Where nobody was ever told of anything: what waits now was written before, and is not told any more.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="kinds">Kinds of notices that people are told of.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>How many notices that were.</returns>
    public static async Task<int> BeginAsync(WriteTransaction transaction, IReadOnlyList<string> kinds, Instant now, CancellationToken cancellation) =>
        await SettingStore.BeginNotificationsAsync(transaction, now, cancellation)
            ? await transaction.ExecuteAsync("UPDATE outbox SET delivered_at_ms = @NowMs WHERE delivered_at_ms IS NULL AND kind IN @kinds", new { kinds, NowMs = Columns.Ms(now) }, cancellation)
            : 0;

    /// <summary>All notices of some kinds, told or not, oldest first.</summary>
    public Task<IReadOnlyList<OutboxRow>> AllAsync(IReadOnlyList<string> kinds, CancellationToken cancellation) =>
        database.QueryAsync<OutboxRow>("SELECT dedupe_key, kind, subject, at_ms, payload FROM outbox WHERE kind IN @kinds ORDER BY at_ms, dedupe_key", new { kinds }, cancellation);

    /// <summary>One notice; null where there is none.</summary>
    public Task<OutboxRow?> FindAsync(string dedupeKey, CancellationToken cancellation) =>
        database.QueryFirstAsync<OutboxRow>("SELECT dedupe_key, kind, subject, at_ms, payload FROM outbox WHERE dedupe_key = @dedupeKey", new { dedupeKey }, cancellation);
}
