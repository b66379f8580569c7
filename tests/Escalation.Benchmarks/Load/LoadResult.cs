using System.Diagnostics;
using System.Globalization;
using Escalation.Core.Metrics;

namespace Escalation.Benchmarks.Load;

/// <summary>What a run measured.</summary>
/// <param name="started">When it began, as <see cref="Stopwatch"/> ticks.</param>
internal sealed class LoadResult(long started)
{
    private readonly Lock gate = new();
    private readonly List<double> latencies = [];        // ms
    private readonly List<double> lateness = [];         // ms
    private readonly SortedDictionary<int, int> errors = [];
    private TimeSpan elapsed;

    public static string Header => $"{"",-28} {"answers",9} {"a second",9} {"p50",8} {"p90",8} {"p99",8} {"p99.9",8} {"max ms",8}  errors";

    public long Started => started;

    /// <summary>Requests answered, errors included.</summary>
    public int Count => latencies.Count;

    /// <summary>Requests answered with success.</summary>
    public int Good => latencies.Count - errors.Values.Sum();

    /// <summary>Milliseconds by which the generator handed requests over late, as p99; null in a closed loop.</summary>
    public double? LatenessP99 => lateness.Count == 0 ? null : At(lateness, .99);

    public void Answered(int status, long ticks)
    {
        lock (gate)
        {
            latencies.Add(Stopwatch.GetElapsedTime(0, ticks).TotalMilliseconds);
            if (status is not (200 or 201)) errors[status] = errors.GetValueOrDefault(status) + 1;
        }
    }

    public void HandedOver(long late) => lateness.Add(Stopwatch.GetElapsedTime(0, late).TotalMilliseconds);

    public void End() => elapsed = Stopwatch.GetElapsedTime(started);

    /// <summary>One line of the table.</summary>
    public string Line(string name) => Line(name, latencies, elapsed, errors.Count == 0 ? "0" : string.Join(", ", errors.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Value} x {(e.Key == 0 ? "broken off" : e.Key)}"))));

    /// <summary>One line of durations in milliseconds.</summary>
    public static string Line(string name, List<double> durations, TimeSpan elapsed, string errors)
    {
        durations.Sort();
        double Q(double share) => durations.Count == 0 ? double.NaN : Quantiles.OfSorted(durations, share);
        return string.Create(CultureInfo.InvariantCulture,
            $"{name,-28} {durations.Count,9:N0} {durations.Count / elapsed.TotalSeconds,9:N0} {Q(.5),8:0.00} {Q(.9),8:0.00} {Q(.99),8:0.00} {Q(.999),8:0.00} {Q(1),8:0.00}  {errors}");
    }

    private static double At(List<double> values, double share)
    {
        values.Sort();
        return Quantiles.OfSorted(values, share);
    }
}
