using Escalation.Core.Derived;
using Escalation.Core.Sla;
using NodaTime;

namespace Escalation.Core.Metrics;

/// <summary>When a source that nothing comes from is called silent.</summary>
/// <param name="AfterHours">Not before so many hours without a message, .25 to 168.</param>
/// <param name="Below">Only where so few messages have a lower probability, 1e-12 to .01.</param>
/// <param name="Weeks">What is usual follows from the same hours of so many weeks before, 2 to 12.</param>
public sealed record SilenceRules(double AfterHours = 3, double Below = 1e-6, int Weeks = 4)
{
    /// <summary>Sources that are not watched, for example because they have ended.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];
}

/// <summary>That nothing comes from a source from which something usually does.</summary>
/// <param name="Source">The source account of the messages.</param>
/// <param name="Since">When its last message was received.</param>
/// <param name="Usual">Messages of customers that are usual in this time, by the same hours of the weeks before.</param>
/// <param name="Chance">The Poisson probability of none in this time, 0 to 1.</param>
public sealed record Silence(string Source, Instant Since, double Usual, double Chance);

/// <summary>When messages of a source come, in quarter hours of the last weeks, and how unusual it is that none does.</summary>
/// <remarks>
/// A quarter hour is compared with those of the same local time in the weeks before, so that nights, week-ends and changes of the clock are as quiet as they always are; holidays of the
/// calendar are left out on both sides. The quiet week counts as one of the weeks: with few of them, what is usual is known less well, and the bound is reached later. Not thread-safe.
/// </remarks>
public sealed class MessageRhythm(string source)
{
    /// <summary>A quarter of an hour, in milliseconds.</summary>
    public const long QuarterMs = 15 * 60 * 1000;

    private const int LeastWeeks = 2;
    private const long Week = 7 * 24 * 4;
    private readonly Dictionary<long, long> counts = [];
    private long first = long.MaxValue;
    private (long Quarter, Instant? Last, BusinessCalendar? Calendar, Silence? Found) known;

    /// <summary>When the last message was received; null before the first.</summary>
    public Instant? Last { get; private set; }

    /// <summary>Adds messages.</summary>
    /// <param name="quarter">Unix time of their receipt in whole quarter hours.</param>
    /// <param name="messages">How many, more than 0.</param>
    /// <param name="last">When the last of them was received.</param>
    public void Add(long quarter, long messages, Instant last)
    {
        counts[quarter] = counts.GetValueOrDefault(quarter) + messages;
        first = Math.Min(first, quarter);
        if (Last is not { } before || last > before) Last = last;
    }

    /// <summary>Forgets what lies so far back that no rules ask for it.</summary>
    /// <param name="before">Quarter hours before this one.</param>
    public void Forget(long before)
    {
        foreach (var quarter in counts.Keys.Where(q => q < before).ToList()) counts.Remove(quarter);
    }

    /// <summary>The silence that has reached the bounds of the rules; null where it has not, or where the last message is a week old: such a source tells too little.</summary>
    /// <param name="now">Now.</param>
    /// <param name="rules">The bounds.</param>
    /// <param name="calendar">Its zone and its holidays count, not its hours.</param>
    public Silence? At(Instant now, SilenceRules rules, BusinessCalendar calendar)
    {
        if (Last is not { } last || now - last < Duration.FromHours(rules.AfterHours) || now - last > Duration.FromDays(7)) return null;
        var quarter = QuarterOf(now);
        if (known.Quarter != quarter || known.Last != Last || known.Calendar != calendar) known = (quarter, Last, calendar, Of(now, rules, calendar));
        return known.Found is { } silence && silence.Chance < rules.Below ? silence : null;
    }

    /// <summary>How unusual it is that nothing has come since the last message, or for a week; null before the first message.</summary>
    public Silence? Of(Instant now, SilenceRules rules, BusinessCalendar calendar)
    {
        if (Last is not { } last) return null;
        var (usual, expected, end) = (0.0, 0.0, QuarterOf(now));
        for (var quarter = Math.Max(QuarterOf(last - Duration.Epsilon) + 1, end - Week); quarter < end; quarter++)
        {
            var local = StartOf(quarter).InZone(calendar.Zone).LocalDateTime;
            if (calendar.IsHoliday(local.Date)) continue;
            var (weeks, messages) = (0, 0L);
            for (var back = 1; back <= rules.Weeks; back++)
            {
                var same = local.PlusWeeks(-back);
                var at = QuarterOf(calendar.Zone.AtLeniently(same).ToInstant());
                if (at < first || calendar.IsHoliday(same.Date)) continue;
                weeks++;
                messages += counts.GetValueOrDefault(at);
            }
            if (weeks < LeastWeeks) continue;
            usual += messages / (double)weeks;
            expected += messages / (weeks + 1.0);
        }
        return new Silence(source, last, usual, Poisson.None(expected));
    }

    /// <summary>The quarter hour of an instant.</summary>
    public static long QuarterOf(Instant at) => (long)Math.Floor(at.ToUnixTimeMilliseconds() / (double)QuarterMs);

    private static Instant StartOf(long quarter) => Instant.FromUnixTimeMilliseconds(quarter * QuarterMs);
}
