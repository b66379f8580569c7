using System.Diagnostics;
using System.Threading.Channels;
using Escalation.Core.Decisions;
using Escalation.Core.Failures;
using Escalation.Core.Tickets;
using Escalation.Service.Intake;
using Escalation.Service.RuleHealth;
using Escalation.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Escalation.Service.Pipeline;

/// <summary>The one ordered writer: takes records in batches, decides them, and records each batch in one transaction before it answers.</summary>
/// <remarks>
/// Two messages at once stand in one order, so they cannot both count "two earlier". <see cref="SubmitAsync"/> may be called by any thread.
/// An answer means that the record, its decision, episode, trail and notices are durable. Where a commit fails, nothing is acknowledged and the
/// state in memory is made again from the database before the next batch. Source: "Ordered" in DESIGN.md.
/// </remarks>
public sealed class DecisionPipeline : IAsyncDisposable
{
    private const int MaxBatch = 200;
    private const int QueueLength = 2_000;
    private const int MostLookedBack = 5_000;
    private static readonly Duration Again = Duration.FromDays(30);       // as far as decisions look back

    private readonly EscalationDatabase database;
    private volatile Configuration configuration;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly FactsCache facts;
    private readonly WriterClaim claim;
    private readonly WriterConnection writer;
    private readonly RuleWatch watch;
    private readonly int ticketsHeld;
    private readonly FailureWindows windows = new();
    private readonly Channel<QueuedWork> queue = System.Threading.Channels.Channel.CreateBounded<QueuedWork>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly CancellationTokenSource abort = new();
    private readonly PipelineMeter meter = new();
    private Task writing = Task.CompletedTask;
    private LiveState? state;
    private byte[] salt = [];
    private readonly ReceiptOrder receipts = new();
    private readonly LiveExceptions exceptions;
    private volatile string? trouble;

    private DecisionPipeline(EscalationDatabase database, Configuration configuration, TimeProvider time, FactsCache facts, RuleWatch watch, int ticketsHeld, ILogger logger, WriterClaim claim) =>
        (this.database, this.configuration, this.time, this.facts, this.watch, this.ticketsHeld, this.logger, this.claim, writer, exceptions) =
            (database, configuration, time, facts, watch, ticketsHeld, logger, claim, database.CreateWriter(), new LiveExceptions(database, logger));

    /// <summary>What decides now.</summary>
    public Configuration Configuration => configuration;

    /// <summary>Why the last batch could not be recorded; null while all is well.</summary>
    public string? Trouble => trouble;

    /// <summary>When the last record was received; null before the first.</summary>
    public Instant? LastReceived => receipts.Last;

    /// <summary>Records waiting to be taken.</summary>
    public int Waiting => queue.Reader.Count;

    /// <summary>Called after a batch that wrote notices is durable; must return at once.</summary>
    internal Action? Noticed { get; set; }

    /// <summary>Escalations on which something was recorded, for who looks after them.</summary>
    internal EpisodeChanges Changes { get; } = new();

    /// <summary>Durations of decisions and batches since the start.</summary>
    internal PipelineMeter Meter => meter;

