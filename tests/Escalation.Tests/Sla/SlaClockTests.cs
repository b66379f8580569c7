using Escalation.Core.Sla;
using NodaTime;
using static Escalation.Tests.Sla.Calendars;

namespace Escalation.Tests.Sla;

public sealed class SlaClockTests
{
    private const string NewYork = "America/New_York";

    [Fact] // Trap of the seed: its _calculate_sla adds nothing, so that every deadline is now.
    public void A_deadline_lies_after_the_start_by_the_hours_asked()
    {
        var monday = At(NewYork, 2026, 3, 2, 10);
        Assert.Equal(At(NewYork, 2026, 3, 2, 14), SlaClock.Deadline(NineToFive, monday, 4));
        Assert.Equal(monday + Duration.FromHours(4), SlaClock.Deadline(BusinessCalendar.Always, monday, 4));
    }

    [Fact]
    public void A_deadline_that_falls_exactly_on_closing_time_is_closing_time() =>
        Assert.Equal(At(NewYork, 2026, 3, 2, 17), SlaClock.Deadline(NineToFive, At(NewYork, 2026, 3, 2, 13), 4));

    [Fact]
    public void A_millisecond_past_closing_goes_on_at_the_next_opening() =>
        Assert.Equal(At(NewYork, 2026, 3, 3, 9) + Duration.FromMilliseconds(1),
            SlaClock.Deadline(NineToFive, At(NewYork, 2026, 3, 2, 13) + Duration.FromMilliseconds(1), 4));

    [Fact]
    public void Hours_left_over_on_Friday_are_counted_on_Monday() =>
        Assert.Equal(At(NewYork, 2026, 3, 9, 11), SlaClock.Deadline(NineToFive, At(NewYork, 2026, 3, 6, 15), 4));

    [Theory]
    [InlineData(7, 0)]    // before hours
    [InlineData(22, 1)]   // after hours
    public void A_start_outside_hours_begins_at_the_next_opening(int hour, int daysLater) =>
        Assert.Equal(At(NewYork, 2026, 3, 2 + daysLater, 13), SlaClock.Deadline(NineToFive, At(NewYork, 2026, 3, 2, hour), 4));

    [Fact]
    public void A_start_exactly_on_closing_time_begins_at_the_next_opening() =>
        Assert.Equal(At(NewYork, 2026, 3, 3, 10), SlaClock.Deadline(NineToFive, At(NewYork, 2026, 3, 2, 17), 1));

    [Fact]
    public void Zero_hours_is_the_start_if_open_else_the_next_opening()
    {
        Assert.Equal(At(NewYork, 2026, 3, 2, 9), SlaClock.Deadline(NineToFive, At(NewYork, 2026, 3, 2, 9), 0));
        Assert.Equal(At(NewYork, 2026, 3, 2, 16, 59), SlaClock.Deadline(NineToFive, At(NewYork, 2026, 3, 2, 16, 59), 0));
        Assert.Equal(At(NewYork, 2026, 3, 3, 9), SlaClock.Deadline(NineToFive, At(NewYork, 2026, 3, 2, 17), 0));
    }

    [Fact]
    public void Fractions_of_an_hour_count_to_the_millisecond()
    {
        var start = At(NewYork, 2026, 3, 2, 10);
        Assert.Equal(start + Duration.FromMinutes(6), SlaClock.Deadline(NineToFive, start, .1));
        Assert.Equal(start + Duration.FromMinutes(20), SlaClock.Deadline(NineToFive, start, 1d / 3));
    }

    [Fact]
    public void Split_shifts_do_not_count_the_break()
    {
        var split = Weekdays("Europe/Berlin", [], (8, 12), (13.5, 18));
        Assert.Equal(At("Europe/Berlin", 2026, 3, 2, 14, 30), SlaClock.Deadline(split, At("Europe/Berlin", 2026, 3, 2, 11), 2));
        Assert.False(SlaClock.IsOpen(split, At("Europe/Berlin", 2026, 3, 2, 12)));
        Assert.True(SlaClock.IsOpen(split, At("Europe/Berlin", 2026, 3, 2, 13, 30)));
    }

    [Fact]
    public void A_holiday_is_closed()
    {
        var calendar = Weekdays(NewYork, [new LocalDate(2026, 12, 25)], (9, 17));
        Assert.Equal(At(NewYork, 2026, 12, 28, 11), SlaClock.Deadline(calendar, At(NewYork, 2026, 12, 24, 15), 4));
        Assert.False(SlaClock.IsOpen(calendar, At(NewYork, 2026, 12, 25, 10)));
    }

