using Escalation.Core.Metrics;
using NodaTime;

namespace Escalation.Replay.Simulation;

/// <summary>Serves the same work in several orders and compares how long people wait.</summary>
/// <remarks>
/// Common random numbers: an item's handling time is the same in all arms of a seed. Nothing is claimed where the order as recorded does not give the recorded
/// response times within a tenth. Deterministic: the same for any number of threads.
/// </remarks>
public sealed class QueueComparison
{
    private const int LeastAnswers = 100;
    private static readonly QueueArm[] Arms = Enum.GetValues<QueueArm>();

    private readonly QueueTrace trace;
    private readonly Staffing staffing;
    private readonly HandlingTimes handling;
    private readonly QueueOptions options;
    private readonly JobPlanner planner;

    private QueueComparison(QueueTrace trace, Staffing staffing, HandlingTimes handling, QueueOptions options) =>
        (this.trace, this.staffing, this.handling, this.options, planner) = (trace, staffing, handling, options, new JobPlanner(trace.Items, staffing.Teams, options));

    /// <summary>Simulates.</summary>
    /// <param name="trace">The work; at least one item.</param>
    /// <param name="staffing">Agents for every team of <see cref="Teams"/>.</param>
    /// <param name="handling">Handling times.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends between two runs.</param>
    public static SimulationReport Run(QueueTrace trace, Staffing staffing, HandlingTimes handling, QueueOptions options, CancellationToken cancellation) =>
        new QueueComparison(trace, staffing, handling, options).Run(cancellation);

