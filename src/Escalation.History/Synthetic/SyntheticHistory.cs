using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.Synthetic;

/// <summary>Where a generated history goes, record by record in the total order of history.</summary>
public interface ISyntheticSink
{
    /// <summary>Takes the next record; <paramref name="truth"/> is there for customers' messages only.</summary>
    void Take(HistoryRecord record, MessageTruth? truth);
}

/// <summary>A made-up support organisation over months: everything in it, and every text, is invented.</summary>
/// <remarks>
/// The same options give the same records, on any machine. State is that of the organisation and of the cases under way, so memory does not grow with the length.
/// One history per instance. Not thread-safe.
/// </remarks>
public sealed class SyntheticHistory
{
    internal static readonly Instant AnyTime = Instant.FromUtc(2025, 1, 1, 12, 0);

    private readonly SyntheticOptions options;
    private readonly SyntheticRandom random;
    private readonly RecordQueue queue = new();
    private readonly Workforce workforce;
    private readonly Customers customers;
    private readonly Arrivals arrivals;
    private readonly CaseSimulation cases;

    /// <summary>A history that is ready to run.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one message is asked for.</exception>
    public SyntheticHistory(SyntheticOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Messages, 1);
        this.options = options;
        random = new SyntheticRandom(options.Seed);
        workforce = new Workforce(options.Scale, options.HasQueue);
        customers = new Customers(options.Seed, options.Scale);
        arrivals = new Arrivals(options, workforce, random);
        cases = new CaseSimulation(new Desk(random, queue, workforce, options.HasQueue ? new WorkQueue(workforce) : null), customers);
    }

    /// <summary>Messages handed out so far.</summary>
    public long Messages { get; private set; }

    /// <summary>Where the history stands.</summary>
    public Instant Now { get; private set; }

    /// <summary>The most records that were waiting for their time: the generator's own memory, in records.</summary>
    public int PeakWaiting => queue.Peak;

    /// <summary>Runs to the last message; records that would be learned of after it are left out.</summary>
    /// <param name="sink">Takes the records.</param>
    /// <param name="progress">Called about once a simulated day.</param>
    /// <param name="cancellation">Ends between two cases.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(ISyntheticSink sink, Action<SyntheticHistory>? progress = null, CancellationToken cancellation = default)
    {
        customers.JoinAll(options.Start, queue);
        var planned = workforce.Local(options.Start).Date.PlusDays(-1);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var today = workforce.Local(arrivals.NextAt).Date; planned < today;)
            {
                planned = planned.PlusDays(1);
                arrivals.PlanDay(planned);
                workforce.PlanDay(planned, queue);
                customers.ChangeOfDay(workforce.At(planned, 0), random, queue);
                progress?.Invoke(this);
            }
            var start = arrivals.Next();
            if (!HandOut(start.At, sink)) return;
            cases.Run(start);
        }
    }

    private bool HandOut(Instant before, ISyntheticSink sink)
    {
        while (queue.TryTake(before, out var record, out var truth))
        {
            Now = record.Received;
            sink.Take(record, truth);
            if (record is Message && ++Messages == options.Messages) return false;
        }
        return true;
    }
}
