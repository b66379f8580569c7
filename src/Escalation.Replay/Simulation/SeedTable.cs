using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Replay.Simulation;

/// <summary>Response times of every item in every arm and seed, and what follows from them.</summary>
/// <remarks>Entries of different seeds or arms may be filled by different threads.</remarks>
internal sealed class SeedTable(IReadOnlyList<WorkItem> items, QueueOptions options, Staffing staffing)
{
    /// <summary>Two-sided 95 % quantiles of Student's t by degrees of freedom from 1; beyond, the normal one is close.</summary>

    private readonly QueueRun?[,] runs = new QueueRun?[options.Seeds, Enum.GetValues<QueueArm>().Length];
    private readonly int[] needed = [.. Enumerable.Range(0, items.Count).Where(i => items[i].Needed == true)];
    private readonly int[] others = [.. Enumerable.Range(0, items.Count).Where(i => items[i].Needed != true)];

    /// <summary>Takes what one arm came to in one seed.</summary>
    public void Take(int seed, QueueArm arm, QueueRun run) => runs[seed, (int)arm] = run;

    /// <summary>Response minutes from arrival of some items, ascending.</summary>
    public double[] AllOf(int seed, QueueArm arm, int[] places) => [.. places.Select(i => (RunOf(seed, arm).EndMs[i] - items[i].ArrivalMs) / 60_000.0).Order()];

    /// <summary>The figures of an arm.</summary>
    public ArmFigures FiguresOf(QueueArm arm) => new(
        arm, TimesOf(arm, needed), TimesOf(arm, others),
        needed.Length == 0 ? null : OverSeeds(s => needed.Count(i => MinutesOf(s, arm, i) > options.TargetHours * 60) / (double)needed.Length),
        Enumerable.Range(0, options.Seeds).Max(s => RunOf(s, arm).LongestStaffedWaitMs) / 3_600_000.0,
        staffing.Teams.Select((t, i) => (t, i)).ToDictionary(t => t.t, t => UtilisationOf(arm, t.i), StringComparer.Ordinal));

    /// <summary>How much faster an arm answers than another; null without items.</summary>
    public ResponseFall? FallOf(QueueArm arm, QueueArm baseline, bool needed)
    {
        var places = needed ? this.needed : others;
        if (places.Length == 0) return null;
        SeedFigure Fall(Func<double[], double> statistic) => OverSeeds(s => 1 - statistic(SortedOf(s, arm, places)) / statistic(SortedOf(s, baseline, places)));
        return new ResponseFall(arm, baseline, Fall(v => v.Average()), Fall(v => Quantiles.OfSorted(v, .5)), Fall(v => Quantiles.OfSorted(v, .9)), OverDays(arm, baseline, places));
    }

    private QueueRun RunOf(int seed, QueueArm arm) => runs[seed, (int)arm] ?? throw new InvalidOperationException($"arm {arm} has not been served in run {seed}");

    private double MinutesOf(int seed, QueueArm arm, int item) => Math.Max(0, RunOf(seed, arm).EndMs[item] - items[item].NeedMs) / 60_000.0;

    private double[] SortedOf(int seed, QueueArm arm, int[] places) => [.. places.Select(i => MinutesOf(seed, arm, i)).Order()];

    private ResponseTimes? TimesOf(QueueArm arm, int[] places)
    {
        if (places.Length == 0) return null;
        var sorted = Enumerable.Range(0, options.Seeds).Select(s => SortedOf(s, arm, places)).ToArray();
        return new ResponseTimes(places.Length, OverSeeds(s => sorted[s].Average()), OverSeeds(s => Quantiles.OfSorted(sorted[s], .5)), OverSeeds(s => Quantiles.OfSorted(sorted[s], .9)));
    }

    /// <summary>The ratio of sums by day of arrival, all seeds together: work of one day waits for one another.</summary>
    private MetricValue OverDays(QueueArm arm, QueueArm baseline, int[] places)
    {
        var ratio = new RatioSample(MetricValue.Share, isShare: false);
        foreach (var day in places.GroupBy(i => items[i].ArrivalMs / NodaConstants.MillisecondsPerDay))
        {
            double Sum(QueueArm of) => Enumerable.Range(0, options.Seeds).Sum(s => day.Sum(i => MinutesOf(s, of, i)));
            if (Sum(baseline) is var weight && weight > 0) ratio.Add(new Cluster(CustomerId.Unknown, new TicketId(FormattableString.Invariant($"day {day.Key}"))), Sum(arm), weight);
        }
        var found = ratio.Estimate();
        return found with { Value = 1 - found.Value, Low = 1 - found.High, High = 1 - found.Low, N = places.Length };
    }

    private double UtilisationOf(QueueArm arm, int team)
    {
        var time = staffing.AgentMs(team, items[0].ArrivalMs, items[^1].ArrivalMs);
        return time == 0 ? 0 : Enumerable.Range(0, options.Seeds).Average(s => RunOf(s, arm).BusyMs[team]) / time;
    }

    private SeedFigure OverSeeds(Func<int, double> figure)
    {
        var values = Enumerable.Range(0, options.Seeds).Select(figure).ToArray();
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
        var half = StudentT.TwoSided95(values.Length - 1) * deviation / Math.Sqrt(values.Length);
        return new SeedFigure(mean, mean - half, mean + half);
    }
}
