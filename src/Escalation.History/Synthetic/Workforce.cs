using Escalation.Core.Tickets;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.History.Synthetic;

/// <summary>An agent and the team.</summary>
internal sealed record Agent(string Id, string Name, string Team)
{
    /// <summary>The agent as an actor of events and labels.</summary>
    public Actor Actor { get; } = new(Id, ActorKind.Human, Team);
}

/// <summary>Agents, their shifts and the office hours of their teams, in the organisation's zone.</summary>
internal sealed class Workforce
{
    private static readonly (string Team, int Full)[] Sizes =
    [
        ("general", 10), ("technical", 10), ("billing", 6), ("accounts", 5), ("logistics", 6), ("fraud", 4),
        ("senior-support", 6), ("senior-engineer", 4), ("on-call", 4), ("executive", 2), ("general-escalation", 4),
    ];
    // Few enough that work waits for them.
    private static readonly (string Team, int Full)[] QueueSizes =
    [
        ("general", 4), ("technical", 5), ("billing", 4), ("accounts", 3), ("logistics", 3), ("fraud", 2),
        ("senior-support", 9), ("senior-engineer", 2), ("on-call", 2), ("executive", 3), ("general-escalation", 2),
    ];
    private static readonly string[] Names = ["Alma", "Bruno", "Celia", "Dario", "Edda", "Finn", "Gita", "Henk", "Ivo", "Jana", "Kofi", "Lotte"];

    private readonly Dictionary<string, Agent[]> teams = new(StringComparer.Ordinal);
    private readonly DateTimeZone zone = DateTimeZoneProviders.Tzdb[Catalogue.TimeZone];

    /// <summary>The agents of an organisation of this size.</summary>
    public Workforce(double scale, bool hasQueue = false)
    {
        var number = 0;
        foreach (var (team, full) in hasQueue ? QueueSizes : Sizes)
        {
            var agents = new Agent[Math.Max(2, (int)(full * scale))];
            for (var i = 0; i < agents.Length; i++, number++)
                agents[i] = new Agent(FormattableString.Invariant($"A-{number + 1:000}"), Names[number % Names.Length], team);
            teams.Add(team, agents);
        }
    }

    /// <summary>Team ids.</summary>
    public IReadOnlyCollection<string> Teams => teams.Keys;

    /// <summary>The agents of a team.</summary>
    public IReadOnlyList<Agent> AgentsOf(string team) => teams[team];

    /// <summary>The local clock.</summary>
    public LocalDateTime Local(Instant instant) => instant.InZone(zone).LocalDateTime;

    /// <summary>The instant of a local date and minute of the day.</summary>
    public Instant At(LocalDate date, int minute) => zone.AtLeniently(date.AtMidnight().PlusMinutes(minute)).ToInstant();

    /// <summary>The first instant from <paramref name="instant"/> on at which the team is open.</summary>
    public Instant NextOpen(string team, Instant instant)
    {
        while (true)
        {
            var local = Local(instant);
            var (open, close) = Hours(team, local.DayOfWeek);
            var minute = local.Hour * 60 + local.Minute;
            if (open < close && minute < open) return At(local.Date, open);
            if (open < close && minute < close) return instant;
            instant = At(local.Date.PlusDays(1), 0);
        }
    }

    /// <summary>Somebody of the team who is at work at the instant, which must be open.</summary>
    public Agent OnDuty(string team, Instant instant, SyntheticRandom random)
    {
        var agents = teams[team];
        var local = Local(instant);
        var (open, close) = Hours(team, local.DayOfWeek);
        var late = local.Hour * 60 + local.Minute >= (open + close) / 2 ? 1 : 0;
        var day = Day(local.Date);
        for (var i = random.Below(agents.Length); ; i++)
            if (Works(i % agents.Length, day) == late) return agents[i % agents.Length];
    }

    /// <summary>Puts the shifts of a local date into the queue.</summary>
    public void PlanDay(LocalDate date, RecordQueue queue)
    {
        foreach (var (team, agents) in teams)
        {
            if (ShiftOf(team, 0, date) is null) continue;
            for (var i = 0; i < agents.Length; i++)
            {
                var (from, to) = ShiftOf(team, i, date)!.Value;
                queue.Add(new Shift
                {
                    Id = RecordIds.Shift(agents[i].Id, team),
                    AgentId = agents[i].Id,
                    Team = team,
                    At = from,
                    To = to,
                });
            }
        }
    }

    /// <summary>When an agent of a team, by number from 0, works on a local date; null where the team does not.</summary>
    public (Instant From, Instant To)? ShiftOf(string team, int agent, LocalDate date)
    {
        var (open, close) = Hours(team, date.DayOfWeek);
        if (open >= close) return null;
        var middle = (open + close) / 2;
        return Works(agent, Day(date)) == 1 ? (At(date, middle), At(date, close)) : (At(date, open), At(date, middle));
    }

    private static (int Open, int Close) Hours(string team, IsoDayOfWeek day) => (team, day) switch
    {
        ("on-call", _) => (0, 1440),
        (_, IsoDayOfWeek.Sunday) => (1440, 0),
        ("general" or "technical" or "billing" or "logistics" or "fraud", IsoDayOfWeek.Saturday) => (600, 960),
        (_, IsoDayOfWeek.Saturday) => (1440, 0),
        ("executive", _) => (540, 1080),
        _ => (480, 1200),
    };

    // Early and late alternate by agent and day, so that both halves of every open day have somebody.
    private static int Works(int agent, int day) => (agent + day) & 1;

    private static int Day(LocalDate date) => Period.DaysBetween(new LocalDate(2000, 1, 1), date);
}
