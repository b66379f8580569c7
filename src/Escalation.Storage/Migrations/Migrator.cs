using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Failures;

namespace Escalation.Storage.Migrations;

/// <summary>Applies the numbered migrations of a dialect, each in a transaction, and refuses a schema that is not its own.</summary>
internal sealed class Migrator(EscalationDatabase database, string dialect)
{
    public async Task<IReadOnlyList<string>> ApplyAsync(long nowMs, CancellationToken cancellation)
    {
        var scripts = Scripts();
        var applied = new List<string>();
        await using var transaction = await database.BeginAsync(cancellation);
        await transaction.ExecuteAsync("""
            CREATE TABLE IF NOT EXISTS schema_migrations (
                number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at_ms BIGINT NOT NULL)
            """, null, cancellation);
        var known = await transaction.QueryAsync<MigrationRow>("SELECT number, name, hash FROM schema_migrations ORDER BY number", null, cancellation);
        Check(scripts, known);
        foreach (var script in scripts.Skip(known.Count))
        {
            await transaction.ExecuteAsync(script.Sql, null, cancellation);
            await transaction.ExecuteAsync(
                "INSERT INTO schema_migrations (number, name, hash, applied_at_ms) VALUES (@Number, @Name, @Hash, @AppliedAtMs)",
                new { script.Number, script.Name, script.Hash, AppliedAtMs = nowMs }, cancellation);
            applied.Add(script.Name);
            PausePoint.Pass(PausePoint.Migrated);
        }
        PausePoint.Pass(PausePoint.BeforeMigrationCommit);
        await transaction.CommitAsync(cancellation);
        return applied;
    }

    private void Check(List<Script> scripts, IReadOnlyList<MigrationRow> known)
    {
        for (var i = 0; i < known.Count; i++)
        {
            var row = known[i];
            if (i >= scripts.Count)
                throw new StorageException(StorageProblem.WrongSchema,
                    $"{database.Place} was made by a newer version (it has migration {row.Name}, this program ends at {scripts[^1].Name}); run the newer program, or name another --database");
            if (row.Number != scripts[i].Number || row.Hash != scripts[i].Hash)
                throw new StorageException(StorageProblem.WrongSchema,
                    $"{database.Place}: migration {row.Name} was changed after it was applied (recorded {row.Hash[..12]}, now {scripts[i].Hash[..12]}); undo the change and add a new migration instead");
        }
    }

    private List<Script> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"Migrations/{dialect}/";
        var scripts = new List<Script>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
            var name = resource[prefix.Length..^".sql".Length];
            scripts.Add(new Script(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))), sql));
        }
        return scripts;
    }

    private sealed record Script(int Number, string Name, string Hash, string Sql);

    private sealed class MigrationRow
    {
        public int Number { get; init; }
        public string Name { get; init; } = "";
        public string Hash { get; init; } = "";
    }
}
