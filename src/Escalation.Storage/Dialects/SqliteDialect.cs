using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Escalation.Storage.Dialects;

/// <summary>SQLite in WAL mode with synchronous FULL: a commit that returned survives a power cut.</summary>
internal sealed class SqliteDialect : SqlDialect
{
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(5);
    private readonly string readWrite;
    private readonly string readOnly;
    private readonly int busyMs;

    private SqliteDialect(SqliteConnectionStringBuilder builder)
    {
        Place = Path.GetFullPath(builder.DataSource);
        busyMs = (int)(builder.DefaultTimeout == 30 ? BusyTimeout : TimeSpan.FromSeconds(builder.DefaultTimeout)).TotalMilliseconds;
        builder.DataSource = Place;
        builder.ForeignKeys = true;
        builder.DefaultTimeout = Math.Max(1, busyMs / 1000);
        readWrite = builder.ConnectionString;
        builder.Mode = SqliteOpenMode.ReadOnly;
        readOnly = builder.ConnectionString;
    }

    /// <inheritdoc/>
    public override string Name => "sqlite";

    /// <inheritdoc/>
    public override string Place { get; }

    /// <inheritdoc/>
    public override string WriterLockPath => Place + ".writer";

    public static new SqliteDialect Parse(string database)
    {
        try
        {
            var builder = database.Contains('=', StringComparison.Ordinal)
                ? new SqliteConnectionStringBuilder(database)
                : new SqliteConnectionStringBuilder { DataSource = database };
            if (builder.DataSource.Length == 0 || builder.DataSource == ":memory:" || builder.Mode == SqliteOpenMode.Memory)
                throw new StorageException(StorageProblem.Other, "--database: a file is needed, since several connections read and write it; give a path such as escalation.db");
            return new SqliteDialect(builder);
        }
        catch (ArgumentException exception)
        {
            throw new StorageException(StorageProblem.Other, $"--database: {exception.Message}; give a path such as escalation.db, or Data Source=PATH", exception);
        }
    }

    /// <inheritdoc/>
    public override DbConnection Create(bool readOnly) => new SqliteConnection(readOnly ? this.readOnly : readWrite);

    /// <inheritdoc/>
    public override async Task PrepareAsync(DbConnection connection, bool readOnly, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = readOnly
            ? string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {busyMs};")
            : string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {busyMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
        if (MaxPages > 0 && !readOnly) command.CommandText += string.Create(CultureInfo.InvariantCulture, $" PRAGMA max_page_count = {MaxPages};");
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <inheritdoc/>
    public override async Task LeaveCheckpointsAsync(DbConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_autocheckpoint = 0;";
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <inheritdoc/>
    public override async Task<long> CheckpointAsync(DbConnection connection, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(PASSIVE);";
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? reader.GetInt64(1) : 0;
    }

    /// <inheritdoc/>
    public override void ReleaseConnections()
    {
        foreach (var text in (string[])[readWrite, readOnly])
        {
            using var connection = new SqliteConnection(text);
            SqliteConnection.ClearPool(connection);
        }
    }

    /// <inheritdoc/>
    public override Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellation) =>
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: false));

    /// <inheritdoc/>
    public override TimeSpan Patience => TimeSpan.FromMilliseconds(busyMs);

    /// <inheritdoc/>
    public override StorageException Locked(Exception? inner) => new(StorageProblem.Locked,
        $"{Place} is locked for writing by {SqliteLockHolder.Describe(Place)}; nothing was recorded and nothing acknowledged: end that program or let it finish, then send again", inner);

    /// <inheritdoc/>
    public override StorageException Explain(DbException exception)
    {
        if (exception is not SqliteException sqlite)
            return new StorageException(StorageProblem.Other, $"{Place}: {exception.Message}", exception);
        return sqlite.SqliteErrorCode switch
        {
            5 or 6 => Locked(exception),
            13 => Full(exception),
            10 when IsWriteError(sqlite.SqliteExtendedErrorCode) && IsDiskFull() => Full(exception),
            8 or 14 => new StorageException(StorageProblem.NotWritable,
                $"{Place} cannot be opened for writing ({sqlite.Message}); check that the folder exists and that this user may write to it", exception),
            11 or 26 => new StorageException(StorageProblem.Damaged,
                $"{Place} is no SQLite database or is damaged ({sqlite.Message}); restore a backup, or name another file", exception),
            _ => new StorageException(StorageProblem.Other, $"{Place}: {sqlite.Message}", exception),
        };
    }

    private StorageException Full(Exception inner) => new(StorageProblem.Full,
        $"{Place}: the disk or its limit is full; nothing recorded before is lost, and this was not acknowledged: free space, then send again", inner);

    // SQLITE_IOERR_WRITE, _FSYNC, _TRUNCATE and _SHMSIZE: some file systems report a full disk so.
    private static bool IsWriteError(int extended) => extended is 778 or 1034 or 1546 or 4874;

    private bool IsDiskFull()
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(Place)!).AvailableFreeSpace < 1 << 20;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
