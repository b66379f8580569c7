using System.Data.Common;
using Dapper;
using Escalation.Storage.Dialects;
using Escalation.Storage.Migrations;

namespace Escalation.Storage;

/// <summary>The database: opens connections, starts write transactions, and names failures.</summary>
/// <remarks>Thread-safe. Every failure comes out as <see cref="StorageException"/>.</remarks>
public sealed class EscalationDatabase
{
    private readonly SqlDialect dialect;
    private readonly WriteTurns turns = new();

    static EscalationDatabase() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    private EscalationDatabase(SqlDialect dialect) => this.dialect = dialect;

    /// <summary>The database as shown to people: a path or a host.</summary>
    public string Place => dialect.Place;

    /// <summary>A database by its <c>--database</c> value; opens nothing yet.</summary>
    /// <exception cref="StorageException">The value cannot be understood.</exception>
    public static EscalationDatabase At(string database) => new(SqlDialect.Parse(database));

    /// <summary>Brings the schema to the newest version.</summary>
    /// <returns>The migrations applied now, in order; empty where it was up to date.</returns>
    /// <exception cref="StorageException">A migration was changed after it was applied, or the database is newer than this program.</exception>
    public Task<IReadOnlyList<string>> MigrateAsync(long nowMs, CancellationToken cancellation) => new Migrator(this, dialect.Name).ApplyAsync(nowMs, cancellation);

    /// <summary>Claims the right to be the one ordered writer; released by disposing.</summary>
    /// <exception cref="StorageException">Another process has it.</exception>
    public WriterClaim ClaimWriter() => WriterClaim.Take(dialect.WriterLockPath, dialect.Place);

    /// <summary>Starts a write transaction on a connection of its own, once those that were asked for before in this process are over.</summary>
    /// <exception cref="StorageException">The lock was not to be had within the busy timeout.</exception>
    public Task<WriteTransaction> BeginAsync(CancellationToken cancellation) => InTurnAsync(async turn =>
    {
        var connection = await OpenAsync(readOnly: false, cancellation);
        try
        {
            return new WriteTransaction(this, connection, await dialect.BeginWriteAsync(connection, cancellation), turn);
        }
        catch (DbException exception)
        {
            await connection.DisposeAsync();
            throw dialect.Explain(exception);
        }
    }, cancellation);

    /// <summary>A connection of its own for somebody who writes one transaction after the other; opened when it is first needed.</summary>
    public WriterConnection CreateWriter() => new(this, dialect);

    /// <summary>Closes connections kept for reuse; the database may be used again afterwards.</summary>
    public void Release() => dialect.ReleaseConnections();

    /// <summary>Lets the file grow to so many pages only: what a full disk does, on demand.</summary>
    internal void LimitPages(int pages) => dialect.MaxPages = pages;

    internal async Task<DbConnection> OpenAsync(bool readOnly, CancellationToken cancellation)
    {
        var connection = dialect.Create(readOnly);
        try
        {
            await connection.OpenAsync(cancellation);
            await dialect.PrepareAsync(connection, readOnly, cancellation);
            return connection;
        }
        catch (DbException exception)
        {
            await connection.DisposeAsync();
            throw dialect.Explain(exception);
        }
    }

    internal StorageException Explain(DbException exception) => dialect.Explain(exception);

    /// <summary>Begins a transaction when it is its turn; the transaction passes the turn on.</summary>
    internal async Task<WriteTransaction> InTurnAsync(Func<WriteTurns, Task<WriteTransaction>> begin, CancellationToken cancellation)
    {
        if (!await turns.TakeAsync(dialect.Patience, cancellation)) throw dialect.Locked(null);
        try
        {
            return await begin(turns);
        }
        catch
        {
            turns.Pass();
            throw;
        }
    }

    internal async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(readOnly: true, cancellation);
        try
        {
            return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellation))).AsList();
        }
        catch (DbException exception)
        {
            throw dialect.Explain(exception);
        }
    }

    internal async Task<T?> QueryFirstAsync<T>(string sql, object? parameters, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(readOnly: true, cancellation);
        try
        {
            return await connection.QueryFirstOrDefaultAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellation));
        }
        catch (DbException exception)
        {
            throw dialect.Explain(exception);
        }
    }
}