    /// <summary>Every team that gets work in any arm, by id.</summary>
    public static IReadOnlyList<string> Teams(QueueTrace trace) =>
        [.. trace.Items.SelectMany(i => new[] { i.Team, i.MovedFrom, i.Needed == true ? i.RightTeam : null, i.Flag?.Team }).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private SimulationReport Run(CancellationToken cancellation)
    {
        var items = trace.Items;
        var half = items[items.Count / 2].ArrivalMs;
        var stretch = options.Availability is { } given
            ? [.. staffing.Teams.Select(_ => 1 / given)]
            : new Availability(items, staffing, options).Stretch(JobPlanner.Handling(items, handling, options.Seed), half, cancellation);
        var figures = new SeedTable(items, options, staffing);
        var check = Check(stretch, options.Availability is null ? half : long.MinValue, figures, cancellation);
        if (check.IsValid)
            for (var seed = 0; seed < options.Seeds; seed++) Serve(seed, stretch, figures, cancellation);
        return Report(stretch, check, figures);
    }

    private Reproduction Check(double[] stretch, long fromMs, SeedTable figures, CancellationToken cancellation)
    {
        Each(options.Seeds, seed => figures.Take(seed, QueueArm.AsRecorded, Served(seed, QueueArm.AsRecorded, stretch)), cancellation);
        int[] checkedOn = [.. Enumerable.Range(0, trace.Items.Count).Where(i => trace.Items[i].ArrivalMs >= fromMs)];
        var recorded = Sorted(checkedOn, i => trace.Items[i].AnsweredMs);
        var alone = Served(0, QueueArm.AsRecorded, [.. stretch.Select(_ => 1.0)]);
        var undivided = Sorted(checkedOn, i => alone.EndMs[i]);
        var simulated = Enumerable.Range(0, options.Seeds).Select(s => figures.AllOf(s, QueueArm.AsRecorded, checkedOn)).ToList();
        ReproductionFigure[] found =
        [
            new("mean", recorded.Average(), simulated.Average(s => s.Average())),
            new("median", Quantiles.OfSorted(recorded, .5), simulated.Average(s => Quantiles.OfSorted(s, .5))),
            new("p90", Quantiles.OfSorted(recorded, .9), simulated.Average(s => Quantiles.OfSorted(s, .9))),
        ];
        return new Reproduction(checkedOn.Length, Instant.FromUnixTimeMilliseconds(trace.Items[checkedOn[0]].ArrivalMs), found, undivided.Average(), RefusalOf(found, checkedOn.Length));
    }

    private static string? RefusalOf(IReadOnlyList<ReproductionFigure> found, int n)
    {
        if (n < LeastAnswers) return FormattableString.Invariant($"only {n} answers to check on, fewer than {LeastAnswers}");
        var off = found.Where(f => !f.Holds).Select(f => FormattableString.Invariant($"{f.Figure} {f.Miss:+0 %;-0 %} ({f.Simulated:0.#} simulated, {f.Recorded:0.#} recorded minutes)")).ToList();
        return off.Count == 0 ? null : "the recorded order is not reproduced within 10 %: " + string.Join(", ", off);
    }

    private void Serve(int seed, double[] stretch, SeedTable figures, CancellationToken cancellation) =>
        Each(Arms.Length, arm =>
        {
            if (Arms[arm] != QueueArm.AsRecorded) figures.Take(seed, Arms[arm], Served(seed, Arms[arm], stretch));
        }, cancellation);

    private QueueRun Served(int seed, QueueArm arm, double[] stretch)
    {
        var ageing = arm is QueueArm.Candidate or QueueArm.Oracle ? (long)(options.AgeingHours * 3_600_000) : long.MaxValue;
        return QueueSimulator.Run(planner.Plan(arm, JobPlanner.Handling(trace.Items, handling, options.Seed + (ulong)seed)), staffing, stretch, ageing);
    }

    private void Each(int count, Action<int> work, CancellationToken cancellation)
    {
        var done = 0;
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = options.Workers, CancellationToken = cancellation }, i =>
        {
            work(i);
            options.OnProgress?.Invoke(Interlocked.Increment(ref done));
        });
    }

    private double[] Sorted(int[] places, Func<int, long> endMs) => [.. places.Select(i => (endMs(i) - trace.Items[i].ArrivalMs) / 60_000.0).Order()];

    private SimulationReport Report(double[] stretch, Reproduction check, SeedTable figures)
    {
        var items = trace.Items;
        var arms = check.IsValid ? Arms.Select(figures.FiguresOf).ToList() : [];
        double MeanOf(QueueArm arm) => arms.Find(a => a.Arm == arm)?.Needed?.Mean.Value ?? 0;
        var way = MeanOf(QueueArm.FirstInFirstOut) - MeanOf(QueueArm.Oracle);
        return new SimulationReport
        {
            Answers = items.Count,
            Unanswered = trace.Unanswered,
            Needs = new NeedCounts(items.Count(i => i.Needed == true), items.Count(i => i.Needed == false), items.Count(i => i.Needed is null)),
            NeedsFrom = trace.HasTruth ? "truth" : "labels",
            Flags = new FlagCounts(items.Count(i => i is { Flag: not null, Needed: true }), items.Count(JobPlanner.IsFalseAlarm), items.Count(i => i is { Flag: not null, Needed: null }), items.Count(JobPlanner.IsMisroute)),
            Handling = handling.Source,
            HandlingN = handling.N,
            HandlingMeanMinutes = handling.MeanMinutes,
            Options = options,
            Teams = [.. staffing.Teams.Select((t, i) => TeamOf(t, i, stretch[i]))],
            Check = check,
            Arms = arms,
            Comparisons = check.IsValid
                ? [.. new[] { QueueArm.AsRecorded, QueueArm.FirstInFirstOut }.SelectMany(b => new[] { QueueArm.Candidate, QueueArm.Oracle }.Select(a => new ArmComparisonFigures(figures.FallOf(a, b, needed: true), figures.FallOf(a, b, needed: false))))]
                : [],
            Capture = way > 0 ? (MeanOf(QueueArm.FirstInFirstOut) - MeanOf(QueueArm.Candidate)) / way : null,
        };
    }

    private SimulatedTeam TeamOf(string team, int place, double stretch)
    {
        var own = trace.Items.Where(i => i.Team == team).ToList();
        var time = staffing.AgentMs(place, trace.Items[0].ArrivalMs, trace.Items[^1].ArrivalMs);
        var work = JobPlanner.Handling(own, handling, options.Seed).Sum();
        return new SimulatedTeam(team, staffing.AgentsOf[place].Count, own.Count, 1 / stretch, time == 0 ? 0 : work / (double)time);
    }
}
