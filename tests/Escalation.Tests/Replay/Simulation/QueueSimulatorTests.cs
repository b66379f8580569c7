using Escalation.Replay.Simulation;

namespace Escalation.Tests.Replay.Simulation;

public sealed class QueueSimulatorTests
{
    private const long Hour = 60 * SomeQueue.Minute;
    private const long Day = 24 * Hour;

    /// <summary>Three agents of two teams who work eight hours a day at different times.</summary>
    private static Staffing Shifts() => new(["a", "b"],
    [
        Enumerable.Range(0, 7).Select(d => new StaffedShift(d * Day + 8 * Hour, d * Day + 16 * Hour, 0)),
        Enumerable.Range(0, 7).Select(d => new StaffedShift(d * Day + 12 * Hour, d * Day + 20 * Hour, 0)),
        Enumerable.Range(0, 7).Select(d => new StaffedShift(d * Day + 8 * Hour, d * Day + 16 * Hour, 1)),
    ]);

    /// <summary>Work of both teams; some moves from one to the other, some changes while it waits.</summary>
    private static QueueJob[] Mixed(int seed, int count = 400)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var arrival = (long)(random.NextDouble() * 7 * Day);
            JobVisit Visit(int team, int order) => new(team, 1 + random.Next(20 * (int)SomeQueue.Minute), new QueueKey(order, random.Next(5), arrival));
            return random.Next(4) switch
            {
                0 => new QueueJob(arrival, [Visit(0, 1), Visit(1, 1)]),
                1 => new QueueJob(arrival, [Visit(0, 1)]) { ChangesAtMs = arrival + random.Next((int)(6 * Hour)), ChangedVisits = [Visit(1, 0), Visit(0, 1)] },
                2 => new QueueJob(arrival, [Visit(1, 1)]),
                _ => new QueueJob(arrival, [Visit(0, random.Next(2))]),
            };
        })];
    }

    [Fact]
    public void Everything_that_comes_is_served_once_and_in_order_of_its_visits()
    {
        var (jobs, served) = (Mixed(1), new List<ServedVisit>());
        var run = SomeQueue.Run(jobs, Shifts(), 8 * Hour, served.Add);
        Assert.All(served.GroupBy(v => v.Job), visits =>
        {
            var job = jobs[visits.Key];
            var teams = visits.OrderBy(v => v.StartMs).Select(v => v.Team).ToList();
            Assert.Contains(teams, (IEnumerable<IEnumerable<int>>)[job.Visits.Select(v => v.Team), job.ChangedVisits.Select(v => v.Team)]);
            Assert.All(visits, v => Assert.True(v.StartMs >= job.ArrivalMs));
            Assert.Equal(run.EndMs[visits.Key], visits.Max(v => v.EndMs));
        });
        Assert.Equal(Enumerable.Range(0, jobs.Length), served.Select(v => v.Job).Distinct().Order());
        Assert.Contains(served.GroupBy(v => v.Job), v => jobs[v.Key].ChangedVisits.Count > 0 && v.Count() == 2);
    }

    [Fact]
    public void Nobody_begins_outside_a_shift_or_does_two_things_at_once()
    {
        var (staffing, served) = (Shifts(), new List<ServedVisit>());
        var run = SomeQueue.Run(Mixed(2), staffing, SomeQueue.Never, served.Add);
        foreach (var agent in served.GroupBy(v => v.Agent))
        {
            var visits = agent.OrderBy(v => v.StartMs).ToList();
            var shifts = Enumerable.Range(0, 40).Select(n => staffing.ShiftOf(agent.Key, n)!.Value).ToList();
            Assert.All(visits, v => Assert.Contains(shifts, s => s.Team == v.Team && s.FromMs <= v.StartMs && v.StartMs < s.ToMs));
            Assert.All(visits.Zip(visits.Skip(1)), pair => Assert.True(pair.First.EndMs <= pair.Second.StartMs));
        }
        Assert.True(run.OvertimeMs > 0, "somebody finished after the end of a shift what was begun in it");
    }

    [Fact]
    public void No_agent_is_idle_while_work_waits()
    {
        var served = new List<ServedVisit>();
        var jobs = SomeQueue.Poisson(3, 500, 1.8, 1);
        SomeQueue.Run(jobs, SomeQueue.Always(2), SomeQueue.Never, served.Add);
        foreach (var visit in served.Where(v => v.StartMs > jobs[v.Job].ArrivalMs))
            Assert.Equal(2, served.Count(v => v.StartMs <= visit.StartMs - 1 && v.EndMs > visit.StartMs - 1));
    }

    [Fact]
    public void What_has_waited_too_long_goes_before_everything_that_came_later()
    {
        const long ageing = 2 * Hour;
        var jobs = SomeQueue.Poisson(4, 3000, 1, 1, .7);
        var (with, without) = (new List<ServedVisit>(), new List<ServedVisit>());
        var bounded = SomeQueue.Run(jobs, SomeQueue.Always(1), ageing, with.Add);
        var starving = SomeQueue.Run(jobs, SomeQueue.Always(1), SomeQueue.Never, without.Add);
        Assert.True(Passed(jobs, with, ageing) == 0 && Passed(jobs, without, ageing) > 0, "ageing keeps young work from passing old work, which happens without it");
        Assert.True(bounded.LongestStaffedWaitMs < starving.LongestStaffedWaitMs);
        Assert.Equal(bounded.EndMs.Max(), starving.EndMs.Max());      // the same work in another order
    }

    /// <summary>How often a job began although an older one had waited longer than the limit by then.</summary>
    private static int Passed(QueueJob[] jobs, List<ServedVisit> served, long ageing)
    {
        var starts = new long[jobs.Length];
        foreach (var visit in served) starts[visit.Job] = visit.StartMs;
        return served.Count(v => Enumerable.Range(0, v.Job).Any(older => starts[older] > v.StartMs && v.StartMs - jobs[older].ArrivalMs >= ageing));
    }

    [Fact]
    public void Age_is_counted_while_the_team_is_staffed()
    {
        var staffing = Shifts();
        Assert.Equal(0, staffing.StaffedMs(1, 8 * Hour));
        Assert.Equal(8 * Hour, staffing.StaffedMs(1, Day));
        Assert.Equal(12 * Hour + Hour, staffing.StaffedMs(0, Day + 9 * Hour));
        Assert.Equal(7 * 8 * Hour, staffing.StaffedMs(1, staffing.EndMs));
        Assert.Equal(8 * 8 * Hour, staffing.StaffedMs(1, staffing.EndMs + Day));      // the last week comes again
        Assert.Equal(21 * 8 * Hour, staffing.StaffedMs(1, staffing.EndMs + 14 * Day));
    }

    [Fact]
    public void Work_changes_only_while_it_waits_for_its_first_visit()
    {
        var waiting = new QueueJob(Hour, [new JobVisit(0, Hour, new QueueKey(9, 0, 3))]) { ChangesAtMs = 2 * Hour, ChangedVisits = [new JobVisit(0, Hour, new QueueKey(0, 0, 0))] };
        var begun = new QueueJob(0, [new JobVisit(0, 3 * Hour, new QueueKey(9, 0, 1))]) { ChangesAtMs = Hour, ChangedVisits = [new JobVisit(0, 9 * Hour, new QueueKey(0, 0, 0))] };
        var other = new QueueJob(Hour / 2, [new JobVisit(0, Hour, new QueueKey(9, 0, 2))]);
        var run = SomeQueue.Run([begun, other, waiting], SomeQueue.Always(1));
        Assert.Equal([3 * Hour, 5 * Hour, 4 * Hour], run.EndMs);
        Assert.Equal([0, 3 * Hour + Hour / 2, 2 * Hour], run.WaitMs);
    }

    [Fact]
    public void A_team_that_nobody_serves_is_named()
    {
        var nobody = new Staffing(["a", "b"], [[]]);
        Assert.Contains("team b", Assert.Throws<InvalidOperationException>(() => SomeQueue.Run([new QueueJob(0, [new JobVisit(1, 1, default)])], nobody)).Message, StringComparison.Ordinal);
    }
}
