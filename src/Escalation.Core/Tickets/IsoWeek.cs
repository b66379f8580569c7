using System.Globalization;
using NodaTime;
using NodaTime.Calendars;

namespace Escalation.Core.Tickets;

/// <summary>A week by ISO 8601: it begins on a Monday.</summary>
/// <param name="Monday">Its first day.</param>
public readonly record struct IsoWeek(LocalDate Monday)
{
    /// <summary>The last week that was over at a local time.</summary>
    public static IsoWeek Before(LocalDate date) => new(date.PlusDays(1 - (int)date.DayOfWeek).PlusWeeks(-1));

    /// <summary>For example <c>2026-W09</c>.</summary>
    public override string ToString()
    {
        var rule = WeekYearRules.Iso;
        return string.Create(CultureInfo.InvariantCulture, $"{rule.GetWeekYear(Monday):0000}-W{rule.GetWeekOfWeekYear(Monday):00}");
    }
}
