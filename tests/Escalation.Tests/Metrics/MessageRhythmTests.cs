using Escalation.Core.Metrics;
using Escalation.Core.Sla;
using NodaTime;

namespace Escalation.Tests.Metrics;

public sealed class MessageRhythmTests
{
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
    private static readonly SilenceRules Rules = new();
    private static readonly Instant Noon = At(new LocalDateTime(2026, 3, 11, 12, 0));     // a Wednesday

    [Theory]
    [InlineData(2, false)]      // 27 are usual, but two hours are not yet three
    [InlineData(3, true)]       // 40 in three hours
    public void Three_hours_without_a_message_where_forty_are_usual_are_a_silence(int hours, bool isSilent)
    {
        var silence = Weekdays(Noon - Duration.FromHours(hours), 13.3).At(Noon, Rules, Calendar());
        Assert.Equal(isSilent, silence is not null);
        if (silence is not null) Assert.Equal((Noon - Duration.FromHours(3), 40d), (silence.Since, Math.Round(silence.Usual)));
    }

    [Fact]
    public void A_slow_source_is_silent_only_after_so_long_that_none_is_as_unlikely()
    {
        // One an hour: the quiet week counted in, 18 hours of work must pass before exp(-.8 * 18) is below a millionth; ten hours a day are worked.
        var rhythm = Weekdays(At(new LocalDateTime(2026, 3, 9, 17, 59)), 1);
        Assert.Null(rhythm.At(At(new LocalDateTime(2026, 3, 11, 12, 0)), Rules, Calendar()));
        Assert.NotNull(rhythm.At(At(new LocalDateTime(2026, 3, 11, 17, 0)), Rules, Calendar()));
    }

    [Fact]
    public void Nights_week_ends_and_a_change_of_the_clock_are_as_quiet_as_they_always_are()
    {
        var rhythm = Weekdays(At(new LocalDateTime(2026, 3, 27, 17, 59)), 40);             // the Friday before summer time
        Assert.Null(rhythm.At(At(new LocalDateTime(2026, 3, 30, 8, 0)), Rules, Calendar()));
        Assert.NotNull(rhythm.At(At(new LocalDateTime(2026, 3, 30, 9, 0)), Rules, Calendar()));
    }

    [Fact]
    public void Holidays_are_neither_expected_to_be_busy_nor_taken_for_usual()
    {
        var tuesday = At(new LocalDateTime(2026, 3, 10, 17, 59));
        Assert.Null(Weekdays(tuesday, 40).At(Noon, Rules, Calendar(new LocalDate(2026, 3, 11))));
        var rhythm = Weekdays(At(new LocalDateTime(2026, 3, 11, 9, 0)), 40, but: new LocalDate(2026, 3, 4));
        Assert.Equal(120, rhythm.At(Noon, Rules, Calendar(new LocalDate(2026, 3, 4)))!.Usual);
        Assert.Equal(90, rhythm.At(Noon, Rules, Calendar())!.Usual);
    }

    [Fact]
    public void Less_than_two_weeks_of_knowledge_a_week_of_silence_and_nothing_at_all_say_nothing()
    {
        var young = new MessageRhythm("mail");
        for (var at = At(new LocalDateTime(2026, 3, 4, 8, 0)); at <= Noon - Duration.FromHours(4); at += Duration.FromMinutes(1)) young.Add(MessageRhythm.QuarterOf(at), 1, at);
        Assert.Null(young.At(Noon, Rules, Calendar()));
        Assert.Null(Weekdays(Noon - Duration.FromDays(8), 40).At(Noon, Rules, Calendar()));
        Assert.Null(new MessageRhythm("mail").At(Noon, Rules, Calendar()));
    }

    [Fact]
    public void A_message_ends_it_and_what_is_forgotten_is_not_needed()
    {
        var rhythm = Weekdays(Noon - Duration.FromHours(4), 40);
        rhythm.Forget(MessageRhythm.QuarterOf(Noon - Duration.FromDays(36)));
        Assert.NotNull(rhythm.At(Noon, Rules, Calendar()));
        rhythm.Add(MessageRhythm.QuarterOf(Noon), 1, Noon);
        Assert.Null(rhythm.At(Noon, Rules, Calendar()));
    }

    /// <summary>So many messages an hour, from 8 to 18 on weekdays of the last eight weeks, up to an instant.</summary>
    private static MessageRhythm Weekdays(Instant until, double anHour, LocalDate? but = null)
    {
        var rhythm = new MessageRhythm("mail");
        var sent = 0.0;
        for (var quarter = until - Duration.FromDays(56); quarter <= until; quarter += Duration.FromMinutes(15))
        {
            var local = quarter.InZone(Berlin).LocalDateTime;
            if (local.DayOfWeek >= IsoDayOfWeek.Saturday || local.Hour is < 8 or >= 18 || local.Date == but) continue;
            var before = Math.Floor(sent);
            sent += anHour / 4;
            if (Math.Floor(sent) > before) rhythm.Add(MessageRhythm.QuarterOf(quarter), (long)(Math.Floor(sent) - before), quarter);
        }
        rhythm.Add(MessageRhythm.QuarterOf(until), 1, until);
        return rhythm;
    }

    private static BusinessCalendar Calendar(params LocalDate[] holidays) =>
        new("c", Berlin, new Dictionary<IsoDayOfWeek, IReadOnlyList<OpenSpan>> { [IsoDayOfWeek.Monday] = [new OpenSpan(0, 1440)] }, holidays);

    private static Instant At(LocalDateTime local) => local.InZoneStrictly(Berlin).ToInstant();
}