    /// <summary>Claims the database, warms the state from it and starts to write.</summary>
    /// <exception cref="StorageException">The database is served by another process, or cannot be read.</exception>
    internal static async Task<DecisionPipeline> StartAsync(
        EscalationDatabase database, Configuration configuration, TimeProvider time, FactsCache facts, RuleWatch watch, int ticketsHeld, ILogger logger, CancellationToken cancellation)
    {
        var claim = database.ClaimWriter();
        try
        {
            var pipeline = new DecisionPipeline(database, configuration, time, facts, watch, ticketsHeld, logger, claim);
            await pipeline.PrepareAsync(cancellation);
            await pipeline.WarmAsync(cancellation);
            pipeline.writing = Task.Run(pipeline.WriteAllAsync, CancellationToken.None);
            return pipeline;
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>Hands a record over and waits until it is durable or refused.</summary>
    /// <exception cref="StorageException">Its batch could not be recorded; nothing of it is.</exception>
    /// <exception cref="PipelineException">The service is ending, or deciding failed; nothing of it is recorded.</exception>
    public async Task<IntakeAnswer> SubmitAsync(IntakeItem item, CancellationToken cancellation)
    {
        var entry = Read(item);
        await EnqueueAsync(entry, cancellation);
        return await entry.Answer.Task;
    }

    /// <summary>Lets another configuration decide every record that is handed over from now on.</summary>
    /// <remarks>Its state is made beside the running one; the writer only takes in what came since.</remarks>
    /// <exception cref="StorageException">The database could not be read; the configuration before stays.</exception>
    /// <exception cref="PipelineException">The service is ending.</exception>
    public async Task SwitchAsync(Configuration next, CancellationToken cancellation)
    {
        await using (var transaction = await database.BeginAsync(cancellation))
        {
            await ConfigurationStore.AddAsync(transaction, next, time.Now(), cancellation);      // decisions name it
            await transaction.CommitAsync(cancellation);
        }
        // What is received later stands at this instant at the earliest, so the instant itself is left to the writer.
        var through = await new HistoryStore(database).LastReceivedAsync(cancellation) - Duration.FromMilliseconds(1);
        var entry = new QueuedSwitch(next, await LiveState.PrepareAsync(database, next, ticketsHeld, through, cancellation), through);
        await EnqueueAsync(entry, cancellation);
        await entry.Done.Task;
    }

    /// <summary>Lets the same rule set decide as it was read again: of its content only lists differ, from which somebody was erased.</summary>
    /// <exception cref="PipelineException">The service is ending.</exception>
    internal async Task RenewAsync(Configuration renewed, CancellationToken cancellation)
    {
        var entry = new QueuedSwitch(renewed, null, null);
        await EnqueueAsync(entry, cancellation);
        await entry.Done.Task;
    }

    private async Task EnqueueAsync(QueuedWork work, CancellationToken cancellation)
    {
        try
        {
            await queue.Writer.WriteAsync(work, cancellation);
        }
        catch (ChannelClosedException closed)
        {
            throw new PipelineException("the service is ending and takes nothing any more; send it again to the next one", closed);
        }
    }

    /// <summary>Hands many records over in order and waits for all.</summary>
    public async Task<IReadOnlyList<IntakeAnswer>> SubmitAllAsync(IReadOnlyList<IntakeItem> items, CancellationToken cancellation)
    {
        var entries = new List<QueuedRecord>(items.Count);
        foreach (var item in items)
        {
            entries.Add(Read(item));
            await queue.Writer.WriteAsync(entries[^1], cancellation);
        }
        return await Task.WhenAll(entries.Select(e => e.Answer.Task));
    }

    private QueuedRecord Read(IntakeItem item)
    {
        var entry = new QueuedRecord(item);
        entry.ReadText(configuration.Analyzer);
        return entry;
    }

    /// <summary>Tries a write where the last batch was not recorded: a service that gets no message because it is not ready becomes ready again.</summary>
    internal async Task ProbeAsync(CancellationToken cancellation)
    {
        if (trouble is null) return;
        try
        {
            await using var transaction = await database.BeginAsync(cancellation);
            await SettingStore.ProbeAsync(transaction, cancellation);
            await transaction.CommitAsync(cancellation);
            trouble = null;
        }
        catch (StorageException still)
        {
            trouble = still.Message;
        }
    }

    /// <summary>Takes nothing new, finishes what is queued, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing;
        await writer.DisposeAsync();
        abort.Dispose();
        claim.Dispose();
        meter.Dispose();
        database.Release();
    }

    private async Task WriteAllAsync()
    {
        var batch = new List<QueuedRecord>(MaxBatch);
        while (await queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            QueuedSwitch? change = null;
            while (change is null && batch.Count < MaxBatch && queue.Reader.TryRead(out var work))
            {
                if (work is QueuedRecord record) batch.Add(record);
                else change = (QueuedSwitch)work;
            }
            if (batch.Count > 0) await WriteAsync(batch);
            if (change is not null) await ChangeAsync(change);
        }
    }

    /// <summary>A record that cannot be decided must not keep the others from being decided: then each goes alone.</summary>
    private async Task WriteAsync(List<QueuedRecord> batch)
    {
        try
        {
            await WriteBatchAsync(batch);
            trouble = null;
        }
        catch (StorageException failure)
        {
            trouble = failure.Message;
            logger.LogError("A batch of {Records} records was not recorded: {Reason}", batch.Count, failure.Message);
            foreach (var entry in batch) entry.Answer.TrySetException(failure);
        }
        catch (Exception failure) when (batch.Count > 1)
        {
            logger.LogError(failure, "A batch of {Records} records could not be decided; each is tried alone", batch.Count);
            foreach (var entry in batch) await WriteAsync([entry]);
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "Record {Record} could not be decided", batch[0].Item.Record.Id);
            batch[0].Answer.TrySetException(new PipelineException($"{batch[0].Item.Record.Id} could not be decided and was not recorded: {failure.Message}", failure));
        }
    }

