using Escalation.Core.Tickets;
using Escalation.History.Reading;
using NodaTime;

namespace Escalation.Replay.Sweep;

/// <summary>Replays every value of a sweep in one pass over the history: each text is analyzed once for all of them.</summary>
public sealed class SweepRun
{
    private Instant first = Instant.MaxValue, last = Instant.MinValue;

    private SweepRun()
    {
    }

    /// <summary>The curve.</summary>
    /// <param name="swept">The arms.</param>
    /// <param name="source">The history.</param>
    /// <param name="options">Window and threads.</param>
    /// <param name="choice">What chooses the point.</param>
    /// <param name="cancellation">Ends between two records; nothing is left behind.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static SweepCurve Run(SweptRules swept, HistorySource source, ReplayOptions options, SweepChoice choice, CancellationToken cancellation) =>
        Run(swept, source.Read(cancellation), options, choice, cancellation);

    /// <summary>The curve over records that are in the total order of history.</summary>
    public static SweepCurve Run(SweptRules swept, IEnumerable<HistoryRecord> records, ReplayOptions options, SweepChoice choice, CancellationToken cancellation)
    {
        var run = new SweepRun();
        using var result = ReplayEngine.Run(swept.Arms, run.Watched(records), options, cancellation);
        var days = (Instant.Min(options.To, run.last) - Instant.Max(options.From, run.first)).TotalDays;
        return SweepCurve.Of(swept, result, Math.Max(1, days), choice);
    }

    /// <remarks>What was known of customers may be years older than the first message: it makes no day of work.</remarks>
    private IEnumerable<HistoryRecord> Watched(IEnumerable<HistoryRecord> records)
    {
        foreach (var record in records)
        {
            if (record is Message)
            {
                if (record.Received < first) first = record.Received;
                if (record.Received > last) last = record.Received;
            }
            yield return record;
        }
    }
}
