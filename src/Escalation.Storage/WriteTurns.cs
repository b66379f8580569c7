using System.Threading.Channels;

namespace Escalation.Storage;

/// <summary>Lets those who write to a database in this process do so one after the other, in the order they came.</summary>
/// <remarks>
/// The lock of SQLite knows no order: beside the ordered writer, which under load lets go of it for a moment only, everybody else would look now and then,
/// find it taken, and give up. Other processes still compete for the lock. Thread-safe.
/// </remarks>
internal sealed class WriteTurns
{
    private readonly Channel<bool> free = Channel.CreateUnbounded<bool>();

    public WriteTurns() => Pass();

    /// <summary>Waits for its turn; false where it did not come in time.</summary>
    public async ValueTask<bool> TakeAsync(TimeSpan patience, CancellationToken cancellation)
    {
        if (free.Reader.TryRead(out _)) return true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            return await free.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Lets the next one write.</summary>
    public void Pass() => free.Writer.TryWrite(true);
}
