using Escalation.Core.Tickets;
using Escalation.Rules.Notifications;
using NodaTime;

namespace Escalation.Tests.Rules;

public sealed class WeeklySettingsTests
{
    [Theory]
    [InlineData(IsoDayOfWeek.Monday, 8, "2026-03-09T07:59:59", "2026-W09")]      // last week's moment was the 2nd at 8
    [InlineData(IsoDayOfWeek.Monday, 8, "2026-03-09T08:00:00", "2026-W10")]
    [InlineData(IsoDayOfWeek.Monday, 8, "2026-03-15T23:00:00", "2026-W10")]
    [InlineData(IsoDayOfWeek.Friday, 17, "2026-03-12T18:00:00", "2026-W09")]     // Thursday: the last Friday was the 6th
    [InlineData(IsoDayOfWeek.Friday, 17, "2026-03-13T17:00:00", "2026-W10")]
    [InlineData(IsoDayOfWeek.Sunday, 0, "2026-03-15T00:00:00", "2026-W10")]      // the week that it ends is not over
    [InlineData(IsoDayOfWeek.Monday, 0, "2027-01-04T00:00:00", "2026-W53")]
    public void The_week_that_was_over_at_the_latest_such_moment_is_due(IsoDayOfWeek day, int hour, string now, string week) =>
        Assert.Equal(week, new WeeklySettings(day, hour).WeekDueAt(NodaTime.Text.LocalDateTimePattern.ExtendedIso.Parse(now).Value).ToString());

    [Fact]
    public void A_week_begins_on_a_monday() => Assert.Equal(new LocalDate(2026, 3, 2), IsoWeek.Before(new LocalDate(2026, 3, 9)).Monday);
}
