using System.Data.Common;

namespace Escalation.Storage.Dialects;

/// <summary>What really differs between databases: opening, locking, and how failures are named.</summary>
/// <remarks>Query texts are written once and shared. Instances are immutable and may be shared between threads.</remarks>
internal abstract class SqlDialect
{
    /// <summary>The folder of its migrations.</summary>
    public abstract string Name { get; }

    /// <summary>The database as shown to people: a path or a host, never a password.</summary>
    public abstract string Place { get; }

    /// <summary>Path of a file that the one process holding the ordered writer locks; null where the database itself does it.</summary>
    public abstract string? WriterLockPath { get; }

    /// <summary>Pages that the file may grow to; 0 = as many as there is disk. A test makes a full disk of it.</summary>
    public int MaxPages { get; set; }

    /// <summary>A closed connection.</summary>
    public abstract DbConnection Create(bool readOnly);

    /// <summary>Settings of a connection just opened.</summary>
    public abstract Task PrepareAsync(DbConnection connection, bool readOnly, CancellationToken cancellation);

    /// <summary>Starts a transaction that already holds the right to write.</summary>
    public abstract Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellation);

    /// <summary>Lets commits on a connection leave it to somebody else to bring what is written to its last place.</summary>
    public abstract Task LeaveCheckpointsAsync(DbConnection connection, CancellationToken cancellation);

    /// <summary>Brings what is committed to its last place, as far as no reader stands in the way; no writer waits for it.</summary>
    /// <returns>Pages that stand in the log, those that were moved included.</returns>
    public abstract Task<long> CheckpointAsync(DbConnection connection, CancellationToken cancellation);

    /// <summary>Closes connections kept for reuse, so that the files are complete and free.</summary>
    public abstract void ReleaseConnections();

    /// <summary>How long is waited for the right to write.</summary>
    public abstract TimeSpan Patience { get; }

    /// <summary>The right to write was not to be had.</summary>
    public abstract StorageException Locked(Exception? inner);

    /// <summary>A failure in the words of <see cref="StorageException"/>.</summary>
    public abstract StorageException Explain(DbException exception);

    /// <summary>The dialect of a <c>--database</c> value: a SQLite path, or <c>Data Source=...</c>.</summary>
    /// <exception cref="StorageException">The value names a database that this build has no dialect for.</exception>
    public static SqlDialect Parse(string database) =>
        database.Contains("Host=", StringComparison.OrdinalIgnoreCase)
            ? throw new StorageException(StorageProblem.Other, "--database: PostgreSQL is not part of this version; give a SQLite path such as escalation.db")
            : SqliteDialect.Parse(database);
}
