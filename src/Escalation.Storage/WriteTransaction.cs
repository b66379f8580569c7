using System.Data.Common;
using Dapper;

namespace Escalation.Storage;

/// <summary>One transaction with the right to write. Disposing it without <see cref="CommitAsync"/> takes everything back.</summary>
/// <remarks>Used by one task at a time.</remarks>
public sealed class WriteTransaction : IAsyncDisposable
{
    private readonly EscalationDatabase database;
    private readonly DbConnection connection;
    private readonly DbTransaction transaction;

    private readonly PreparedStatements? statements;
    private readonly WriterConnection? kept;
    private WriteTurns? turn;
    private bool failed;

    /// <param name="database">Names failures.</param>
    /// <param name="connection">The connection it runs on.</param>
    /// <param name="transaction">The running transaction.</param>
    /// <param name="turn">Passed on once it is over.</param>
    /// <param name="statements">Prepared statements of the connection; null where it is used once.</param>
    /// <param name="kept">Who keeps the connection; null where it is closed with the transaction.</param>
    internal WriteTransaction(EscalationDatabase database, DbConnection connection, DbTransaction transaction, WriteTurns turn, PreparedStatements? statements = null, WriterConnection? kept = null) =>
        (this.database, this.connection, this.transaction, this.turn, this.statements, this.kept) = (database, connection, transaction, turn, statements, kept);

    /// <summary>Makes everything durable.</summary>
    /// <exception cref="StorageException">Nothing of the transaction is recorded.</exception>
    public async Task CommitAsync(CancellationToken cancellation)
    {
        try
        {
            await transaction.CommitAsync(cancellation);
            kept?.Committed();
        }
        catch (DbException exception)
        {
            throw Explain(exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
        }
        catch (DbException)
        {
            failed = true;       // a full disk already rolled it back; the connection goes away
        }
        finally
        {
            if (kept is null) await connection.DisposeAsync();
            else if (failed) await kept.CloseAsync();
            Interlocked.Exchange(ref turn, null)?.Pass();
        }
    }

    internal async Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken cancellation)
    {
        try
        {
            if (parameters is not null && statements?.Execute(sql, parameters, transaction) is { } changed) return changed;
            return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellation));
        }
        catch (DbException exception)
        {
            throw Explain(exception);
        }
    }

    internal async Task<T?> QueryFirstAsync<T>(string sql, object? parameters, CancellationToken cancellation)
    {
        try
        {
            return await connection.QueryFirstOrDefaultAsync<T>(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellation));
        }
        catch (DbException exception)
        {
            throw Explain(exception);
        }
    }

    internal async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellation)
    {
        try
        {
            return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellation))).AsList();
        }
        catch (DbException exception)
        {
            throw Explain(exception);
        }
    }

    private StorageException Explain(DbException exception)
    {
        failed = true;
        return database.Explain(exception);
    }
}
