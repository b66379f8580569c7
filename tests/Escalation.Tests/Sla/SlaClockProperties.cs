using CsCheck;
using Escalation.Core.Sla;
using NodaTime;

namespace Escalation.Tests.Sla;

/// <summary>Over random calendars in zones with awkward clocks, started near their changes.</summary>
public sealed class SlaClockProperties
{
    // A change of half an hour, one over the date line, one that repeats the minutes around midnight, and two ordinary ones.
    private static readonly (string Zone, Instant[] Near)[] Zones =
    [
        ("America/New_York", [Instant.FromUtc(2026, 3, 8, 7, 0), Instant.FromUtc(2026, 11, 1, 6, 0)]),
        ("Europe/Berlin", [Instant.FromUtc(2026, 3, 29, 1, 0), Instant.FromUtc(2026, 10, 25, 1, 0)]),
        ("Australia/Lord_Howe", [Instant.FromUtc(2026, 4, 4, 15, 0), Instant.FromUtc(2026, 10, 3, 15, 30)]),
        ("Pacific/Apia", [Instant.FromUtc(2011, 12, 30, 10, 0)]),
        ("America/St_Johns", [Instant.FromUtc(2010, 11, 7, 2, 31)]),
    ];

    private static readonly Gen<OpenSpan[]> Hours =
        Gen.Int[0, 96].HashSet[0, 6].Select(cuts => cuts.Order().Select(c => c * 15).Chunk(2).Where(c => c.Length == 2).Select(c => new OpenSpan(c[0], c[1])).ToArray());

    private static readonly Gen<(BusinessCalendar Calendar, Instant Start)> Starts =
        from place in Gen.Int[0, Zones.Length - 1].Select(i => Zones[i])
        from near in Gen.Int[0, place.Near.Length - 1].Select(i => place.Near[i])
        from minutes in Gen.Int[-4 * 1440, 2 * 1440]
        from seconds in Gen.Int[0, 59]
        from hours in Hours.Array[7]
        from holidays in Gen.Int[-5, 9].HashSet[0, 3]
        let zone = DateTimeZoneProviders.Tzdb[place.Zone]
        let days = hours.Any(h => h.Length > 0) ? hours : [.. hours.Skip(1), [new OpenSpan(0, 1440)]]
        select (new BusinessCalendar(place.Zone, zone,
                Enumerable.Range(1, 7).ToDictionary(d => (IsoDayOfWeek)d, d => (IReadOnlyList<OpenSpan>)days[d - 1]),
                holidays.Select(d => near.InZone(zone).Date.PlusDays(d))),
            near + Duration.FromMinutes(minutes) + Duration.FromSeconds(seconds));

    [Fact]
    public void Elapsed_and_open_agree_with_counting_every_minute() =>
        Gen.Select(Starts, Gen.Int[0, 6 * 1440]).Sample((place, minutes) =>
        {
            var start = place.Start - Duration.FromSeconds(place.Start.InUtc().Second);
            var counted = 0;
            for (var minute = 0; minute < minutes; minute++)
                if (IsOpenByTheWallClock(place.Calendar, start + Duration.FromMinutes(minute))) counted++;
            Assert.Equal(Duration.FromMinutes(counted), SlaClock.Elapsed(place.Calendar, start, start + Duration.FromMinutes(minutes)));
            Assert.Equal(IsOpenByTheWallClock(place.Calendar, start), SlaClock.IsOpen(place.Calendar, start));
        }, iter: 300);

    [Fact]
    public void The_time_elapsed_until_a_deadline_is_the_time_asked() =>
        Gen.Select(Starts, Gen.Int[0, 200 * 60]).Sample((place, minutes) =>
        {
            var hours = minutes / 60d;
            var deadline = SlaClock.Deadline(place.Calendar, place.Start, hours);
            Assert.Equal(Duration.FromMinutes(minutes), SlaClock.Elapsed(place.Calendar, place.Start, deadline));
            if (minutes > 0) Assert.True(SlaClock.Elapsed(place.Calendar, place.Start, deadline - Duration.FromMilliseconds(1)) < Duration.FromMinutes(minutes), "not the first");
        }, iter: 2000);

    [Fact]
    public void A_longer_service_level_or_a_later_start_never_gives_an_earlier_deadline() =>
        Gen.Select(Starts, Gen.Double[0, 100], Gen.Double[0, 20], Gen.Int[0, 5000]).Sample((place, hours, more, later) =>
        {
            var deadline = SlaClock.Deadline(place.Calendar, place.Start, hours);
            Assert.True(SlaClock.Deadline(place.Calendar, place.Start, hours + more) >= deadline, "longer");
            Assert.True(SlaClock.Deadline(place.Calendar, place.Start + Duration.FromMinutes(later), hours) >= deadline, "later");
        }, iter: 2000);

    [Fact]
    public void Elapsed_times_add_up_over_any_split() =>
        Gen.Select(Starts, Gen.Int[0, 20_000], Gen.Int[0, 20_000]).Sample((place, first, second) =>
        {
            var (middle, end) = (place.Start + Duration.FromMinutes(first), place.Start + Duration.FromMinutes(first + second));
            Assert.Equal(SlaClock.Elapsed(place.Calendar, place.Start, end),
                SlaClock.Elapsed(place.Calendar, place.Start, middle) + SlaClock.Elapsed(place.Calendar, middle, end));
        }, iter: 2000);

    [Fact]
    public void An_explanation_covers_the_time_to_the_deadline_and_counts_the_hours() =>
        Gen.Select(Starts, Gen.Int[0, 100 * 60]).Sample((place, minutes) =>
        {
            var (deadline, segments) = SlaClock.Explain(place.Calendar, place.Start, minutes / 60d);
            var at = place.Start;
            foreach (var segment in segments)
            {
                Assert.Equal(at, segment.From);
                Assert.True(segment.To > segment.From, "empty");
                at = segment.To;
            }
            Assert.Equal(deadline, at);
            Assert.Equal(minutes * 60d, segments.Sum(s => s.CountedSeconds), 6);
            Assert.All(segments.Zip(segments.Skip(1)), pair => Assert.NotEqual(pair.First.Kind, pair.Second.Kind));
            Assert.Equal(place.Calendar.Zone.GetUtcOffset(deadline).Seconds - place.Calendar.Zone.GetUtcOffset(place.Start).Seconds, segments.Sum(s => s.ClockShiftSeconds));
        }, iter: 1000);

    private static bool IsOpenByTheWallClock(BusinessCalendar calendar, Instant at)
    {
        var local = at.InZone(calendar.Zone).LocalDateTime;
        if (calendar.Holidays.Contains(local.Date)) return false;
        return calendar.SpansOf(local.Date).ToArray().Any(s => local.TimeOfDay.NanosecondOfDay >= s.FromMinute * NodaConstants.NanosecondsPerMinute
            && local.TimeOfDay.NanosecondOfDay < s.ToMinute * NodaConstants.NanosecondsPerMinute);
    }
}
