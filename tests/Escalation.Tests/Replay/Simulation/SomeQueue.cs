using Escalation.Replay.Simulation;

namespace Escalation.Tests.Replay.Simulation;

/// <summary>Queues of the textbook: Poisson arrivals and drawn service times, in minutes.</summary>
internal static class SomeQueue
{
    public const long Minute = 60_000;
    public const long Never = long.MaxValue;

    private static readonly long Forever = (long)TimeSpan.FromDays(365 * 50).TotalMilliseconds;

    /// <summary>Agents of one team who are always there.</summary>
    public static Staffing Always(int agents) => new(["team"], Enumerable.Repeat(new[] { new StaffedShift(0, Forever, 0) }, agents));

    /// <summary>Jobs that come at a rate and take exponential time; the class of each is drawn by the share of the first.</summary>
    public static QueueJob[] Poisson(int seed, int count, double perMinute, double meanMinutes, double firstShare = 0)
    {
        var random = new Random(seed);
        var jobs = new QueueJob[count];
        var at = 0.0;
        for (var i = 0; i < count; i++)
        {
            at += -Math.Log(1 - random.NextDouble()) / perMinute;
            var service = -Math.Log(1 - random.NextDouble()) * meanMinutes;
            var order = random.NextDouble() < firstShare ? 0 : 1;
            jobs[i] = new QueueJob((long)(at * Minute), [new JobVisit(0, Math.Max(1, (long)(service * Minute)), new QueueKey(order, 0, i))]);
        }
        return jobs;
    }

    public static QueueRun Run(IReadOnlyList<QueueJob> jobs, Staffing staffing, long ageingMs = Never, Action<ServedVisit>? onServed = null) =>
        QueueSimulator.Run(jobs, staffing, [.. staffing.Teams.Select(_ => 1.0)], ageingMs, onServed);

    /// <summary>The theory lies in the 99.9 % interval over seeds, and that interval is narrow enough to tell.</summary>
    public static void Expect(double theory, IReadOnlyList<double> seeds)
    {
        var mean = seeds.Average();
        var half = 3.6 * Math.Sqrt(seeds.Sum(s => (s - mean) * (s - mean)) / (seeds.Count - 1) / seeds.Count);
        Assert.InRange(theory, mean - half, mean + half);
        Assert.True(half < .1 * theory, FormattableString.Invariant($"the interval {mean} ± {half} is too wide to tell"));
    }
}
