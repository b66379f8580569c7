namespace Escalation.Replay.Simulation;

/// <summary>Serves jobs by agents of several teams, event by event.</summary>
/// <remarks>
/// Nobody is interrupted: what was begun is finished, past the end of the shift where it must be, and nothing is begun outside a shift. Of the agents who are free
/// the one who has been free the longest begins. Ageing: a job that came more than so much staffed time ago goes before all others of its team, the oldest
/// first, so that no job waits longer than that and the work for those that came before it.
/// Deterministic: the same jobs, staffing and options give the same run.
/// </remarks>
internal sealed class QueueSimulator
{
    private readonly IReadOnlyList<QueueJob> jobs;
    private readonly Staffing staffing;
    private readonly IReadOnlyList<double> stretch;
    private readonly long ageingMs;
    private readonly Action<ServedVisit>? onServed;
    private readonly PriorityQueue<Happening, (long At, EventKind Kind, int Subject)> events = new();
    private readonly TeamQueue[] queues;
    private readonly AgentState[] agents;
    private readonly JobState[] states;
    private readonly QueueRun run;
    private readonly long lastArrivalMs;
    private int left;
    private long longestStaffedWaitMs, overtimeMs;

    private QueueSimulator(IReadOnlyList<QueueJob> jobs, Staffing staffing, IReadOnlyList<double> stretch, long ageingMs, Action<ServedVisit>? onServed)
    {
        (this.jobs, this.staffing, this.stretch, this.ageingMs, this.onServed) = (jobs, staffing, stretch, ageingMs, onServed);
        queues = [.. staffing.Teams.Select(_ => new TeamQueue())];
        agents = [.. Enumerable.Range(0, staffing.Agents).Select(_ => new AgentState())];
        states = new JobState[jobs.Count];
        run = new QueueRun(new long[jobs.Count], new long[jobs.Count], 0, new long[staffing.Teams.Count], 0);
        lastArrivalMs = jobs.Count == 0 ? 0 : jobs.Max(j => j.ArrivalMs);
        left = jobs.Count;
    }

    private enum EventKind : byte { Ends, ShiftBegins, Arrives, Changes }

    /// <summary>Serves all jobs.</summary>
    /// <param name="jobs">The jobs, in any order.</param>
    /// <param name="staffing">Who works when.</param>
    /// <param name="stretch">By team: how much longer than its service time a visit takes; 1 = just as long.</param>
    /// <param name="ageingMs">Staffed time after which a job goes before all others; <see cref="long.MaxValue"/> = never.</param>
    /// <param name="onServed">Told of every visit as it begins.</param>
    /// <exception cref="InvalidOperationException">A team has jobs, but nobody who would ever serve them.</exception>
    public static QueueRun Run(IReadOnlyList<QueueJob> jobs, Staffing staffing, IReadOnlyList<double> stretch, long ageingMs, Action<ServedVisit>? onServed = null) =>
        new QueueSimulator(jobs, staffing, stretch, ageingMs, onServed).Run();

    private QueueRun Run()
    {
        for (var job = 0; job < jobs.Count; job++) Plan(EventKind.Arrives, jobs[job].ArrivalMs, job);
        for (var agent = 0; agent < agents.Length; agent++) PlanShift(agent);
        while (left > 0)
        {
            if (!events.TryDequeue(out var happening, out var at)) throw new InvalidOperationException($"nobody is left to serve team {FirstWaiting()}");
            switch (happening.Kind)
            {
                case EventKind.Ends: End(happening.Subject, at.At); break;
                case EventKind.ShiftBegins: BeginShift(happening.Subject, at.At); break;
                case EventKind.Arrives: Arrive(happening.Subject, at.At); break;
                default: Change(happening.Subject, at.At); break;
            }
        }
        return run with { LongestStaffedWaitMs = longestStaffedWaitMs, OvertimeMs = overtimeMs };
    }

    private void Arrive(int job, long now)
    {
        states[job].Visits = jobs[job].Visits;
        Wait(job, now);
        if (jobs[job].ChangesAtMs is { } at) Plan(EventKind.Changes, at, job);
    }

    private void Change(int job, long now)
    {
        ref var state = ref states[job];
        if (state.Place > 0 || state.Ticket == 0) return;
        queues[state.Visits[0].Team].Waiting--;
        state.Ticket = 0;
        state.Visits = jobs[job].ChangedVisits;
        run.WaitMs[job] += now - state.SinceMs;
        Wait(job, now);
    }

    private void Wait(int job, long now)
    {
        ref var state = ref states[job];
        var visit = state.Visits[state.Place];
        (state.SinceMs, state.Ticket) = (now, ++state.Tickets);
        queues[visit.Team].Add(job, state.Ticket, visit.Key, jobs[job].ArrivalMs);
        Serve(visit.Team, now);
    }

