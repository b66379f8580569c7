using System.Diagnostics.Metrics;

namespace Escalation.Service.Pipeline;

/// <summary>Counters and durations of the ordered writer, as metrics <c>escalation.*</c> and as quantiles of the last decisions.</summary>
internal sealed class PipelineMeter : IDisposable
{
    private const int Kept = 4096;
    private readonly Meter meter = new("Escalation");
    private readonly Histogram<double> decisions;
    private readonly Histogram<double> batches;
    private readonly Counter<long> records;
    private readonly Counter<long> failures;
    private readonly Lock gate = new();
    private readonly double[] latest = new double[Kept];
    private long count;

    public PipelineMeter()
    {
        decisions = meter.CreateHistogram<double>("escalation.decision.duration", "ms", "Observe, derive and decide one message");
        batches = meter.CreateHistogram<double>("escalation.batch.duration", "ms", "Decide and record one batch, commit included");
        records = meter.CreateCounter<long>("escalation.records", description: "Records made durable");
        failures = meter.CreateCounter<long>("escalation.rules.failed", description: "Rules that threw on a message, by rule");
    }

    public void Decided(TimeSpan duration)
    {
        decisions.Record(duration.TotalMilliseconds);
        lock (gate) latest[count++ % Kept] = duration.TotalMilliseconds;
    }

    public void Failed(string rule) => failures.Add(1, new KeyValuePair<string, object?>("rule", rule));

    public void Recorded(int number, TimeSpan duration)
    {
        batches.Record(duration.TotalMilliseconds);
        records.Add(number);
    }

    /// <summary>Milliseconds of a decision at a quantile of the last ones; null before the first.</summary>
    public double? Quantile(double share)
    {
        double[] sorted;
        lock (gate) sorted = latest[..(int)Math.Min(count, Kept)];
        if (sorted.Length == 0) return null;
        Array.Sort(sorted);
        return sorted[(int)Math.Min(sorted.Length - 1, Math.Floor(share * sorted.Length))];
    }

    public void Dispose() => meter.Dispose();
}
