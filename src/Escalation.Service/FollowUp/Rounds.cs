using Escalation.Core.Tickets;
using Escalation.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Escalation.Service.FollowUp;

/// <summary>Does the same again and again until it is disposed. What fails is logged once, and tried again a little later.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Rounds : IAsyncDisposable
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource ending = new();
    private readonly Task running;
    private volatile string? trouble;
    private TaskCompletionSource round = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts.</summary>
    /// <param name="what">What is done, for the log, for example <c>What service levels ask for could not be told</c>.</param>
    /// <param name="every">The pause between rounds.</param>
    /// <param name="work">One round.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public Rounds(string what, TimeSpan every, Func<Instant, CancellationToken, Task> work, TimeProvider time, ILogger logger) => running = Task.Run(() => RunAsync(what, every, work, time, logger));

    /// <summary>Why the last round failed; null while all is well.</summary>
    public string? Trouble => trouble;

    /// <summary>Ends with the round under way, or the next one.</summary>
    public Task Round => Volatile.Read(ref round).Task;

    /// <summary>Ends after the round under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await running;
        ending.Dispose();
    }

    private async Task RunAsync(string what, TimeSpan every, Func<Instant, CancellationToken, Task> work, TimeProvider time, ILogger logger)
    {
        try
        {
            while (true)
            {
                await Task.Delay(trouble is null ? every : AfterFailure, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                try
                {
                    await work(time.Now(), ending.Token);
                    trouble = null;
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    if (trouble is null) logger.LogError(failure is StorageException ? null : failure, "{What}, and is tried again: {Reason}", what, failure.Message);
                    trouble = failure.Message;
                }
                Interlocked.Exchange(ref round, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
