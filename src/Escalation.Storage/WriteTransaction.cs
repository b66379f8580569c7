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

    internal WriteTransaction(EscalationDatabase database, DbConnection connection, DbTransaction transaction) =>
        (this.database, this.connection, this.transaction) = (database, connection, transaction);

    /// <summary>Makes everything durable.</summary>
    /// <exception cref="StorageException">Nothing of the transaction is recorded.</exception>
    public async Task CommitAsync(CancellationToken cancellation)
    {
        try
        {
            await transaction.CommitAsync(cancellation);
        }
        catch (DbException exception)
        {
            throw database.Explain(exception);
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
            // A full disk already rolled it back; the connection goes away in any case.
        }
        await connection.DisposeAsync();
    }

    internal async Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken cancellation)
    {
        try
        {
            return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellation));
        }
        catch (DbException exception)
        {
            throw database.Explain(exception);
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
            throw database.Explain(exception);
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
            throw database.Explain(exception);
        }
    }
}
