using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>How far a mailbox was read.</summary>
/// <param name="UidValidity">The server's mark of the folder: another one means that its UIDs were given anew.</param>
/// <param name="LastUid">The UID of the last mail that is recorded; 0 before the first.</param>
public sealed record MailboxPosition(uint UidValidity, uint LastUid);

/// <summary>How far each mailbox was read.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class MailboxStore(EscalationDatabase database)
{
    /// <summary>The position of a channel; null before its first contact.</summary>
    public async Task<MailboxPosition?> FindAsync(string channel, CancellationToken cancellation)
    {
        var row = await database.QueryFirstAsync<Row>("SELECT uid_validity, last_uid FROM mailbox_positions WHERE channel = @channel", new { channel }, cancellation);
        return row is null ? null : new MailboxPosition((uint)row.UidValidity, (uint)row.LastUid);
    }

    /// <summary>Records a position.</summary>
    /// <exception cref="StorageException">The database could not be written; the one before stays.</exception>
    public async Task SaveAsync(string channel, MailboxPosition position, Instant now, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO mailbox_positions (channel, uid_validity, last_uid, at_ms) VALUES (@channel, @UidValidity, @LastUid, @NowMs)
            ON CONFLICT (channel) DO UPDATE SET uid_validity = excluded.uid_validity, last_uid = excluded.last_uid, at_ms = excluded.at_ms
            """;
        await using var transaction = await database.BeginAsync(cancellation);
        await transaction.ExecuteAsync(sql, new { channel, UidValidity = (long)position.UidValidity, LastUid = (long)position.LastUid, NowMs = Ms(now) }, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private sealed class Row
    {
        public long UidValidity { get; init; }
        public long LastUid { get; init; }
    }
}