    private void BeginShift(int agent, long now)
    {
        var state = agents[agent];
        var shift = staffing.ShiftOf(agent, state.NextShift++)!.Value;
        (state.Team, state.UntilMs) = (shift.Team, shift.ToMs);
        if (!state.IsBusy) state.FreeSinceMs = now;
        PlanShift(agent);
        Serve(shift.Team, now);
    }

    private void End(int agent, long now)
    {
        var state = agents[agent];
        var job = state.Job;
        (state.IsBusy, state.FreeSinceMs) = (false, now);
        if (++states[job].Place < states[job].Visits.Count) Wait(job, now);
        else
        {
            run.EndMs[job] = now;
            left--;
        }
        if (state.Team >= 0) Serve(state.Team, now);
    }

    private void Serve(int team, long now)
    {
        var queue = queues[team];
        while (queue.Waiting > 0 && FreeAgent(team, now) is var agent && agent >= 0)
        {
            var job = queue.Take(states, AgedBefore(team, now));
            ref var state = ref states[job];
            state.Ticket = 0;
            run.WaitMs[job] += now - state.SinceMs;
            longestStaffedWaitMs = Math.Max(longestStaffedWaitMs, staffing.StaffedMs(team, now) - staffing.StaffedMs(team, state.SinceMs));
            var end = now + Math.Max(1, (long)Math.Round(state.Visits[state.Place].ServiceMs * stretch[team]));
            (agents[agent].IsBusy, agents[agent].Job) = (true, job);
            run.BusyMs[team] += Math.Max(0, Math.Min(end, lastArrivalMs) - now);
            overtimeMs += Math.Max(0, end - agents[agent].UntilMs);
            onServed?.Invoke(new ServedVisit(job, team, agent, now, end));
            Plan(EventKind.Ends, end, agent);
        }
    }

    /// <summary>Jobs of a team that came before go first.</summary>
    private Func<long, bool> AgedBefore(int team, long now)
    {
        if (ageingMs == long.MaxValue) return static _ => false;
        var line = staffing.StaffedMs(team, now) - ageingMs;
        return arrival => staffing.StaffedMs(team, arrival) <= line;
    }

    private int FreeAgent(int team, long now)
    {
        var best = -1;
        foreach (var agent in staffing.AgentsOf[team])
            if (agents[agent] is { IsBusy: false } state && state.Team == team && now < state.UntilMs && (best < 0 || state.FreeSinceMs < agents[best].FreeSinceMs)) best = agent;
        return best;
    }

    private void Plan(EventKind kind, long at, int subject) => events.Enqueue(new Happening(kind, subject), (at, kind, subject));

    private void PlanShift(int agent)
    {
        if (staffing.ShiftOf(agent, agents[agent].NextShift) is { } next) Plan(EventKind.ShiftBegins, next.FromMs, agent);
    }

    private string FirstWaiting() => staffing.Teams[Array.FindIndex(queues, q => q.Waiting > 0)];

    private readonly record struct Happening(EventKind Kind, int Subject);

    private struct JobState
    {
        public IReadOnlyList<JobVisit> Visits;
        public int Place;
        public int Tickets;
        public int Ticket;      // the number under which it waits; 0 = it does not
        public long SinceMs;
    }

    private sealed class AgentState
    {
        public int Team { get; set; } = -1;

        public long UntilMs { get; set; }

        public long FreeSinceMs { get; set; }

        public bool IsBusy { get; set; }

        public int Job { get; set; }

        public int NextShift { get; set; }
    }

    /// <summary>One team's queue in two orders; an entry whose ticket is no longer the job's is skipped.</summary>
    private sealed class TeamQueue
    {
        private readonly PriorityQueue<(int Job, int Ticket), (QueueKey, int)> byKey = new();
        private readonly PriorityQueue<(int Job, int Ticket, long ArrivalMs), (long, int)> byArrival = new();

        public int Waiting { get; set; }

        public void Add(int job, int ticket, QueueKey key, long arrivalMs)
        {
            byKey.Enqueue((job, ticket), (key, job));
            byArrival.Enqueue((job, ticket, arrivalMs), (arrivalMs, job));
            Waiting++;
        }

        public int Take(JobState[] states, Func<long, bool> isAged)
        {
            Waiting--;
            while (byArrival.TryPeek(out var oldest, out _))
            {
                if (states[oldest.Job].Ticket == oldest.Ticket)
                {
                    if (isAged(oldest.ArrivalMs)) return byArrival.Dequeue().Job;
                    break;
                }
                byArrival.Dequeue();
            }
            while (true)
                if (byKey.Dequeue() is var (job, ticket) && states[job].Ticket == ticket) return job;
        }
    }
}
