using NodaTime;
using NodaTime.Text;

namespace Escalation.Core.Sla;

/// <summary>Counts time in a calendar: deadlines, elapsed time, and how a deadline came about.</summary>
/// <remarks>Pure and thread-safe. An opening belongs to the open time, a closing does not; only a deadline may fall on a closing.</remarks>
public static class SlaClock
{
    /// <summary>The longest service level: ten years.</summary>
    public const double MaxHours = 87_600;

    /// <summary>The last instant that is counted from or to; calendars end in the year 9999.</summary>
    public static readonly Instant Latest = Instant.FromUtc(9000, 1, 1, 0, 0);

    /// <summary>Whether the calendar is open: from an opening on, until but not at a closing.</summary>
    public static bool IsOpen(BusinessCalendar calendar, Instant at) =>
        calendar.IsAlwaysOpen || calendar.IsOpenAt(at.InZone(calendar.Zone).LocalDateTime);

    /// <summary>When it closes next; null where it is closed, and where it does not close within ten years.</summary>
    public static Instant? Closing(BusinessCalendar calendar, Instant at)
    {
        if (calendar.IsAlwaysOpen || !IsOpen(calendar, at)) return null;
        var until = at;
        var times = new OpenTimes(calendar, at, Instant.Min(at + Duration.FromHours(MaxHours), Latest));
        while (times.MoveNext() && times.Current.From <= until) until = times.Current.To;
        return until < at + Duration.FromHours(MaxHours) ? until : null;
    }

    /// <summary>The instant at which so many open hours have passed since the start.</summary>
    /// <param name="calendar">The calendar; a start outside its hours begins at the next opening.</param>
    /// <param name="start">For an escalation, its decision.</param>
    /// <param name="hours">Open hours, 0 to <see cref="MaxHours"/>, taken to the millisecond; 0 gives the start if open, else the next opening.</param>
    /// <exception cref="ArgumentOutOfRangeException">Hours that are negative, not a number or too many; a start after <see cref="Latest"/>.</exception>
    /// <exception cref="CalendarClosedException">More than two years without an opening.</exception>
    public static Instant Deadline(BusinessCalendar calendar, Instant start, double hours)
    {
        if (!(hours >= 0 && hours <= MaxHours))
            throw new ArgumentOutOfRangeException(nameof(hours), hours, FormattableString.Invariant($"a service level is 0 to {MaxHours} hours"));
        return Deadline(calendar, start, Duration.FromMilliseconds((long)Math.Round(hours * 3_600_000)));
    }

    /// <summary>The instant at which so much open time has passed since the start; exactly on a closing it is the closing, not the next opening.</summary>
    /// <param name="calendar">The calendar; a start outside its hours begins at the next opening.</param>
    /// <param name="start">For an escalation, its decision.</param>
    /// <param name="open">Open time, not negative, at most <see cref="MaxHours"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Time that is negative or too long; a start after <see cref="Latest"/>.</exception>
    /// <exception cref="CalendarClosedException">More than two years without an opening.</exception>
    public static Instant Deadline(BusinessCalendar calendar, Instant start, Duration open)
    {
        if (open < Duration.Zero || open.TotalHours > MaxHours)
            throw new ArgumentOutOfRangeException(nameof(open), open, FormattableString.Invariant($"a service level is 0 to {MaxHours} hours"));
        RefuseAfterLatest(start, nameof(start));
        if (calendar.IsAlwaysOpen) return start + open;
        var times = new OpenTimes(calendar, start, end: null);
        while (times.MoveNext())
        {
            var (from, to) = times.Current;
            if (open <= to - from) return from + open;
            open -= to - from;
        }
        throw new CalendarClosedException(calendar, start);   // not reached: a walk without an end ends by its own exception
    }

    /// <summary>Open time between two instants.</summary>
    /// <exception cref="ArgumentException">The end is before the start, or after <see cref="Latest"/>.</exception>
    public static Duration Elapsed(BusinessCalendar calendar, Instant start, Instant end)
    {
        if (end < start)
            throw new ArgumentException($"the end {InstantPattern.General.Format(end)} is before the start {InstantPattern.General.Format(start)}", nameof(end));
        RefuseAfterLatest(end, nameof(end));
        if (calendar.IsAlwaysOpen) return end - start;
        var elapsed = Duration.Zero;
        var times = new OpenTimes(calendar, start, end);
        while (times.MoveNext()) elapsed += times.Current.To - times.Current.From;
        return elapsed;
    }

    /// <summary>A deadline and everything between the start and it, piece by piece.</summary>
    /// <inheritdoc cref="Deadline(BusinessCalendar, Instant, double)"/>
    public static SlaExplanation Explain(BusinessCalendar calendar, Instant start, double hours)
    {
        var deadline = Deadline(calendar, start, hours);
        return new SlaExplanation(deadline, SlaSegments.Between(calendar, start, deadline));
    }

    private static void RefuseAfterLatest(Instant at, string parameter)
    {
        if (at > Latest) throw new ArgumentOutOfRangeException(parameter, at, $"service levels are counted up to {InstantPattern.General.Format(Latest)}");
    }
}
