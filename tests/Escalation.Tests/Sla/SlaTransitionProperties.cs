using Escalation.Core.Sla;
using NodaTime;

namespace Escalation.Tests.Sla;

/// <summary>The 72 hours round every change of clocks from 2024 to 2027, minute by minute, against a reference that looks at the wall clock of every minute.</summary>
public sealed class SlaTransitionProperties
{
    private const int Hours = 72, Minutes = Hours * 60;
    private static readonly Instant From = Instant.FromUtc(2024, 1, 1, 0, 0), To = Instant.FromUtc(2028, 1, 1, 0, 0);

    // Half an hour, two hours, four changes a year, changes at midnight, a change of the standard time, and ordinary ones.
    private static readonly string[] Sample =
    [
        "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Antarctica/Troll", "Africa/Casablanca", "Africa/Cairo", "America/Asuncion", "Asia/Beirut", "Asia/Almaty", "America/Scoresbysund",
    ];

    [Fact]
    public void Round_the_changes_of_some_zones() => Assert.True(Compare(Sample).Transitions >= 60, "the sample has lost its changes");

    [Fact, Trait("Category", "Long")]
    public void Round_every_change_of_every_zone()
    {
        var (zones, transitions, minutes) = Compare(DateTimeZoneProviders.Tzdb.Ids);
        Console.WriteLine(FormattableString.Invariant(
            $"time zone data {DateTimeZoneProviders.Tzdb.VersionId}: {zones} zones, {transitions} changes of clocks 2024 to 2027, {minutes:N0} minutes compared in 3 calendars, all alike"));
        Assert.True(zones > 590 && transitions > 1500, $"{zones} zones, {transitions} changes");
    }

    private static (int Zones, int Transitions, long Minutes) Compare(IEnumerable<string> ids)
    {
        var (zones, transitions, minutes) = (0, 0, 0L);
        foreach (var zone in ids.Select(id => DateTimeZoneProviders.Tzdb[id]))
        {
            zones++;
            foreach (var change in zone.GetZoneIntervals(From, To).Where(i => i.HasStart && i.Start > From).Select(i => i.Start))
            {
                Assert.Equal(0, change.ToUnixTimeSeconds() % 60);
                transitions++;
                foreach (var calendar in Calendars(zone, change.InZone(zone).Date))
                {
                    Compare(calendar, change - Duration.FromHours(Hours / 2));
                    minutes += Minutes;
                }
            }
        }
        return (zones, transitions, minutes);
    }

    /// <summary>Several spans a day with edges inside what clocks skip and repeat; whole days with a holiday on the day of the change; nights over midnight.</summary>
    private static IEnumerable<BusinessCalendar> Calendars(DateTimeZone zone, LocalDate day)
    {
        yield return Of(zone, [], (0, 90), (135, 180), (540, 1050));
        yield return Of(zone, [day], (0, 1440));
        yield return Of(zone, [day.PlusDays(1)], (0, 150), (1320, 1440));
    }

    private static BusinessCalendar Of(DateTimeZone zone, LocalDate[] holidays, params (int From, int To)[] spans) =>
        new("test", zone, Enumerable.Range(1, 7).ToDictionary(d => (IsoDayOfWeek)d, _ => (IReadOnlyList<OpenSpan>)[.. spans.Select(s => new OpenSpan(s.From, s.To))]), holidays);

    private static void Compare(BusinessCalendar calendar, Instant start)
    {
        // used[m]: open minutes among the first m; fills[n]: the minute at which the n-th open one ends.
        var used = new int[Minutes + 1];
        var fills = new List<int> { 0 };
        for (var m = 0; m < Minutes; m++)
        {
            var open = WallClock.IsOpen(calendar, start + Duration.FromMinutes(m));
            used[m + 1] = used[m] + (open ? 1 : 0);
            if (open) fills.Add(m + 1);
            Same(calendar, start, m, open, SlaClock.IsOpen(calendar, start + Duration.FromMinutes(m)), "open");
        }
        for (var m = 0; m <= Minutes; m++)
        {
            var at = start + Duration.FromMinutes(m);
            Same(calendar, start, m, Duration.FromMinutes(used[m]), SlaClock.Elapsed(calendar, start, at), "elapsed since the begin");
            if (used[m] + 60 < fills.Count)
                Same(calendar, start, m, start + Duration.FromMinutes(fills[used[m] + 60]), SlaClock.Deadline(calendar, at, Duration.FromHours(1)), "the deadline after an hour");
        }
        for (var n = 1; n < fills.Count; n++)
            Same(calendar, start, n, start + Duration.FromMinutes(fills[n]), SlaClock.Deadline(calendar, start, Duration.FromMinutes(n)), "the deadline after so many minutes");
    }

    private static void Same<T>(BusinessCalendar calendar, Instant start, int minute, T expected, T found, string what) where T : IEquatable<T>
    {
        if (!expected.Equals(found)) Assert.Fail($"{calendar.Zone.Id}, {start} + {minute} min: {what} is {found}, by the wall clock {expected}");
    }
}
