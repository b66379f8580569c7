using System.Security.Cryptography;
using Escalation.Core.Decisions;
using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>A rule set that was stored whole.</summary>
/// <param name="Version">Its version.</param>
/// <param name="StoredAt">When it was first stored.</param>
/// <param name="Author">Who brought it.</param>
/// <param name="Origin">Where its files came from, for people.</param>
/// <param name="LastActiveFrom">When it was last made the active one; null = never.</param>
public sealed record RuleVersionRecord(RuleSetVersion Version, Instant StoredAt, string Author, string Origin, Instant? LastActiveFrom);

/// <summary>A file of a stored rule set.</summary>
/// <param name="Path">Inside the folder.</param>
/// <param name="Hash">SHA-256 of the content as it was stored; the content may have lost rows since, where somebody was erased from a list.</param>
/// <param name="Content">As it is now.</param>
public sealed record StoredRuleFile(string Path, string Hash, byte[] Content);

/// <summary>Rule sets, whole, by version: what was ever active can be looked at and made active again.</summary>
/// <remarks>Thread-safe. Files with the same content are stored once.</remarks>
public sealed class RuleVersionStore(EscalationDatabase database)
{
    private const string All = """
        SELECT v.version, v.stored_at_ms, v.author, v.origin,
               (SELECT MAX(a.at_ms) FROM activations a JOIN configurations c ON c.id = a.configuration WHERE c.rules = v.version) AS last_active_from_ms
        FROM rule_versions v
        """;

    /// <summary>Stores a version; one that is there already stays as it is.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="version">Its version.</param>
    /// <param name="files">Content by path inside the folder.</param>
    /// <param name="at">When.</param>
    /// <param name="author">Who.</param>
    /// <param name="origin">Where the files came from.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task AddAsync(
        WriteTransaction transaction, RuleSetVersion version, IReadOnlyDictionary<string, byte[]> files, Instant at, string author, string origin, CancellationToken cancellation)
    {
        const string add = """
            INSERT INTO rule_versions (version, stored_at_ms, author, origin) VALUES (@Version, @StoredAtMs, @author, @origin)
            ON CONFLICT (version) DO NOTHING
            """;
        const string content = "INSERT INTO rule_contents (hash, content) VALUES (@Hash, @Content) ON CONFLICT (hash) DO NOTHING";
        const string file = "INSERT INTO rule_files (version, path, content_hash) VALUES (@Version, @Path, @Hash) ON CONFLICT (version, path) DO NOTHING";
        if (await transaction.ExecuteAsync(add, new { Version = version.Value, StoredAtMs = Ms(at), author, origin }, cancellation) == 0) return;
        foreach (var (path, bytes) in files)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            await transaction.ExecuteAsync(content, new { Hash = hash, Content = bytes }, cancellation);
            await transaction.ExecuteAsync(file, new { Version = version.Value, Path = path, Hash = hash }, cancellation);
        }
    }

    /// <summary>The files of a version; null where it was never stored.</summary>
    public Task<IReadOnlyList<StoredRuleFile>?> FilesAsync(RuleSetVersion version, CancellationToken cancellation) => FilesAsync(version, "", cancellation);

    /// <summary>Those files of a version that service levels rest on: the policy and the calendars. Null where it was never stored.</summary>
    public Task<IReadOnlyList<StoredRuleFile>?> ServiceLevelFilesAsync(RuleSetVersion version, CancellationToken cancellation) =>
        FilesAsync(version, " AND (f.path = 'policy.json' OR f.path LIKE 'calendars/%')", cancellation);

    private async Task<IReadOnlyList<StoredRuleFile>?> FilesAsync(RuleSetVersion version, string only, CancellationToken cancellation)
    {
        const string sql = "SELECT f.path, f.content_hash AS hash, c.content FROM rule_files f JOIN rule_contents c ON c.hash = f.content_hash WHERE f.version = @Version";
        var rows = await database.QueryAsync<FileRow>(sql + only, new { Version = version.Value }, cancellation);
        return rows.Count == 0 ? null : [.. rows.Select(r => new StoredRuleFile(r.Path, r.Hash, r.Content))];
    }

    /// <summary>Rewrites every stored list; the versions that name them stay as they are.</summary>
    /// <param name="without">The list without somebody; null where they are not in it.</param>
    /// <param name="at">When.</param>
    /// <param name="actor">Who asked for it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Lists that changed.</returns>
    public async Task<int> RewriteListsAsync(Func<byte[], byte[]?> without, Instant at, string actor, CancellationToken cancellation)
    {
        const string lists = "SELECT DISTINCT f.content_hash AS hash, '' AS path, c.content FROM rule_files f JOIN rule_contents c ON c.hash = f.content_hash WHERE f.path LIKE 'lists/%'";
        await using var transaction = await database.BeginAsync(cancellation);
        var changed = 0;
        foreach (var list in await database.QueryAsync<FileRow>(lists, null, cancellation))
        {
            if (without(list.Content) is not { } content) continue;
            changed += await transaction.ExecuteAsync("UPDATE rule_contents SET content = @Content WHERE hash = @Hash", new { list.Hash, Content = content }, cancellation);
        }
        if (changed == 0) return 0;
        await SettingStore.CountErasureAsync(transaction, cancellation);
        // The trail says that it was done, never of whom.
        await AuditStore.AppendAsync(transaction, [new AuditEntry(at, "lists_erased", "rule_contents", actor, $"{{\"lists\":{changed}}}")], cancellation);
        await transaction.CommitAsync(cancellation);
        return changed;
    }

    /// <summary>Versions that begin with some digits, the newest first; all for an empty text.</summary>
    public async Task<IReadOnlyList<RuleVersionRecord>> BeginningWithAsync(string digits, CancellationToken cancellation) =>
        [.. (await database.QueryAsync<Row>(All + " WHERE v.version LIKE @Pattern ORDER BY v.stored_at_ms DESC, v.version", new { Pattern = digits + "%" }, cancellation)).Select(r => r.ToRecord())];

    /// <summary>Whether a version was ever the active one.</summary>
    public async Task<bool> WasActiveAsync(RuleSetVersion version, CancellationToken cancellation)
    {
        const string sql = "SELECT COUNT(*) FROM activations a JOIN configurations c ON c.id = a.configuration WHERE c.rules = @Version";
        return await database.QueryFirstAsync<long>(sql, new { Version = version.Value }, cancellation) > 0;
    }

    private sealed class FileRow
    {
        public string Path { get; init; } = "";
        public string Hash { get; init; } = "";
        public byte[] Content { get; init; } = [];
    }

    private sealed class Row
    {
        public string Version { get; init; } = "";
        public long StoredAtMs { get; init; }
        public string Author { get; init; } = "";
        public string Origin { get; init; } = "";
        public long? LastActiveFromMs { get; init; }

        public RuleVersionRecord ToRecord() => new(new(Version), At(StoredAtMs), Author, Origin, At(LastActiveFromMs));
    }
}
