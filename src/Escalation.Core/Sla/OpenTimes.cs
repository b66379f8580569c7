using NodaTime;
using NodaTime.TimeZones;

namespace Escalation.Core.Sla;

/// <summary>Walks the open times of a calendar from an instant on: the one place that knows what "open" means.</summary>
/// <remarks>
/// An instant is open where the wall clock of the zone shows an open time. The walk goes through stretches of one offset, so that an hour that
/// the clocks skip is never open, and an hour that they show twice counts twice: real time, as it passes.
/// Pieces that touch (24:00 and 00:00, or both sides of a clock change) come as two pieces without a gap.
/// </remarks>
internal struct OpenTimes
{
    private static readonly Duration LongestClosure = Duration.FromDays(2 * 366);

    private readonly BusinessCalendar calendar;
    private readonly Instant start;
    private readonly Instant? end;
    private ZoneInterval stretch;
    private LocalDate date;
    private int next;
    private Instant closedSince;

    /// <summary>A walk from an instant to an end, or, without one, to wherever the next opening is.</summary>
    public OpenTimes(BusinessCalendar calendar, Instant start, Instant? end)
    {
        (this.calendar, this.start, this.end, closedSince) = (calendar, start, end, start);
        stretch = calendar.Zone.GetZoneInterval(start);
        date = start.WithOffset(stretch.WallOffset).Date;
    }

    /// <summary>The piece that the last <see cref="MoveNext"/> found; never empty.</summary>
    public (Instant From, Instant To) Current { get; private set; }

    /// <summary>Finds the next piece; false at the end.</summary>
    /// <exception cref="CalendarClosedException">A walk without an end met more than two years without an opening.</exception>
    public bool MoveNext()
    {
        while (true)
        {
            var midnight = date.AtMidnight().WithOffset(stretch.WallOffset).ToInstant();
            if (midnight >= end) return false;   // never without an end
            var spans = calendar.SpansOf(date);
            while (next < spans.Length)
            {
                var span = spans[next++];
                var from = Instant.Max(start, midnight + Duration.FromMinutes(span.FromMinute));
                var to = midnight + Duration.FromMinutes(span.ToMinute);
                if (stretch.HasStart) from = Instant.Max(from, stretch.Start);
                if (stretch.HasEnd) to = Instant.Min(to, stretch.End);
                if (to > end) to = end.Value;
                if (from >= to) continue;
                (Current, closedSince) = ((from, to), to);
                return true;
            }
            if (end is null && midnight - closedSince > LongestClosure) throw new CalendarClosedException(calendar, closedSince);
            if (stretch.HasEnd && midnight + Duration.FromDays(1) >= stretch.End) EnterStretchAt(stretch.End);
            else (date, next) = (date.PlusDays(1), 0);
        }
    }

    private void EnterStretchAt(Instant change)
    {
        stretch = calendar.Zone.GetZoneInterval(change);
        (date, next) = (change.WithOffset(stretch.WallOffset).Date, 0);
    }
}

/// <summary>A calendar has no opening for more than two years, so no deadline can be given.</summary>
public sealed class CalendarClosedException : InvalidOperationException
{
    /// <summary>No opening after <paramref name="from"/>.</summary>
    public CalendarClosedException(BusinessCalendar calendar, Instant from)
        : base(FormattableString.Invariant(
            $"calendar {calendar.Name}: closed for more than two years after {from:uuuu-MM-dd'T'HH:mm'Z'}; take out holidays, or name hours for a weekday that is not always one"))
    {
        Calendar = calendar.Name;
    }

    /// <summary>Name of the calendar.</summary>
    public string Calendar { get; }
}
