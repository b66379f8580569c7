using Escalation.Core.Sla;
using NodaTime;

namespace Escalation.Tests.Sla;

/// <summary>Calendars for tests: ordinary unless said otherwise.</summary>
internal static class Calendars
{
    private static readonly IsoDayOfWeek[] Week = [.. Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None)];

    public static readonly BusinessCalendar NineToFive = Weekdays("America/New_York", [], (9, 17));

    public static BusinessCalendar Weekdays(string zone, LocalDate[] holidays, params (double From, double To)[] hours) =>
        Of(zone, holidays, Week.Where(d => d < IsoDayOfWeek.Saturday), hours);

    public static BusinessCalendar EveryDay(string zone, params (double From, double To)[] hours) => Of(zone, [], Week, hours);

    public static BusinessCalendar Of(string zone, LocalDate[] holidays, IEnumerable<IsoDayOfWeek> days, params (double From, double To)[] hours) =>
        new("test", DateTimeZoneProviders.Tzdb[zone],
            days.ToDictionary(d => d, _ => (IReadOnlyList<OpenSpan>)[.. hours.Select(h => new OpenSpan((int)(h.From * 60), (int)(h.To * 60)))]), holidays);

    /// <summary>An instant by its wall clock in a zone; the earlier one where the clock shows it twice.</summary>
    public static Instant At(string zone, int year, int month, int day, int hour, int minute = 0) =>
        new LocalDateTime(year, month, day, hour, minute).InZoneLeniently(DateTimeZoneProviders.Tzdb[zone]).ToInstant();
}
