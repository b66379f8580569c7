using Escalation.Core.Decisions;
using Escalation.Core.Metrics;

namespace Escalation.Replay.Simulation;

/// <summary>Makes the jobs of each arm out of the same work with the same handling times.</summary>
/// <remarks>
/// A handling time belongs to the work: it is the same in every arm, whichever team answers. A false alarm costs its team
/// <see cref="QueueOptions.MisplacedMinutes"/> and then waits as it would have without one; a misroute costs the same and moves on. What nobody said of is
/// taken as a false alarm where the candidate flags it: to its disadvantage.
/// </remarks>
internal sealed class JobPlanner(IReadOnlyList<WorkItem> items, IReadOnlyList<string> teams, QueueOptions options)
{
    private const int Ordinary = 9;

    private readonly Dictionary<string, int> places = teams.Select((t, i) => (t, i)).ToDictionary(t => t.t, t => t.i, StringComparer.Ordinal);
    private readonly long misplacedMs = (long)(options.MisplacedMinutes * 60_000);

    /// <summary>The handling time of every item in one run, in milliseconds: the common random numbers of all arms.</summary>
    public static long[] Handling(IReadOnlyList<WorkItem> items, HandlingTimes times, ulong seed) =>
        [.. items.Select(i => Math.Max(1, (long)(times.MinutesAt(i.Team, ShareOf(seed, (ulong)i.Number)) * 60_000)))];

    /// <summary>The jobs of an arm; the place of a job is that of its item.</summary>
    public QueueJob[] Plan(QueueArm arm, long[] handlingMs) => [.. items.Select((item, i) => JobOf(arm, item, handlingMs[i]))];

    /// <summary>Whether the candidate's flag on an item costs time and brings nothing.</summary>
    public static bool IsFalseAlarm(WorkItem item) => item is { Flag: not null, Needed: not true };

    /// <summary>Whether the candidate sends an item that needs it to a team that is not the right one.</summary>
    public static bool IsMisroute(WorkItem item) => item is { Flag: { } flag, Needed: true, RightTeam: { } right } && right != flag.Team;

    private QueueJob JobOf(QueueArm arm, WorkItem item, long handlingMs)
    {
        var byArrival = new QueueKey(Ordinary, 0, item.ArrivalMs);
        if (arm == QueueArm.AsRecorded) return new QueueJob(item.ArrivalMs, Recorded(item, handlingMs, new QueueKey(Ordinary, 0, item.AnsweredMs)));
        if (arm == QueueArm.Candidate && item.Flag is { } flag) return Changing(item, flag.AtMs, Recorded(item, handlingMs, byArrival), Flagged(item, flag, handlingMs, byArrival));
        if (arm != QueueArm.Oracle) return new QueueJob(item.ArrivalMs, Recorded(item, handlingMs, byArrival));
        JobVisit[] ordinary = [Visit(item.Team, handlingMs, byArrival)];
        return item.Needed == true
            ? Changing(item, item.NeedMs, ordinary, [Visit(item.RightTeam ?? item.Team, handlingMs, new QueueKey(0, 0, item.NeedMs))])
            : new QueueJob(item.ArrivalMs, ordinary);
    }

    private static QueueJob Changing(WorkItem item, long atMs, JobVisit[] before, JobVisit[] after) =>
        atMs <= item.ArrivalMs ? new QueueJob(item.ArrivalMs, after) : new QueueJob(item.ArrivalMs, before) { ChangesAtMs = atMs, ChangedVisits = after };

    private JobVisit[] Recorded(WorkItem item, long handlingMs, QueueKey key) =>
        item.MovedFrom is { } from ? [Visit(from, misplacedMs, key), Visit(item.Team, handlingMs, key)] : [Visit(item.Team, handlingMs, key)];

    private JobVisit[] Flagged(WorkItem item, Flag flag, long handlingMs, QueueKey byArrival)
    {
        var key = new QueueKey(Band.ImmediateEscalation - flag.Band, flag.DeadlineMs, item.ArrivalMs);
        if (IsFalseAlarm(item)) return [Visit(flag.Team, misplacedMs, key), .. Recorded(item, handlingMs, byArrival)];
        return IsMisroute(item) ? [Visit(flag.Team, misplacedMs, key), Visit(item.RightTeam!, handlingMs, key)] : [Visit(flag.Team, handlingMs, key)];
    }

    private JobVisit Visit(string team, long ms, QueueKey key) => new(places[team], ms, key);

    /// <summary>A number of [0, 1) that depends on nothing but the seed and the item.</summary>
    private static double ShareOf(ulong seed, ulong item) => SplitMix.Unit(SplitMix.Mix(seed * 0xD1342543DE82EF95 + (item + 1) * SplitMix.Step));
}
