using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.History.View;
using Escalation.Replay.Analysis;
using Escalation.Replay.Arms;
using Escalation.Replay.Changes;
using Escalation.Replay.Collecting;
using Escalation.Replay.Pipeline;
using NodaTime;

namespace Escalation.Replay;

/// <summary>Decides a history again under one or more configurations, in one pass and in order.</summary>
/// <remarks>
/// Each arm forms its own episodes from its decisions and the recorded events, and the result is the same in either way and for any number of threads.
/// Without a cache, texts are read and analyzed on all cores ahead of one stage in order; memory: the windows of the view, and the tickets on which something
/// happened lately; those of before lie in a temporary file. From a cache, decisions are rows of columns, no view is asked, and parts of the tickets are
/// taken on all cores (<see cref="TicketParts"/>); memory: the tickets of the parts at work. Either way what a ticket came to stays in memory until figures are made.
/// Source: "episode" and "In replay" in DESIGN.md.
/// </remarks>
public sealed class ReplayEngine
{
    private const int ProgressEvery = 4096;

    private readonly IReadOnlyList<ReplayArm> arms;
    private readonly ReplayOptions options;
    private readonly ChangeSpool changes;
    private Instant first = Instant.MaxValue, last = Instant.MinValue;

    private ReplayEngine(IReadOnlyList<ReplayArm> arms, ReplayOptions options, ChangeSpool changes) => (this.arms, this.options, this.changes) = (arms, options, changes);

    private Instant AsOf => last == Instant.MinValue ? Instant.FromUnixTimeSeconds(0) : last;

    /// <summary>Replays files.</summary>
    /// <param name="arms">The arms; the first is the baseline.</param>
    /// <param name="source">The history.</param>
    /// <param name="options">Window and threads.</param>
    /// <param name="cancellation">Ends between two records; nothing is left behind.</param>
    /// <exception cref="IOException">A file could not be read, or the temporary file not be written.</exception>
    public static ReplayResult Run(IReadOnlyList<ReplayArm> arms, HistorySource source, ReplayOptions options, CancellationToken cancellation) =>
        Run(arms, options, source.Summary, engine => engine.Derive(source.Read(cancellation), cancellation));

    /// <summary>Replays records that are in the total order of history.</summary>
    public static ReplayResult Run(IReadOnlyList<ReplayArm> arms, IEnumerable<HistoryRecord> records, ReplayOptions options, CancellationToken cancellation) =>
        Run(arms, options, null, engine => engine.Derive(records, cancellation));

    /// <summary>Replays a history whose facts are cached: what no arm was given before is derived first, and kept. The result is the same.</summary>
    /// <param name="arms">The arms; the first is the baseline. Their rules must be a compiled <see cref="Rules.RuleSet"/>.</param>
    /// <param name="history">The history.</param>
    /// <param name="options">Window and threads.</param>
    /// <param name="cancellation">Ends between two records; complete columns stay in the cache.</param>
    /// <exception cref="IOException">The history cannot be read, or the cache or the temporary file not be written.</exception>
    public static ReplayResult Run(IReadOnlyList<ReplayArm> arms, AnalyzedHistory history, ReplayOptions options, CancellationToken cancellation) =>
        Run(arms, options, history.Summary, engine => engine.Recall(history, cancellation));

    /// <summary>Makes episodes and figures of decisions that were made before, in the total order of history.</summary>
    internal static ReplayResult Run(IReadOnlyList<ReplayArm> arms, IEnumerable<DecidedRecord> records, ReplayOptions options, CancellationToken cancellation) =>
        Run(arms, options, null, engine => engine.Recall(records, cancellation));

    private static ReplayResult Run(IReadOnlyList<ReplayArm> arms, ReplayOptions options, InputSummary? input, Func<ReplayEngine, (PartResult, ViewCounters)> take)
    {
        var changes = new ChangeSpool();
        var isDone = false;
        try
        {
            var engine = new ReplayEngine(arms, options, changes);
            var (all, met) = take(engine);
            var result = engine.Finish(all, input, met);
            isDone = true;
            return result;
        }
        finally
        {
            if (!isDone) changes.Dispose();
        }
    }

