using System.Data.Common;
using System.Runtime.CompilerServices;
using Dapper;
using Escalation.Core.Tickets;
using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>Everything recorded, in the total order of history: for warm-up, training and export.</summary>
/// <remarks>Thread-safe; each stream reads through connections of its own, in bounded memory.</remarks>
public sealed class HistoryStore(EscalationDatabase database)
{
    /// <summary>When the last record of any kind was received; null in an empty database.</summary>
    public async Task<Instant?> LastReceivedAsync(CancellationToken cancellation)
    {
        const string sql = """
            SELECT MAX(last_ms) FROM (
                SELECT MAX(received_at_ms) AS last_ms FROM messages UNION ALL SELECT MAX(received_at_ms) FROM events
                UNION ALL SELECT MAX(received_at_ms) FROM customer_versions UNION ALL SELECT MAX(received_at_ms) FROM identities
                UNION ALL SELECT MAX(received_at_ms) FROM shifts UNION ALL SELECT MAX(received_at_ms) FROM labels) AS kinds
            """;
        return At(await database.QueryFirstAsync<long?>(sql, null, cancellation));
    }

    /// <summary>All records up to and including an instant of receipt, by (receivedAt, at, source, id), lower revisions first.</summary>
    /// <param name="through">Records received later are left out; null = what is there at the first step.</param>
    /// <param name="cancellation">Ends the stream.</param>
    public IAsyncEnumerable<HistoryRecord> StreamAsync(Instant? through, CancellationToken cancellation) => StreamAsync(null, through, cancellation);

    /// <summary>The same, without what was received up to and including another instant.</summary>
    /// <param name="after">Records received later only; null = from the first.</param>
    /// <param name="through">Records received later are left out; null = what is there at the first step.</param>
    /// <param name="cancellation">Ends the stream.</param>
    public async IAsyncEnumerable<HistoryRecord> StreamAsync(Instant? after, Instant? through, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var from = after is { } instant ? Ms(instant) : long.MinValue;
        var last = through ?? await LastReceivedAsync(cancellation);
        if (last is not { } until) yield break;
        IAsyncEnumerator<HistoryRecord>[] kinds =
        [
            InOrder(Read<CustomerRow>(CustomerStore.AllVersions, "", (from, Ms(until)), r => r.ToVersion(), cancellation), cancellation).GetAsyncEnumerator(cancellation),
            InOrder(Read<IdentityRow>(CustomerStore.AllIdentities, "", (from, Ms(until)), r => r.ToLink(), cancellation), cancellation).GetAsyncEnumerator(cancellation),
            InOrder(Read<ShiftRow>(CustomerStore.AllShifts, "", (from, Ms(until)), r => r.ToShift(), cancellation), cancellation).GetAsyncEnumerator(cancellation),
            InOrder(Read<MessageRow>(MessageStore.All, "source, ", (from, Ms(until)), r => r.ToMessage(), cancellation), cancellation).GetAsyncEnumerator(cancellation),
            InOrder(Read<EventRow>(EventStore.All, "", (from, Ms(until)), r => r.ToEvent(), cancellation), cancellation).GetAsyncEnumerator(cancellation),
            InOrder(Read<LabelRow>(LabelStore.All, "", (from, Ms(until)), r => r.ToLabel(), cancellation), cancellation).GetAsyncEnumerator(cancellation),
        ];
        try
        {
            var live = new List<IAsyncEnumerator<HistoryRecord>>(kinds.Length);
            foreach (var kind in kinds)
                if (await kind.MoveNextAsync()) live.Add(kind);
            while (live.Count > 0)
            {
                var first = 0;
                for (var i = 1; i < live.Count; i++)
                    if (HistoryOrder.Instance.Compare(live[i].Current, live[first].Current) < 0) first = i;
                yield return live[first].Current;
                if (!await live[first].MoveNextAsync()) live.RemoveAt(first);
            }
        }
        finally
        {
            foreach (var kind in kinds) await kind.DisposeAsync();
        }
    }

    // A database orders texts by its own collation; records of one instant are put into ordinal order here.
    private static async IAsyncEnumerable<HistoryRecord> InOrder(IAsyncEnumerable<HistoryRecord> records, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var tied = new List<HistoryRecord>();
        await foreach (var record in records.WithCancellation(cancellation))
        {
            if (tied.Count > 0 && (tied[0].Received != record.Received || tied[0].At != record.At))
            {
                tied.Sort(CompareTied);
                foreach (var ready in tied) yield return ready;
                tied.Clear();
            }
            tied.Add(record);
        }
        tied.Sort(CompareTied);
        foreach (var ready in tied) yield return ready;
    }

    private static int CompareTied(HistoryRecord x, HistoryRecord y)
    {
        var order = HistoryOrder.Instance.Compare(x, y);
        return order == 0 && x is Message first && y is Message second ? first.Revision.CompareTo(second.Revision) : order;
    }

    private async IAsyncEnumerable<HistoryRecord> Read<T>(
        string all, string tie, (long After, long Until) received, Func<T, HistoryRecord> toRecord, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var sql = $"{all} WHERE received_at_ms > @After AND received_at_ms <= @Until ORDER BY received_at_ms, at_ms, {tie}id";
        await using var connection = await database.OpenAsync(readOnly: true, cancellation);
        var rows = connection.QueryUnbufferedAsync<T>(sql, new { received.After, received.Until }).GetAsyncEnumerator(cancellation);
        await using (rows)
        {
            while (await NextAsync(rows)) yield return toRecord(rows.Current);
        }
    }

    private async ValueTask<bool> NextAsync<T>(IAsyncEnumerator<T> rows)
    {
        try
        {
            return await rows.MoveNextAsync();
        }
        catch (DbException exception)
        {
            throw database.Explain(exception);
        }
    }
}
