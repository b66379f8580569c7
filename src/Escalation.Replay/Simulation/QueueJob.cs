namespace Escalation.Replay.Simulation;

/// <summary>A place in a queue: the lowest is served first, unless somebody has waited too long.</summary>
/// <param name="Class">The class; 0 before 1.</param>
/// <param name="Deadline">Within the class: the earliest first. Any number that orders.</param>
/// <param name="Order">Within a deadline: the earliest first.</param>
internal readonly record struct QueueKey(int Class, long Deadline, long Order) : IComparable<QueueKey>
{
    /// <inheritdoc/>
    public int CompareTo(QueueKey other)
    {
        var order = Class.CompareTo(other.Class);
        if (order == 0) order = Deadline.CompareTo(other.Deadline);
        return order == 0 ? Order.CompareTo(other.Order) : order;
    }
}

/// <summary>One visit of a job at a team.</summary>
/// <param name="Team">The team, a place in <see cref="Staffing.Teams"/>.</param>
/// <param name="ServiceMs">Milliseconds of an agent's attention, above 0.</param>
/// <param name="Key">Its place in the team's queue.</param>
internal readonly record struct JobVisit(int Team, long ServiceMs, QueueKey Key);

/// <summary>What comes into the queue: visits at one team after another, and perhaps others from some moment on.</summary>
/// <param name="ArrivalMs">When it comes, in Unix milliseconds.</param>
/// <param name="Visits">At least one; the end of the last is the answer.</param>
internal sealed record QueueJob(long ArrivalMs, IReadOnlyList<JobVisit> Visits)
{
    /// <summary>When it is seen to be another kind of job; only a job that still waits for its first visit changes. Null = never.</summary>
    public long? ChangesAtMs { get; init; }

    /// <summary>The visits from then on.</summary>
    public IReadOnlyList<JobVisit> ChangedVisits { get; init; } = [];
}

/// <summary>One visit as it was served.</summary>
/// <param name="Job">The job's place.</param>
/// <param name="Team">The team's place.</param>
/// <param name="Agent">The agent's place.</param>
/// <param name="StartMs">When the agent began.</param>
/// <param name="EndMs">When the agent was done.</param>
internal readonly record struct ServedVisit(int Job, int Team, int Agent, long StartMs, long EndMs);

/// <summary>What became of the jobs.</summary>
/// <param name="EndMs">When each job was answered.</param>
/// <param name="WaitMs">How long each job waited in queues, all visits together, by the wall clock.</param>
/// <param name="LongestStaffedWaitMs">The longest wait of any visit, counted while its team was staffed.</param>
/// <param name="BusyMs">Agents' time at work by team, until the last arrival.</param>
/// <param name="OvertimeMs">Agents' time past the end of a shift, to finish what was begun.</param>
internal sealed record QueueRun(long[] EndMs, long[] WaitMs, long LongestStaffedWaitMs, long[] BusyMs, long OvertimeMs);
