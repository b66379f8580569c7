using NodaTime;

namespace Escalation.Core.Sla;

/// <summary>What a piece of time is to a service level. Only <see cref="Open"/> counts.</summary>
public enum SlaSegmentKind
{
    /// <summary>Within the hours of the calendar.</summary>
    Open,

    /// <summary>Outside the hours.</summary>
    Closed,

    /// <summary>Closed for a holiday.</summary>
    Holiday,

    /// <summary>The ticket waits for the customer.</summary>
    Paused,

    /// <summary>The escalation had ended, and was reopened later.</summary>
    Ended,
}

/// <summary>A piece of time of one kind.</summary>
/// <param name="From">Its begin.</param>
/// <param name="To">Its end, exclusive; after <paramref name="From"/>.</param>
/// <param name="CountedSeconds">Seconds that count to the service level: its real length where open, else 0.</param>
/// <param name="Kind">What it is.</param>
/// <param name="ClockShiftSeconds">How far the clocks moved inside it or at its end: 3600 where they went forward an hour, -3600 back, 0 mostly.</param>
public readonly record struct SlaSegment(Instant From, Instant To, double CountedSeconds, SlaSegmentKind Kind, int ClockShiftSeconds);

/// <summary>A deadline and how it came about.</summary>
/// <param name="Deadline">The deadline.</param>
/// <param name="Segments">The pieces from the start to the deadline, without gaps or overlaps; two neighbours differ in kind. Empty where the deadline is the start.</param>
public sealed record SlaExplanation(Instant Deadline, IReadOnlyList<SlaSegment> Segments);

/// <summary>Cuts a stretch of time into pieces of one kind.</summary>
internal static class SlaSegments
{
    public static List<SlaSegment> Between(BusinessCalendar calendar, Instant start, Instant end)
    {
        var segments = new List<SlaSegment>();
        var at = start;
        var times = new OpenTimes(calendar, start, end);
        while (times.MoveNext())
        {
            AddClosed(segments, calendar, at, times.Current.From);
            Add(segments, calendar, times.Current.From, times.Current.To, SlaSegmentKind.Open);
            at = times.Current.To;
        }
        AddClosed(segments, calendar, at, end);
        return segments;
    }

    private static void AddClosed(List<SlaSegment> segments, BusinessCalendar calendar, Instant from, Instant to)
    {
        while (from < to)
        {
            var stretch = calendar.Zone.GetZoneInterval(from);
            var date = from.WithOffset(stretch.WallOffset).Date;
            var until = Instant.Min(to, date.PlusDays(1).AtMidnight().WithOffset(stretch.WallOffset).ToInstant());
            if (stretch.HasEnd) until = Instant.Min(until, stretch.End);
            Add(segments, calendar, from, until, calendar.IsHoliday(date) ? SlaSegmentKind.Holiday : SlaSegmentKind.Closed);
            from = until;
        }
    }

    /// <summary>A piece of one kind, whatever the calendar says of it.</summary>
    public static SlaSegment Of(BusinessCalendar calendar, Instant from, Instant to, SlaSegmentKind kind)
    {
        var shift = calendar.Zone.GetUtcOffset(to).Seconds - calendar.Zone.GetUtcOffset(from).Seconds;
        return new SlaSegment(from, to, kind == SlaSegmentKind.Open ? (to - from).TotalSeconds : 0, kind, shift);
    }

    private static void Add(List<SlaSegment> segments, BusinessCalendar calendar, Instant from, Instant to, SlaSegmentKind kind)
    {
        if (segments.Count > 0 && segments[^1] is var last && last.Kind == kind && last.To == from)
        {
            segments.RemoveAt(segments.Count - 1);
            from = last.From;
        }
        segments.Add(Of(calendar, from, to, kind));
    }
}
