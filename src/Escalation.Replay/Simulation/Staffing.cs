using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Replay.Simulation;

/// <summary>A stretch of work of an agent for a team, in Unix milliseconds; the end is exclusive.</summary>
public readonly record struct StaffedShift(long FromMs, long ToMs, int Team);

/// <summary>Who works when for which team. After the last known shift its last week comes again and again, so that what is left is served.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class Staffing
{
    private static readonly long WeekMs = (long)Duration.FromDays(7).TotalMilliseconds;

    private readonly StaffedShift[][] shifts, tails;
    private readonly TeamHours[] hours;

    /// <summary>Shifts by agent.</summary>
    /// <param name="teams">Team ids.</param>
    /// <param name="agents">Each agent's shifts, in any order; teams are places in <paramref name="teams"/>.</param>
    public Staffing(IReadOnlyList<string> teams, IEnumerable<IEnumerable<StaffedShift>> agents)
    {
        Teams = teams;
        shifts = [.. agents.Select(a => a.OrderBy(s => s.FromMs).ToArray())];
        var all = shifts.SelectMany(s => s).ToArray();
        EndMs = all.Length == 0 ? 0 : all.Max(s => s.ToMs);
        tails = [.. shifts.Select(a => a.Where(s => s.ToMs > EndMs - WeekMs).Select(s => s with { FromMs = Math.Max(s.FromMs, EndMs - WeekMs) }).ToArray())];
        hours = [.. teams.Select((_, team) => new TeamHours(all.Where(s => s.Team == team), EndMs))];
        AgentsOf = [.. teams.Select((_, team) => (IReadOnlyList<int>)[.. Enumerable.Range(0, shifts.Length).Where(a => shifts[a].Any(s => s.Team == team))])];
    }

    /// <summary>Team ids.</summary>
    public IReadOnlyList<string> Teams { get; }

    /// <summary>Number of agents.</summary>
    public int Agents => shifts.Length;

    /// <summary>The agents that ever work for each team.</summary>
    public IReadOnlyList<IReadOnlyList<int>> AgentsOf { get; }

    /// <summary>The end of the last known shift.</summary>
    public long EndMs { get; }

    /// <summary>Whether somebody works for a team, also in the last week, which comes again.</summary>
    public bool Serves(string team) => Teams.ToList().IndexOf(team) is var place && place >= 0 && tails.Any(t => t.Any(s => s.Team == place));

    /// <summary>An agent's shift by its number from 0; null where the agent never works again.</summary>
    public StaffedShift? ShiftOf(int agent, int number)
    {
        var (known, tail) = (shifts[agent], tails[agent]);
        if (number < known.Length) return known[number];
        if (tail.Length == 0) return null;
        var (round, place) = Math.DivRem(number - known.Length, tail.Length);
        var shift = (round + 1) * WeekMs;
        return tail[place] with { FromMs = tail[place].FromMs + shift, ToMs = tail[place].ToMs + shift };
    }

    /// <summary>Milliseconds up to an instant during which at least one agent of the team was at work.</summary>
    public long StaffedMs(int team, long atMs) => hours[team].Until(atMs);

    /// <summary>Agents' time of a team between two instants, all its agents together.</summary>
    public long AgentMs(int team, long fromMs, long toMs) =>
        shifts.SelectMany(s => s).Where(s => s.Team == team).Sum(s => Math.Max(0, Math.Min(toMs, s.ToMs) - Math.Max(fromMs, s.FromMs)));

    /// <summary>The shifts that a history records, and for other teams a number of agents who are there whenever the team's calendar is open.</summary>
    /// <param name="recorded">Shifts of the history.</param>
    /// <param name="given">Agents by team; takes the place of that team's recorded shifts.</param>
    /// <param name="calendarOf">A team's calendar.</param>
    /// <param name="from">The first arrival.</param>
    /// <param name="to">The last arrival.</param>
    public static Staffing Of(IReadOnlyList<Shift> recorded, IReadOnlyDictionary<string, int> given, Func<string, BusinessCalendar> calendarOf, Instant from, Instant to)
    {
        var kept = recorded.Where(s => !given.ContainsKey(s.Team)).ToList();
        string[] teams = [.. kept.Select(s => s.Team).Concat(given.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var agents = kept.GroupBy(s => s.AgentId, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => g.Select(s => new StaffedShift(s.At.ToUnixTimeMilliseconds(), s.To.ToUnixTimeMilliseconds(), Array.IndexOf(teams, s.Team))))
            .ToList();
        foreach (var (team, number) in given.OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            StaffedShift[] open = [.. OpenShifts(calendarOf(team), Array.IndexOf(teams, team), from, to)];
            agents.AddRange(Enumerable.Repeat<IEnumerable<StaffedShift>>(open, number));
        }
        return new Staffing(teams, agents);
    }

    private static IEnumerable<StaffedShift> OpenShifts(BusinessCalendar calendar, int team, Instant from, Instant to)
    {
        var (first, last) = (from.InZone(calendar.Zone).Date, to.InZone(calendar.Zone).Date.PlusDays(8));
        for (var date = first; date <= last; date = date.PlusDays(1))
        {
            long At(int minute) => calendar.Zone.AtLeniently(date.AtMidnight().PlusMinutes(minute)).ToInstant().ToUnixTimeMilliseconds();
            foreach (var span in calendar.SpansOf(date).ToArray()) yield return new StaffedShift(At(span.FromMinute), At(span.ToMinute), team);
        }
    }

    /// <summary>When a team has anybody at work, as sums up to the begin of each stretch.</summary>
    private sealed class TeamHours
    {
        private readonly List<(long FromMs, long ToMs, long Before)> stretches = [];
        private readonly long endMs;

        public TeamHours(IEnumerable<StaffedShift> shifts, long endMs)
        {
            this.endMs = endMs;
            foreach (var shift in shifts.OrderBy(s => s.FromMs))
                if (stretches.Count > 0 && shift.FromMs <= stretches[^1].ToMs)
                    stretches[^1] = stretches[^1] with { ToMs = Math.Max(stretches[^1].ToMs, shift.ToMs) };
                else
                    stretches.Add((shift.FromMs, shift.ToMs, stretches.Count == 0 ? 0 : stretches[^1].Before + stretches[^1].ToMs - stretches[^1].FromMs));
        }

        public long Until(long atMs)
        {
            if (atMs <= endMs) return UntilKnown(atMs);
            var (weeks, rest) = Math.DivRem(atMs - endMs, WeekMs);
            var (whole, before) = (UntilKnown(endMs), UntilKnown(endMs - WeekMs));
            return whole + weeks * (whole - before) + UntilKnown(endMs - WeekMs + rest) - before;
        }

        private long UntilKnown(long atMs)
        {
            var (low, high) = (0, stretches.Count);
            while (low < high)
                if (stretches[(low + high) / 2].FromMs < atMs) low = (low + high) / 2 + 1;
                else high = (low + high) / 2;
            if (low == 0) return 0;
            var (from, to, sum) = stretches[low - 1];
            return sum + Math.Min(atMs, to) - from;
        }
    }
}
