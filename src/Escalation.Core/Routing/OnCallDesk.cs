using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Routing;

/// <summary>Why somebody is on call.</summary>
public enum OnCallReason
{
    /// <summary>A shift of theirs for the team covers the time.</summary>
    Shift,

    /// <summary>No shift of the team covers it, and its calendar is open: all of its members are.</summary>
    OpenHours,

    /// <summary>A chain names the person.</summary>
    Named,
}

/// <summary>Somebody to call.</summary>
/// <param name="Who">An agent; the team's own id where it names no members.</param>
/// <param name="Team">The team that they are called for; of a person whom a chain names, the team of the chain.</param>
/// <param name="Reason">Why.</param>
/// <param name="Until">When that ends: the end of the shift, or the closing of the calendar; null = not foreseeable.</param>
public sealed record OnCallPerson(string Who, string Team, OnCallReason Reason, Instant? Until);

/// <summary>Who is on call for a team at an instant: by shifts, else by the hours of its calendar, else by its chain.</summary>
/// <remarks>Pure. A chain is asked in order, and the first link that has somebody answers; of its teams only their own shifts and hours count.</remarks>
public static class OnCallDesk
{
    /// <summary>Those on call, by shift or file order; nobody where neither the team nor its chain has anybody then.</summary>
    /// <param name="team">The team.</param>
    /// <param name="at">When.</param>
    /// <param name="teams">All teams.</param>
    /// <param name="calendarOf">The calendar of a name; null asks for the default one.</param>
    /// <param name="shifts">Shifts that may cover the time; others are passed over.</param>
    public static IReadOnlyList<OnCallPerson> Of(Team team, Instant at, TeamDirectory teams, Func<string?, BusinessCalendar> calendarOf, IReadOnlyList<Shift> shifts)
    {
        if (Own(team) is { Count: > 0 } own) return own;
        foreach (var link in team.Chain)
        {
            if (teams.Find(link) is not { } next) return [new OnCallPerson(link, team.Id, OnCallReason.Named, null)];
            if (Own(next) is { Count: > 0 } others) return others;
        }
        return [];

        IReadOnlyList<OnCallPerson> Own(Team asked)
        {
            var working = shifts.Where(s => string.Equals(s.Team, asked.Id, StringComparison.Ordinal) && s.At <= at && at < s.To).OrderBy(s => s.At).ThenBy(s => s.AgentId, StringComparer.Ordinal)
                .Select(s => new OnCallPerson(s.AgentId, asked.Id, OnCallReason.Shift, s.To)).ToList();
            if (working.Count > 0) return working;
            var calendar = calendarOf(asked.Calendar);
            if (!SlaClock.IsOpen(calendar, at)) return [];
            var until = SlaClock.Closing(calendar, at);
            return asked.Members.Count == 0 ? [new OnCallPerson(asked.Id, asked.Id, OnCallReason.OpenHours, until)] : [.. asked.Members.Select(m => new OnCallPerson(m, asked.Id, OnCallReason.OpenHours, until))];
        }
    }
}
