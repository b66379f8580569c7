namespace Escalation.Service.Notifications;

/// <summary>Wakes one loop: a call while it is busy wakes it once more.</summary>
internal sealed class Wakeup : IDisposable
{
    private readonly SemaphoreSlim calls = new(0, 1);

    /// <summary>Wakes the loop.</summary>
    public void Call()
    {
        try
        {
            calls.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is called already.
        }
    }

    /// <summary>Waits for a call, at most so long by the clock of the process.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellation) => calls.WaitAsync(longest, cancellation);

    public void Dispose() => calls.Dispose();
}