    /// <summary>Derives, decides and takes every record.</summary>
    private (PartResult, ViewCounters) Derive(IEnumerable<HistoryRecord> records, CancellationToken cancellation)
    {
        using var part = new ReplayPart(arms, options, changes.NewPart(), options.SettleAfter);
        var view = new HistoryView(ViewRetention.WithoutTexts);
        InOrder(PreparedRecords.Of(records, part.Analyzers, options.Workers, cancellation), (record, place) =>
        {
            if (record.Message is { } message)
            {
                See(message.Message);
                part.Take(message, view, place);
            }
            else
            {
                See(record.Other!);
                part.Take(record.Other!);
                if (record.Other is not Label) view.Add(record.Other!);
            }
        }, cancellation);
        var met = view.Counters;
        view = null;      // its windows make room for the outcomes
        return (part.Close(AsOf), met);
    }

    /// <summary>Takes every record, with decisions on facts from the cache.</summary>
    private (PartResult, ViewCounters) Recall(AnalyzedHistory history, CancellationToken cancellation)
    {
        var configurations = arms.Select(a => a.Configuration).ToList();
        var histories = configurations.ConvertAll(c => history.Open(c, options, cancellation, c.EffectiveDates));
        var tape = history.Tickets(cancellation);
        if (tape.Count > 0) (first, last) = tape.Span;
        using var rows = new DecidedRows(arms, histories, options.Workers, cancellation);
        return (new TicketParts(arms, options, tape, rows, changes).Take(AsOf, cancellation), histories[0].Table.View);
    }

    /// <summary>Takes every record with the decisions on it; no view is asked.</summary>
    private (PartResult, ViewCounters) Recall(IEnumerable<DecidedRecord> records, CancellationToken cancellation)
    {
        using var part = new ReplayPart(arms, options, changes.NewPart(), options.SettleAfter);
        InOrder(records, (record, place) =>
        {
            See(record.Record);
            part.Take(record, place);
        }, cancellation);
        return (part.Close(AsOf), new ViewCounters());
    }

    private void InOrder<T>(IEnumerable<T> records, Action<T, long> take, CancellationToken cancellation)
    {
        var taken = 0L;
        foreach (var record in records)
        {
            take(record, taken);
            if (++taken % ProgressEvery != 0) continue;
            cancellation.ThrowIfCancellationRequested();
            options.OnProgress?.Invoke(taken);
        }
        options.OnProgress?.Invoke(taken);
    }

    private void See(HistoryRecord record)
    {
        if (record.Received < first) first = record.Received;
        if (record.Received > last) last = record.Received;
    }

    private ReplayResult Finish(PartResult all, InputSummary? input, ViewCounters met)
    {
        var built = all.Outcomes(AsOf, options.Workers);
        var sliced = SlicedMetrics.Measure(built, options.Slices, options.AllSlices, options.Workers);
        var unknown = new IReadOnlyDictionary<string, UnknownDifference>[arms.Count];
        var results = new ArmResult[arms.Count];
        RowRanges.Each(arms.Count, options.Workers, i =>
        {
            results[i] = ResultOf(arms[i], all.Arms[i], built[i], sliced.Of(i));
            if (i > 0) unknown[i] = UnknownLabels.Between(built[0], built[i]);
        });
        IReadOnlyList<HashSet<TicketId>> escalated = [.. all.Arms.Select(a => a.Escalated)];
        ChangeKind KindOf(DecisionChange change)
        {
            var ticket = all.Canonical(change.TicketId);
            return change.KindOf(all.Needs.Of(ticket), escalated[0].Contains(ticket), escalated[change.Arm].Contains(ticket));
        }
        var comparisons = Comparison.All(results, sliced, unknown, escalated, all.Needs, changes, KindOf);
        foreach (var arm in results) arm.Metrics.Close();
        return new ReplayResult(changes, KindOf)
        {
            Arms = results,
            Comparisons = comparisons,
            Slices = sliced.Sizes,
            SlicesLeftOut = sliced.LeftOut,
            Input = input,
            View = met,
            Span = (first, AsOf),
            Labels = all.Labels,
            Recalled = all.Recalled,
        };
    }

    private static ArmResult ResultOf(ReplayArm arm, ArmCount count, Outcomes outcomes, IReadOnlyDictionary<string, MetricSet> slices) => new()
    {
        Arm = arm,
        Metrics = EscalationMetrics.Compute(outcomes),
        Slices = slices,
        Unknown = UnknownLabels.Of(outcomes),
        Days = count.Tally.Days,
        Volumes = count.Volume.Volumes(arm.Configuration.Policy.Capacity),
        Reliability = count.Tally.Scores.Bins,
        Messages = count.Tally.Messages,
        Bands = count.Tally.Bands,
        Degraded = count.Tally.Degraded,
        NeedsReview = count.Tally.NeedsReview,
        Rules = count.Tally.Rules,
        Highest = count.Highest.All,
        DecisionsHash = count.Tally.Digest,
    };
}
