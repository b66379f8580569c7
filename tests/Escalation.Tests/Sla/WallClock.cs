using Escalation.Core.Sla;
using NodaTime;

namespace Escalation.Tests.Sla;

/// <summary>The slow and obvious reference: what does the clock on the wall show in this minute, and is that open?</summary>
internal static class WallClock
{
    /// <summary>Whether the wall clock of the calendar's zone shows an open time.</summary>
    public static bool IsOpen(BusinessCalendar calendar, Instant at)
    {
        var local = at.InZone(calendar.Zone).LocalDateTime;
        if (calendar.Holidays.Contains(local.Date)) return false;
        var minute = local.Hour * 60 + local.Minute;
        foreach (var span in calendar.SpansOf(local.Date))
            if (minute >= span.FromMinute && minute < span.ToMinute) return true;
        return false;
    }

    /// <summary>The instant at which so many open seconds have passed, found minute by minute; at least one second.</summary>
    public static Instant Deadline(BusinessCalendar calendar, Instant start, long seconds)
    {
        for (var at = start; ;)
        {
            var minute = 60 - at.ToUnixTimeSeconds() % 60;               // to the end of the minute that the clock shows
            if (IsOpen(calendar, at))
            {
                if (seconds <= minute) return at + Duration.FromSeconds(seconds);
                seconds -= minute;
            }
            at += Duration.FromSeconds(minute);
        }
    }

    /// <summary>Open seconds between two instants on whole seconds.</summary>
    public static long Elapsed(BusinessCalendar calendar, Instant start, Instant end)
    {
        var seconds = 0L;
        for (var at = start; at < end;)
        {
            var until = Instant.Min(end, at + Duration.FromSeconds(60 - at.ToUnixTimeSeconds() % 60));
            if (IsOpen(calendar, at)) seconds += (long)(until - at).TotalSeconds;
            at = until;
        }
        return seconds;
    }
}