    private async Task WriteBatchAsync(List<QueuedRecord> batch)
    {
        var started = Stopwatch.GetTimestamp();
        if (state is null) await WarmAsync(abort.Token);
        await using var transaction = await writer.BeginAsync(abort.Token);
        await TakeExceptionsAsync(transaction, abort.Token);
        var recorder = new BatchRecorder(transaction, configuration, facts, windows, salt, abort.Token);

        var now = time.Now();
        receipts.Stamp(batch, now);
        PausePoint.Pass(PausePoint.Taken);
        foreach (var entry in batch) entry.Result = await recorder.StoreAsync(entry.Item, entry.Record);

        var again = new List<EpisodeId>();
        var current = state!;
        state = null;                                  // until the commit is through, memory is ahead of the database
        await current.ReadyAsync(batch.Where(e => e.Result == IntakeResult.Created).Select(e => e.Record), transaction, abort.Token);
        foreach (var entry in batch)
        {
            if (entry.Result != IntakeResult.Created) continue;
            var decided = Stopwatch.GetTimestamp();
            entry.Step = await current.ApplyAsync(entry.Record, entry.Seen, transaction, abort.Token);
            if (entry.Step.Decision is not null) meter.Decided(Stopwatch.GetElapsedTime(decided));
            entry.Decision = await recorder.RecordAsync(entry.Record, entry.Step, entry.Item.IsHistory ? now : null, entry.Item.Order);
            if (entry.Record is IdentityLink link && entry.Item.Order is not null) await DecideAgainAsync(link, current, transaction, recorder, again);
        }
        PausePoint.Pass(PausePoint.Decided);
        await recorder.FinishAsync();
        PausePoint.Pass(PausePoint.BeforeCommit);
        await transaction.CommitAsync(abort.Token);
        PausePoint.Pass(PausePoint.AfterCommit);
        state = current;
        foreach (var entry in batch)
            if (entry.Step.Episode is { } touched) Changes.Add(touched.Id);
        foreach (var episode in again) Changes.Add(episode);

        if (recorder.HasNotices) Noticed?.Invoke();
        foreach (var alarm in recorder.Alarms) logger.LogError("{Alarm}", alarm);
        watch.Take(batch, configuration, meter);
        meter.Recorded(batch.Count, Stopwatch.GetElapsedTime(started));
        foreach (var entry in batch) entry.Answer.TrySetResult(await AnswerAsync(entry));
    }

    /// <summary>Who a customer is has changed: the last message of each of their open tickets is decided again. A fall ends nothing; that is for people.</summary>
    private async Task DecideAgainAsync(IdentityLink link, LiveState current, WriteTransaction transaction, BatchRecorder recorder, List<EpisodeId> touched)
    {
        foreach (var message in await MessageStore.LastOfTicketsAsync(transaction, current.ConcernedBy(link), link.Received - Again, abort.Token))
        {
            if (await current.DecideAgainAsync(message, link.Received, transaction, abort.Token) is not { } step) continue;
            await recorder.RecordAgainAsync(message, step, link);
            if (step.Episode is { } episode) touched.Add(episode.Id);
        }
    }

    private async Task ChangeAsync(QueuedSwitch change)
    {
        try
        {
            if (change.Prepared is { } prepared)
            {
                await prepared.CatchUpAsync(database, change.Through, abort.Token);
                await exceptions.EndOutdatedAsync(change.Next, time.Now(), abort.Token);
                state = prepared;
            }
            // A state that stays knows earlier messages by the analyzer that saw them.
            configuration = (change.Prepared is null ? change.Next.With(configuration.Analyzer) : change.Next).With(configuration.Exceptions);
            state?.Use(configuration);
            change.Done.TrySetResult();
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "Configuration {Configuration} could not be put into force; the one before stays", change.Next.Id.Short);
            change.Done.TrySetException(failure);
        }
    }

    private async Task<IntakeAnswer> AnswerAsync(QueuedRecord entry)
    {
        var decision = entry.Decision;
        if (entry.Result == IntakeResult.Repeated && entry.Record is Message { Author: Author.Customer } message)
            decision = await new DecisionStore(database).OnMessageAsync(message.Source, message.ExternalId, message.Revision, abort.Token);
        return new IntakeAnswer(entry.Result, entry.Record, decision, entry.Step.Episode);
    }

    private async Task WarmAsync(CancellationToken cancellation)
    {
        windows.Restore(configuration.Rules, await new DecisionStore(database).RecentFailuresAsync(configuration.Rules.Version, LookBack(configuration.Policy.Quarantine), cancellation), configuration.Exceptions);
        state = await LiveState.FromAsync(database, configuration, ticketsHeld, facts, cancellation);
        receipts.Last = await new HistoryStore(database).LastReceivedAsync(cancellation);
    }

    /// <remarks>A routing rule is not asked about every message, so more of them are looked at than its window holds; a count that a restart cuts short is only late.</remarks>
    private static int LookBack(QuarantinePolicy policy) => policy.Errors == 0 ? 0 : Math.Min(MostLookedBack, policy.Evaluations * 10);

    private async Task PrepareAsync(CancellationToken cancellation)
    {
        await exceptions.EndOutdatedAsync(configuration, time.Now(), cancellation);
        await using var transaction = await database.BeginAsync(cancellation);
        salt = await SettingStore.TextSaltAsync(transaction, cancellation);
        await TakeExceptionsAsync(transaction, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task TakeExceptionsAsync(WriteTransaction transaction, CancellationToken cancellation)
    {
        if (await exceptions.NewerAsync(transaction, configuration, cancellation) is not { } next) return;
        configuration = next;
        state?.Use(next);
    }
}
