using NodaTime;

namespace Escalation.History.Synthetic;

/// <summary>Time that an agent gives to one piece of work.</summary>
internal sealed record Booking(Agent Agent, Instant Begin, Instant End);

/// <summary>When agents are busy: a piece of work takes the first free stretch of anybody in the team who is on shift, so that response times are those of a queue.</summary>
/// <remarks>What is begun is finished, past the end of the shift where it must be. Cases are written one after the other, so that a stretch before a later booking may still be free.</remarks>
internal sealed class WorkQueue(Workforce workforce)
{
    /// <summary>What a look costs after which the work turns out to be another team's, or a recommendation is judged.</summary>
    public static readonly Duration Look = Duration.FromMinutes(3);

    private readonly Dictionary<string, List<Booking>> busy = new(StringComparer.Ordinal);
    private Instant begun = Instant.MinValue;

    /// <summary>Nothing is booked any more before this.</summary>
    public void Begin(Instant now) => begun = now;

    /// <summary>Books the first free stretch.</summary>
    /// <param name="team">The team.</param>
    /// <param name="ready">Not before this.</param>
    /// <param name="work">How long it takes.</param>
    public Booking Book(string team, Instant ready, Duration work)
    {
        var found = workforce.AgentsOf(team).Select((a, i) => new Booking(a, FirstFree(team, i, a, ready, work), default)).MinBy(b => b.Begin)!;
        return Add(found with { End = found.Begin + work });
    }

    /// <summary>Gives the rest of a stretch back.</summary>
    public void End(Booking booking, Instant at)
    {
        busy[booking.Agent.Id].Remove(booking);
        if (at > booking.Begin) Add(booking with { End = at });
    }

    private Booking Add(Booking booking)
    {
        var own = BusyOf(booking.Agent);
        var place = own.FindIndex(b => b.Begin >= booking.End);
        own.Insert(place < 0 ? own.Count : place, booking);
        return booking;
    }

    private List<Booking> BusyOf(Agent agent)
    {
        if (!busy.TryGetValue(agent.Id, out var own)) busy.Add(agent.Id, own = []);
        own.RemoveAll(b => b.End < begun);
        return own;
    }

    private Instant FirstFree(string team, int number, Agent agent, Instant ready, Duration work)
    {
        var own = BusyOf(agent);
        for (var date = workforce.Local(ready).Date; ; date = date.PlusDays(1))
        {
            if (workforce.ShiftOf(team, number, date) is not { } shift || shift.To <= ready) continue;
            var at = Instant.Max(ready, shift.From);
            foreach (var taken in own)
                if (taken.End > at && taken.Begin < at + work) at = taken.End;
            if (at < shift.To) return at;
        }
    }
}
