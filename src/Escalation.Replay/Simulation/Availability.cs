namespace Escalation.Replay.Simulation;

/// <summary>Finds for each team how much of their shifts agents give to the queue, so that the recorded order takes as long as it did.</summary>
/// <remarks>
/// Agents have other work, and nobody records it: an agent who gives half of a shift is one for whom everything takes twice as long. One number a team, fitted to
/// the mean response time of the first half of the history, each team by itself with its work coming when the records say that it came to it; teams with few
/// answers share one. Whether the rest of the distribution fits is checked on the second half.
/// </remarks>
internal sealed class Availability(IReadOnlyList<WorkItem> items, Staffing staffing, QueueOptions options)
{
    private const int Steps = 14;
    private const double Slowest = 200, Fastest = .2;

    /// <summary>By team: how much longer than its handling time an answer takes.</summary>
    /// <param name="handlingMs">Handling times by item.</param>
    /// <param name="beforeMs">Work that arrived before counts.</param>
    /// <param name="cancellation">Ends between two runs.</param>
    public double[] Stretch(long[] handlingMs, long beforeMs, CancellationToken cancellation)
    {
        var work = new List<(QueueJob Job, long RecordedMs)>[staffing.Teams.Count];
        for (var team = 0; team < work.Length; team++) work[team] = [.. WorkOf(team, handlingMs, beforeMs)];
        var few = Enumerable.Range(0, work.Length).Where(t => work[t].Count < HandlingTimes.LeastOfTeam).ToArray();
        var own = Enumerable.Range(0, work.Length).Except(few).Select(t => new[] { t }).ToList();
        var groups = few.Length == 0 ? own : [.. own, few];
        var stretch = new double[work.Length];
        Parallel.ForEach(groups, new ParallelOptions { MaxDegreeOfParallelism = options.Workers, CancellationToken = cancellation }, group =>
        {
            var (jobs, recorded) = (group.SelectMany(t => work[t].Select(w => w.Job)).ToList(), group.SelectMany(t => work[t]).Sum(w => (double)w.RecordedMs));
            var (low, high) = (Math.Log(Fastest), Math.Log(Slowest));
            for (var step = 0; step < Steps; step++)
            {
                var run = QueueSimulator.Run(jobs, staffing, [.. staffing.Teams.Select(_ => Math.Exp((low + high) / 2))], long.MaxValue);
                var found = jobs.Select((j, i) => (double)(run.EndMs[i] - j.ArrivalMs)).Sum();
                if (found < recorded) low = (low + high) / 2;
                else high = (low + high) / 2;
            }
            foreach (var team in group) stretch[team] = jobs.Count == 0 ? 1 : Math.Exp((low + high) / 2);
        });
        return stretch;
    }

    /// <summary>The visits of a team in the order of their recorded ends, with how long each took by the records.</summary>
    private IEnumerable<(QueueJob Job, long RecordedMs)> WorkOf(int team, long[] handlingMs, long beforeMs)
    {
        var name = staffing.Teams[team];
        for (var i = 0; i < items.Count && items[i].ArrivalMs < beforeMs; i++)
        {
            var item = items[i];
            var began = item.MovedAtMs ?? item.ArrivalMs;
            if (item.MovedFrom == name)
                yield return (new QueueJob(item.ArrivalMs, [new JobVisit(team, (long)(options.MisplacedMinutes * 60_000), new QueueKey(0, 0, began))]), began - item.ArrivalMs);
            if (item.Team == name) yield return (new QueueJob(began, [new JobVisit(team, handlingMs[i], new QueueKey(0, 0, item.AnsweredMs))]), item.AnsweredMs - began);
        }
    }
}
