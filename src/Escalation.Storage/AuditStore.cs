using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace Escalation.Storage;

/// <summary>One line of the trail: who did what to which subject.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">What, for example <c>episode_opened</c>.</param>
/// <param name="Subject">The episode, decision or configuration.</param>
/// <param name="Actor">Robot or person, by id.</param>
/// <param name="Content">What else matters, as JSON; never the text of a message.</param>
public sealed record AuditEntry(Instant At, string Kind, string Subject, string Actor, string Content);

/// <summary>The trail as one hash chain: each line's hash covers the hash before it.</summary>
/// <remarks>Only the ordered writer appends.</remarks>
public sealed class AuditStore(EscalationDatabase database)
{
    /// <summary>Appends lines in order.</summary>
    public static async Task AppendAsync(WriteTransaction transaction, IReadOnlyList<AuditEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0) return;
        const string sql = """
            INSERT INTO audit_entries (number, at_ms, kind, subject, actor, content, previous_hash, hash)
            VALUES (@Number, @AtMs, @Kind, @Subject, @Actor, @Content, @PreviousHash, @Hash)
            """;
        var head = await transaction.QueryFirstAsync<Row>("SELECT number, hash FROM audit_entries ORDER BY number DESC LIMIT 1", null, cancellation);
        var (number, hash) = (head?.Number ?? 0, head?.Hash ?? "");
        foreach (var entry in entries)
        {
            var row = Row.From(++number, hash, entry);
            await transaction.ExecuteAsync(sql, row, cancellation);
            hash = row.Hash;
        }
    }

    /// <summary>Lines about a subject, oldest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> OfAsync(string subject, CancellationToken cancellation)
    {
        const string sql = "SELECT number, at_ms, kind, subject, actor, content, previous_hash, hash FROM audit_entries WHERE subject = @subject ORDER BY number";
        return [.. (await database.QueryAsync<Row>(sql, new { subject }, cancellation)).Select(r => r.ToEntry())];
    }

    /// <summary>The number of the first line that does not fit the chain; null where all fit.</summary>
    public async Task<long?> FirstBrokenAsync(CancellationToken cancellation)
    {
        const string sql = "SELECT number, at_ms, kind, subject, actor, content, previous_hash, hash FROM audit_entries ORDER BY number";
        var (number, hash) = (0L, "");
        foreach (var row in await database.QueryAsync<Row>(sql, null, cancellation))
        {
            if (row.Number != ++number || row.PreviousHash != hash || row.Hash != Row.From(number, hash, row.ToEntry()).Hash) return row.Number;
            hash = row.Hash;
        }
        return null;
    }

    private sealed class Row
    {
        public long Number { get; init; }
        public long AtMs { get; init; }
        public string Kind { get; init; } = "";
        public string Subject { get; init; } = "";
        public string Actor { get; init; } = "";
        public string Content { get; init; } = "";
        public string PreviousHash { get; init; } = "";
        public string Hash { get; init; } = "";

        public static Row From(long number, string previous, AuditEntry e)
        {
            var line = string.Join('\n', previous, number.ToString(CultureInfo.InvariantCulture), Columns.Ms(e.At).ToString(CultureInfo.InvariantCulture),
                e.Kind, e.Subject, e.Actor, e.Content);
            return new Row
            {
                Number = number,
                AtMs = Columns.Ms(e.At),
                Kind = e.Kind,
                Subject = e.Subject,
                Actor = e.Actor,
                Content = e.Content,
                PreviousHash = previous,
                Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line))),
            };
        }

        public AuditEntry ToEntry() => new(Columns.At(AtMs), Kind, Subject, Actor, Content);
    }
}
