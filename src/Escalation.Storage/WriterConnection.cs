using System.Data.Common;
using Escalation.Storage.Dialects;

namespace Escalation.Storage;

/// <summary>A connection that is kept for one write transaction after the other, with its statements prepared once.</summary>
/// <remarks>
/// Used by one task at a time. After a failure the connection is opened anew. What is committed is durable in the log of the database; it is moved into the main file
/// beside the commits, which therefore never wait for that.
/// </remarks>
public sealed class WriterConnection : IAsyncDisposable
{
    private const int CheckpointEvery = 1_000;      // statements
    private const int LongLog = 8_000;              // pages

    private readonly EscalationDatabase database;
    private readonly SqlDialect dialect;
    private DbConnection? connection;
    private PreparedStatements? statements;
    private Task<long> checkpoint = Task.FromResult(0L);
    private long checkpointed;
    private int maxPages;

    internal WriterConnection(EscalationDatabase database, SqlDialect dialect) => (this.database, this.dialect) = (database, dialect);

    /// <summary>Starts a write transaction, once those that were asked for before in this process are over; the one before must be disposed.</summary>
    /// <exception cref="StorageException">The lock was not to be had within the busy timeout.</exception>
    public Task<WriteTransaction> BeginAsync(CancellationToken cancellation) => database.InTurnAsync(turn => BeginAsync(turn, cancellation), cancellation);

    private async Task<WriteTransaction> BeginAsync(WriteTurns turn, CancellationToken cancellation)
    {
        if (maxPages != dialect.MaxPages) await CloseAsync();
        try
        {
            if (connection is null) await OpenAsync(cancellation);
            else if (checkpoint is { IsCompletedSuccessfully: true, Result: >= LongLog }) await ShortenLogAsync(connection, cancellation);
            return new WriteTransaction(database, connection!, await dialect.BeginWriteAsync(connection!, cancellation), turn, statements, this);
        }
        catch (DbException exception)
        {
            await CloseAsync();
            throw dialect.Explain(exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await checkpoint;
    }

    /// <summary>Closes the connection; the next transaction opens another.</summary>
    internal async ValueTask CloseAsync()
    {
        statements?.Dispose();
        statements = null;
        if (connection is not null) await connection.DisposeAsync();
        connection = null;
    }

    /// <summary>A transaction is committed.</summary>
    internal void Committed()
    {
        if (!checkpoint.IsCompleted || statements!.Run - checkpointed < CheckpointEvery) return;
        checkpointed = statements.Run;
        checkpoint = Task.Run(CheckpointAsync);
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        maxPages = dialect.MaxPages;
        connection = await database.OpenAsync(readOnly: false, cancellation);
        await dialect.LeaveCheckpointsAsync(connection, cancellation);
        statements = new PreparedStatements(connection);
        checkpointed = 0;
    }

    private async Task<long> CheckpointAsync()
    {
        try
        {
            await using var own = await database.OpenAsync(readOnly: false, CancellationToken.None);
            return await dialect.CheckpointAsync(own, CancellationToken.None);
        }
        catch (Exception failure) when (failure is DbException or StorageException)
        {
            return 0;        // the log holds everything; a disk that is full is told by the next commit
        }
    }

    /// <remarks>Only with nothing left to move does the log begin anew, and beside a writer something always is: the little that came since is moved between two transactions.</remarks>
    private async Task ShortenLogAsync(DbConnection connection, CancellationToken cancellation)
    {
        await dialect.CheckpointAsync(connection, cancellation);
        checkpoint = Task.FromResult(0L);
    }
}
