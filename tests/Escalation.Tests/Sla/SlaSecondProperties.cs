using CsCheck;
using Escalation.Core.Sla;
using NodaTime;

namespace Escalation.Tests.Sla;

/// <summary>10,000 random calendars in any zone, at any second of 2024 to 2027, against a reference that looks at the wall clock of every minute.</summary>
public sealed class SlaSecondProperties
{
    private static readonly IReadOnlyList<string> Zones = DateTimeZoneProviders.Tzdb.Ids;
    private static readonly Instant From = Instant.FromUtc(2024, 1, 1, 0, 0);

    private static readonly Gen<OpenSpan[]> Spans =
        Gen.Int[0, 1440].HashSet[2, 6].Select(cuts => cuts.Order().Chunk(2).Where(c => c.Length == 2).Select(c => new OpenSpan(c[0], c[1])).ToArray());

    private static readonly Gen<BusinessCalendar> Calendars =
        from zone in Gen.Int[0, Zones.Count - 1]
        from days in Spans.Array[7]
        from closed in Gen.Int[0, 6].HashSet[0, 3]
        from holidays in Gen.Int[0, 4 * 365].HashSet[0, 100]
        select new BusinessCalendar(Zones[zone], DateTimeZoneProviders.Tzdb[Zones[zone]],
            Enumerable.Range(0, 7).Where(d => !closed.Contains(d)).ToDictionary(d => (IsoDayOfWeek)(d + 1), d => (IReadOnlyList<OpenSpan>)days[d]),
            holidays.Select(d => new LocalDate(2024, 1, 1).PlusDays(d)));

    [Fact]
    public void Deadlines_and_elapsed_times_agree_to_the_second() =>
        Gen.Select(Calendars, Gen.Int[0, 4 * 365 * 86_400 - 1], Gen.Int[1, 10 * 3600]).Sample((calendar, second, seconds) =>
        {
            var start = From + Duration.FromSeconds(second);
            var deadline = WallClock.Deadline(calendar, start, seconds);
            Assert.Equal(deadline, SlaClock.Deadline(calendar, start, Duration.FromSeconds(seconds)));
            Assert.Equal(deadline, SlaClock.Deadline(calendar, start, seconds / 3600d));
            Assert.Equal(seconds, SlaClock.Elapsed(calendar, start, deadline).TotalSeconds);
            var end = start + Duration.FromSeconds(seconds);
            Assert.Equal(WallClock.Elapsed(calendar, start, end), SlaClock.Elapsed(calendar, start, end).TotalSeconds);
            Assert.Equal(WallClock.IsOpen(calendar, start), SlaClock.IsOpen(calendar, start));
        }, iter: 10_000);
}