    [Fact] // zammad#3180: around the clock was closed for one minute at midnight.
    public void Midnight_between_24_00_and_00_00_leaves_no_gap()
    {
        var nights = Of(NewYork, [new LocalDate(2020, 1, 1)], Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None), (0, 24));
        Assert.False(nights.IsAlwaysOpen);
        var midnight = At(NewYork, 2026, 3, 3, 0);
        Assert.Equal(midnight + Duration.FromHours(2), SlaClock.Deadline(nights, midnight - Duration.FromHours(2), 4));
        Assert.Equal(Duration.FromSeconds(2), SlaClock.Elapsed(nights, midnight - Duration.FromSeconds(1), midnight + Duration.FromSeconds(1)));
        Assert.True(SlaClock.IsOpen(nights, midnight));
        Assert.True(SlaClock.IsOpen(nights, midnight - Duration.FromMilliseconds(1)));
        Assert.Single(SlaClock.Explain(nights, midnight - Duration.FromHours(2), 72).Segments);
    }

    [Fact]
    public void A_skipped_hour_is_not_counted_and_a_repeated_one_twice()
    {
        var nights = EveryDay(NewYork, (0, 6));   // 6 open hours by the clock
        Assert.Equal(Duration.FromHours(5), SlaClock.Elapsed(nights, At(NewYork, 2026, 3, 8, 0), At(NewYork, 2026, 3, 8, 12)));
        Assert.Equal(Duration.FromHours(7), SlaClock.Elapsed(nights, At(NewYork, 2026, 11, 1, 0), At(NewYork, 2026, 11, 1, 12)));
        Assert.Equal(At(NewYork, 2026, 3, 8, 6), SlaClock.Deadline(nights, At(NewYork, 2026, 3, 8, 0), 5));
        Assert.Equal(At(NewYork, 2026, 11, 1, 6), SlaClock.Deadline(nights, At(NewYork, 2026, 11, 1, 0), 7));
    }

    [Fact]
    public void Office_hours_are_the_same_wall_clock_on_both_sides_of_a_clock_change()
    {
        var deadline = SlaClock.Deadline(NineToFive, At(NewYork, 2026, 3, 6, 16), 2);   // Friday; clocks go forward on Sunday
        Assert.Equal(Instant.FromUtc(2026, 3, 9, 14, 0), deadline);                     // Monday 10:00 is UTC-4, no longer UTC-5
    }

    [Fact] // Samoa went over the date line: there was no 2011-12-30.
    public void A_day_that_the_zone_skipped_is_not_counted()
    {
        var calendar = EveryDay("Pacific/Apia", (9, 17));
        Assert.Equal(At("Pacific/Apia", 2011, 12, 31, 11), SlaClock.Deadline(calendar, At("Pacific/Apia", 2011, 12, 29, 15), 4));
    }

    [Fact]
    public void A_start_far_ahead_is_counted_like_any_other()
    {
        Assert.Equal(At(NewYork, 2399, 3, 2, 14), SlaClock.Deadline(NineToFive, At(NewYork, 2399, 3, 2, 10), 4));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => SlaClock.Deadline(NineToFive, Instant.MaxValue, 4));
        Assert.Contains("9000-01-01", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_calendar_that_stays_closed_for_two_years_is_an_error_that_names_it()
    {
        var first = new LocalDate(2026, 1, 1);
        var closed = Weekdays(NewYork, [.. Enumerable.Range(0, 3 * 366).Select(first.PlusDays)], (9, 17));
        var error = Assert.Throws<CalendarClosedException>(() => SlaClock.Deadline(closed, At(NewYork, 2026, 3, 2, 10), 4));
        Assert.Contains("calendar test: closed for more than two years after 2026-03-02T15:00Z", error.Message, StringComparison.Ordinal);
        Assert.Equal(Duration.Zero, SlaClock.Elapsed(closed, At(NewYork, 2026, 3, 2, 10), At(NewYork, 2028, 12, 1, 10)));
    }

    [Theory, InlineData(-1d), InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(87_601d)]
    public void Hours_that_are_no_service_level_are_refused(double hours) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SlaClock.Deadline(NineToFive, At(NewYork, 2026, 3, 2, 10), hours));

    [Fact]
    public void An_end_before_the_start_is_refused() =>
        Assert.Throws<ArgumentException>(() => SlaClock.Elapsed(NineToFive, Instant.FromUtc(2026, 3, 2, 1, 0), Instant.FromUtc(2026, 3, 2, 0, 0)));

    [Fact]
    public void The_explanation_names_every_piece_up_to_the_deadline()
    {
        var calendar = Weekdays(NewYork, [new LocalDate(2026, 3, 6)], (9, 17));
        var start = At(NewYork, 2026, 3, 5, 15);
        var (deadline, segments) = SlaClock.Explain(calendar, start, 4);
        Assert.Equal(At(NewYork, 2026, 3, 9, 11), deadline);
        Assert.Equal(
        [
            new SlaSegment(start, At(NewYork, 2026, 3, 5, 17), 7200, SlaSegmentKind.Open, 0),
            new SlaSegment(At(NewYork, 2026, 3, 5, 17), At(NewYork, 2026, 3, 6, 0), 0, SlaSegmentKind.Closed, 0),
            new SlaSegment(At(NewYork, 2026, 3, 6, 0), At(NewYork, 2026, 3, 7, 0), 0, SlaSegmentKind.Holiday, 0),
            new SlaSegment(At(NewYork, 2026, 3, 7, 0), At(NewYork, 2026, 3, 9, 9), 0, SlaSegmentKind.Closed, 3600),   // clocks go forward on Sunday
            new SlaSegment(At(NewYork, 2026, 3, 9, 9), deadline, 7200, SlaSegmentKind.Open, 0),
        ], segments);
    }
}
