using System.Collections.Concurrent;
using System.Diagnostics;
using Escalation.Core.Failures;
using Escalation.Core.Tickets;
using Escalation.Rules.Notifications;
using Escalation.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Escalation.Service.Notifications;

/// <summary>Sends what is due on one channel: a few at a time, each try with a limit, so that a server that hangs holds up its own channel only.</summary>
/// <remarks>
/// A retry must outlive a crash, so its time stands in the database; Polly limits each try, and keeps the queue away from a server that fails every time.
/// Once an outcome is known it is written down before the same notification is looked at again, however long the database takes.
/// </remarks>
internal sealed class ChannelWorker : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DatabasePause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(5);

    private readonly EscalationDatabase database;
    private readonly NotificationStore store;
    private readonly OutboxStore outbox;
    private readonly NotificationChannel channel;
    private readonly INotifier notifier;
    private readonly NotificationComposer composer;
    private readonly RetrySchedule schedule;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ResiliencePipeline<SendOutcome> pipeline;
    private readonly CircuitBreakerStateProvider circuit = new();
    private readonly ConcurrentDictionary<string, Task> inFlight = new(StringComparer.Ordinal);
    private readonly Wakeup wakeup = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource abort = new();
    private readonly Task running;
    private int failing;
    private long openedAt;

    public ChannelWorker(EscalationDatabase database, NotificationChannel channel, INotifier notifier, NotificationComposer composer, RetrySchedule schedule, TimeProvider time, ILogger logger)
    {
        (this.database, this.channel, this.notifier, this.composer, this.schedule, this.time, this.logger) = (database, channel, notifier, composer, schedule, time, logger);
        (store, outbox) = (new NotificationStore(database), new OutboxStore(database));
        pipeline = new ResiliencePipelineBuilder<SendOutcome> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<SendOutcome>
            {
                FailureRatio = .9,
                MinimumThroughput = 5,
                SamplingDuration = TimeSpan.FromSeconds(60),
                BreakDuration = Rest,
                OnOpened = _ =>
                {
                    Interlocked.Exchange(ref openedAt, time.GetTimestamp());
                    return ValueTask.CompletedTask;
                },
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is not null and not OperationCanceledException || attempt.Outcome.Result.Result == SendResult.Failed),
                StateProvider = circuit,
            })
            .AddTimeout(TimeSpan.FromSeconds(channel.TimeoutSeconds))
            .Build();
        running = Task.Run(RunAsync);
    }

    /// <summary>Something may be due.</summary>
    public void Wake() => wakeup.Call();

    /// <summary>Takes nothing new, and gives what is being sent a moment: a mail that is cut off here is sent again by the next process.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        abort.CancelAfter(LastWait);
        await running;
        await Task.WhenAll(inFlight.Values);
        stopping.Dispose();
        abort.Dispose();
        wakeup.Dispose();
    }

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // While the server is given a rest, one at a time finds out whether it is back.
                var free = Allowed() - inFlight.Count;
                var due = free <= 0 ? [] : await store.DueAsync(channel.Name, time.Now(), channel.Parallel + inFlight.Count, stopping.Token);
                var taken = due.Where(d => !inFlight.ContainsKey(FlightOf(d))).Take(Math.Max(0, free)).ToList();
                foreach (var record in taken) Start(record);
                if (taken.Count == 0 || taken.Count == free) await wakeup.WaitAsync(Poll, stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                logger.LogError("Channel {Channel} could not look for what is due: {Reason}", channel.Name, failure.Message);
                await Task.Delay(DatabasePause, CancellationToken.None);
            }
        }
    }

    /// <remarks>The circuit leaves its open state only when something is tried.</remarks>
    private int Allowed()
    {
        var state = circuit.CircuitState;
        if (state == CircuitState.Closed) return channel.Parallel;
        return state == CircuitState.Open && time.GetElapsedTime(Interlocked.Read(ref openedAt)) < Rest ? 0 : 1;
    }

    private void Start(NotificationRecord record)
    {
        var begin = new TaskCompletionSource();
        inFlight[FlightOf(record)] = SendAsync(record, begin.Task);
        begin.SetResult();
    }

    private async Task SendAsync(NotificationRecord record, Task begin)
    {
        await begin;
        await Task.Yield();
        try
        {
            // It may have been sent since it was looked for.
            if (record.IsDigest) await DeliverTogetherAsync(record);
            else if (await store.FindAsync(record.Id, abort.Token) is { Status: NotificationStatus.Waiting } standing) await DeliverAsync(standing);
        }
        catch (Exception failure)
        {
            if (!abort.IsCancellationRequested) logger.LogError(failure, "Notification {Notification} to {Recipient} could not be handled; it is tried again", record.Id, record.Recipient);
            if (!stopping.IsCancellationRequested) await Task.Delay(DatabasePause, CancellationToken.None);
        }
        finally
        {
            inFlight.TryRemove(FlightOf(record), out _);
            if (!stopping.IsCancellationRequested) wakeup.Call();
        }
    }

    /// <summary>What must not be sent twice at the same time: a notification, or those that go out together.</summary>
    private static string FlightOf(NotificationRecord record) => record.IsDigest ? $"{record.Recipient}\n{record.GroupKey}" : record.Id;

    private async Task DeliverTogetherAsync(NotificationRecord due)
    {
        var held = new List<NotificationRecord>();
        var stopped = new List<NotificationRecord>();
        foreach (var record in await store.DigestAsync(channel.Name, due.Recipient, due.GroupKey, time.Now(), abort.Token))
            if (await EndedAsync(record) is { } ended) stopped.Add(ended);
            else held.Add(record);
        if (stopped.Count > 0) await KeepAsync(stopped, null);
        if (held.Count == 1) await DeliverAsync(held[0]);
        else if (held.Count > 1 && await TryAsync(held[0], await composer.ComposeAsync(held, abort.Token)) is var (outcome, attempt))
        {
            var standing = Standing(held[0] with { Attempts = attempt.Number, Detail = outcome.Detail }, outcome);
            var others = held.Skip(1).Select(h => h with { Status = standing.Status, NextAt = standing.NextAt, EndedAt = standing.EndedAt, Detail = $"together with {standing.Id}: {outcome.Detail}" });
            await KeepAsync([standing, .. others], attempt, hasten: IsBack(outcome));
        }
    }

    private async Task DeliverAsync(NotificationRecord record)
    {
        if (await EndedAsync(record) is { } ended)
        {
            await KeepAsync([ended], null);
            return;
        }
        if (await composer.OpeningOf(record, abort.Token) is { } opening)
        {
            await KeepAsync([record with { NextAt = opening }], null);         // a retry that would come in the night
            return;
        }
        var notice = await outbox.FindAsync(record.OutboxKey, abort.Token);
        if (await TryAsync(record, await composer.ComposeAsync(record, notice!.Payload, abort.Token)) is not var (outcome, attempt)) return;
        await KeepAsync([Standing(record with { Attempts = attempt.Number, Detail = outcome.Detail }, outcome)], attempt, hasten: IsBack(outcome));
    }

    /// <summary>A notification that is not sent: not needed any more, or of a kind that a newer version wrote, which is a dead letter. Null where it is sent.</summary>
    private async Task<NotificationRecord?> EndedAsync(NotificationRecord record)
    {
        if (NotificationComposer.Knows(record))
            return await composer.StopOf(record, abort.Token) is { } reason ? record with { Status = NotificationStatus.Stopped, EndedAt = time.Now(), NextAt = null, Detail = reason } : null;
        logger.LogError("Notification {Notification} is of the kind {Kind}, which this version does not know; it is a dead letter", record.Id, record.Kind);
        return record with { Status = NotificationStatus.Dead, EndedAt = time.Now(), NextAt = null, Detail = $"this version does not know notices of the kind {record.Kind}; update the service, then send it again" };
    }

    private bool IsBack(SendOutcome outcome) => outcome.Result == SendResult.Sent && Interlocked.Exchange(ref failing, 0) > 0;

    /// <summary>Tries once; null where the server is given a rest, so that nothing was tried.</summary>
    private async Task<(SendOutcome Outcome, NotificationAttempt Attempt)?> TryAsync(NotificationRecord record, OutgoingNotification message)
    {
        var (began, watch) = (time.Now(), Stopwatch.GetTimestamp());
        PausePoint.Pass(PausePoint.BeforeSending);
        SendOutcome outcome;
        try
        {
            outcome = await pipeline.ExecuteAsync(async token => await notifier.SendAsync(channel, message, token), abort.Token);
        }
        catch (BrokenCircuitException)
        {
            return null;      // the loop waits for the circuit
        }
        catch (TimeoutRejectedException)
        {
            outcome = new SendOutcome(SendResult.Failed, $"no answer within {channel.TimeoutSeconds} s");
        }
        catch (Exception failure) when (!abort.IsCancellationRequested)
        {
            outcome = new SendOutcome(SendResult.Failed, failure.Message);
        }
        PausePoint.Pass(PausePoint.Accepted);
        return (outcome, new NotificationAttempt(record.Attempts + 1, began, Duration.FromTimeSpan(Stopwatch.GetElapsedTime(watch)), Wire.Name(outcome.Result), outcome.Detail));
    }

    private NotificationRecord Standing(NotificationRecord record, SendOutcome outcome)
    {
        var now = time.Now();
        if (outcome.Result == SendResult.Sent) return record with { Status = NotificationStatus.Sent, EndedAt = now, NextAt = null };
        Interlocked.Increment(ref failing);
        if (outcome.Result == SendResult.Failed && schedule.Next(record, now, outcome.RetryAfter) is { } next) return record with { NextAt = next };
        logger.LogError("Notification {Notification} ({Kind} {Subject}) to {Recipient} is given up: {Detail}; 'escalation notifications retry {Again}' sends it again",
            record.Id, record.Kind, record.Subject, record.Recipient, outcome.Detail, record.Id);
        return record with { Status = NotificationStatus.Dead, EndedAt = now, NextAt = null };
    }

    private async Task KeepAsync(IReadOnlyList<NotificationRecord> records, NotificationAttempt? attempt, bool hasten = false)
    {
        while (true)
        {
            try
            {
                await using var transaction = await database.BeginAsync(CancellationToken.None);
                for (var i = 0; i < records.Count; i++) await NotificationStore.UpdateAsync(transaction, records[i], i == 0 ? attempt : null, CancellationToken.None);
                if (hasten) await NotificationStore.HastenAsync(transaction, channel.Name, time.Now(), CancellationToken.None);
                await transaction.CommitAsync(CancellationToken.None);
                if (attempt is not null) PausePoint.Pass(PausePoint.Recorded);
                return;
            }
            catch (StorageException failure) when (!abort.IsCancellationRequested)
            {
                logger.LogError("What became of notification {Notification} could not be recorded and is tried again: {Reason}", records[0].Id, failure.Message);
                await Task.Delay(DatabasePause, CancellationToken.None);
            }
        }
    }
}
