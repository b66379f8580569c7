using NodaTime;

namespace Escalation.Core.Sla;

/// <summary>What one rule set says of service levels.</summary>
/// <param name="From">When it came into force.</param>
/// <param name="Calendars">Its calendars by name.</param>
/// <param name="Policy">Its policy.</param>
public sealed record SlaRuleSet(Instant From, IReadOnlyDictionary<string, BusinessCalendar> Calendars, SlaPolicy Policy);

/// <summary>A stretch of time that one calendar counts; without an end it goes on.</summary>
public readonly record struct CalendarStretch(Instant From, Instant? To, BusinessCalendar Calendar);

/// <summary>Calendars and policies over time: each rule set's from the time at which it came into force, the first one's before that too.</summary>
/// <remarks>Immutable and safe to share. What was counted by a calendar stays counted when another one comes into force.</remarks>
public sealed class SlaRules
{
    private readonly IReadOnlyList<SlaRuleSet> ruleSets;
    private readonly Dictionary<string, List<(Instant From, BusinessCalendar Calendar)>> versions = new(StringComparer.Ordinal);

    /// <summary>Rule sets in the order in which they came into force; none leaves <see cref="BusinessCalendar.Always"/>.</summary>
    public SlaRules(IReadOnlyList<SlaRuleSet> ruleSets)
    {
        this.ruleSets = ruleSets;
        foreach (var ruleSet in ruleSets)
            foreach (var (name, calendar) in ruleSet.Calendars)
            {
                if (!versions.TryGetValue(name, out var known)) versions.Add(name, known = []);
                if (known.Count == 0 || !known[^1].Calendar.CountsAs(calendar)) known.Add((known.Count == 0 ? Instant.MinValue : ruleSet.From, calendar));
            }
    }

    /// <summary>The policy in force at an instant.</summary>
    public SlaPolicy PolicyAt(Instant at)
    {
        for (var i = ruleSets.Count - 1; i >= 0; i--)
            if (ruleSets[i].From <= at || i == 0) return ruleSets[i].Policy;
        return new SlaPolicy();
    }

    /// <summary>The calendar of a name at an instant. A rule set without it leaves the one before in force; a name that no rule set has is always open.</summary>
    public BusinessCalendar CalendarAt(string name, Instant at)
    {
        foreach (var stretch in Between(name, at, at + Duration.FromMilliseconds(1))) return stretch.Calendar;
        return BusinessCalendar.Always;
    }

    /// <summary>The calendars of a name from an instant to another, or on and on, cut where another one came into force.</summary>
    public IEnumerable<CalendarStretch> Between(string name, Instant from, Instant? to)
    {
        if (!versions.TryGetValue(name, out var known)) known = [(Instant.MinValue, BusinessCalendar.Always)];
        for (var i = 0; i < known.Count; i++)
        {
            Instant? next = i + 1 < known.Count ? known[i + 1].From : null;
            var begin = Instant.Max(from, known[i].From);
            Instant? end = next is { } change && (to is not { } last || change < last) ? change : to;
            if (end is not { } until || begin < until) yield return new CalendarStretch(begin, end, known[i].Calendar);
        }
    }
}
