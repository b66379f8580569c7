using Escalation.Rules;

namespace Escalation.Tests.Rules.Documents;

/// <summary><c>holidayFeed</c> of calendars/NAME.json: an iCalendar file beside it.</summary>
public sealed class HolidayFeedTests
{
    private const string Christmas = "BEGIN:VEVENT\nUID:c\nDTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227\nSUMMARY:Christmas\nEND:VEVENT\n";

    [Fact]
    public void Every_day_of_an_all_day_event_is_a_holiday_together_with_those_listed()
    {
        var days = Days(Feed(Christmas), "\"holidays\":[\"2026-05-01\"],");
        Assert.Equal(["2026-05-01", "2026-12-25", "2026-12-26"], days);
    }

    [Fact]
    public void Repeated_holidays_come_every_year_but_those_taken_out_or_moved()
    {
        var days = Days(Feed("""
            BEGIN:VEVENT
            UID:thanks
            DTSTART;VALUE=DATE:20251127
            RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20301231
            EXDATE;VALUE=DATE:20271125
            SUMMARY:Thanks
             giving
            END:VEVENT
            BEGIN:VEVENT
            UID:thanks
            RECURRENCE-ID;VALUE=DATE:20281123
            DTSTART;VALUE=DATE:20281124
            END:VEVENT

            """));
        Assert.Equal(["2025-11-27", "2026-11-26", "2028-11-24", "2029-11-22", "2030-11-28"], days);
    }

    [Fact]
    public void Without_an_end_they_are_worked_out_for_decades() =>
        Assert.Equal(2100 - 2026 + 1, Days(Feed("BEGIN:VEVENT\nUID:n\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY\nEND:VEVENT\n")).Count);

    [Fact]
    public void What_was_cancelled_or_has_a_time_of_day_closes_nothing_and_the_latter_is_said()
    {
        var loaded = Load(Feed("BEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20260101\nSTATUS:CANCELLED\nEND:VEVENT\nBEGIN:VEVENT\nUID:b\nDTSTART:20260102T100000Z\nEND:VEVENT\n" + Christmas));
        Assert.Equal(["2026-12-25", "2026-12-26"], DaysOf(loaded));
        var warning = Assert.Single(loaded.Warnings);
        Assert.Equal(("calendars/us.ics", 8), (warning.File, warning.Line));
        Assert.Contains("1 event has a time of day", warning.Message, StringComparison.Ordinal);
    }

    [Fact] // zammad#390: the feed held days that are no holidays, and nobody could untick them.
    public void Days_of_the_feed_on_which_people_work_are_named_and_one_that_is_not_in_it_is_warned_of()
    {
        Assert.Equal(["2026-12-25"], Days(Feed(Christmas), "\"notHolidays\":[\"2026-12-26\"],"));
        var warning = Assert.Single(Load(Feed(Christmas), "\"notHolidays\":[\"2026-12-24\"],").Warnings);
        Assert.Contains("2026-12-24 is no holiday of a feed", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello", 1, "BEGIN:VCALENDAR")]
    [InlineData("", 1, "BEGIN:VCALENDAR")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\n", 2, "cut off")]
    [InlineData("BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR\n", 2, "ends nothing")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20261325\nEND:VEVENT\nEND:VCALENDAR\n", 4, "20261325")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20260230\nEND:VEVENT\nEND:VCALENDAR\n", 4, "20260230")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n", 2, "no date")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nSUMMARY:a\n b\nhello\nEND:VEVENT\nEND:VCALENDAR\n", 6, "hello")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nRRULE:FREQ=SOMETIMES\nEND:VEVENT\nEND:VCALENDAR\n", 4, "SOMETIMES")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nRRULE:FREQ=SECONDLY\nEND:VEVENT\nEND:VCALENDAR\n", 4, "not within a day")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20000101\nRRULE:FREQ=DAILY\nEND:VEVENT\nEND:VCALENDAR\n", 4, "10,000 days")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:hello\nEND:VEVENT\nEND:VCALENDAR\n", 5, "hello")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261220\nEND:VEVENT\nEND:VCALENDAR\n", 2, "cannot be read")]
    public void A_bad_feed_is_named_with_its_line(string feed, int line, string expected)
    {
        var problem = Assert.Single(Load(feed).Problems);
        Assert.Equal(("calendars/us.ics", line), (problem.File, problem.Line));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_event_does_not_hide_the_next_one() =>
        Assert.Equal([4, 8], Load(Feed("BEGIN:VEVENT\nDTSTART;VALUE=DATE:soon\nEND:VEVENT\n" + Christmas.Replace("20261225", "2026", StringComparison.Ordinal))).Problems.Select(p => p.Line));

    [Fact]
    public void Line_ends_and_a_mark_at_the_begin_do_not_matter() =>
        Assert.Equal(["2026-12-25", "2026-12-26"], Days("\uFEFF" + Feed(Christmas).Replace("\n", "\r\n", StringComparison.Ordinal)));

    [Theory]
    [InlineData("\"other.ics\"", "there is no calendars/other.ics")]
    [InlineData("\"../us.ics\"", "no file beside this one")]
    [InlineData("\"us.txt\"", "no file beside this one")]
    public void A_feed_that_is_not_there_is_named_where_it_is_asked_for(string name, string expected)
    {
        var problem = Assert.Single(Load(Feed(Christmas), name: name).Problems);
        Assert.Equal(("calendars/office.json", "$.holidayFeed"), (problem.File, problem.Path));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_feed_that_no_calendar_reads_is_warned_of() =>
        Assert.Contains(RuleSetLoader.Load(Files(Feed(Christmas), "", "\"us.ics\"").With("calendars/uk.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n"u8.ToArray())).Warnings, w => w.File == "calendars/uk.ics");

    [Fact]
    public void The_version_follows_the_feed_and_its_change_needs_the_approval_that_calendars_need()
    {
        var policy = """{"defaultCalendar":"always","approval":{"routing":true}}"""u8.ToArray();
        var before = RuleSetLoader.Load(Files(Feed(Christmas), "", "\"us.ics\"").With("policy.json", policy)).RuleSet!;
        var same = RuleSetLoader.Load(Files(Feed(Christmas).Replace("\n", "\r\n", StringComparison.Ordinal), "", "\"us.ics\"").With("policy.json", policy)).RuleSet!;
        var after = RuleSetLoader.Load(Files(Feed(Christmas.Replace("20261227", "20261226", StringComparison.Ordinal)), "", "\"us.ics\"").With("policy.json", policy)).RuleSet!;
        Assert.Equal(before.Version, same.Version);
        Assert.NotEqual(before.Version, after.Version);
        Assert.Empty(ApprovalNeeds.Of(before, same));
        Assert.Equal(["routing: calendars/us.ics changes"], ApprovalNeeds.Of(before, after));
    }

    private static string Feed(string events) => $"BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n";

    private static IReadOnlyList<string> Days(string feed, string more = "") => DaysOf(Load(feed, more));

    private static IReadOnlyList<string> DaysOf(RuleSetLoadResult loaded)
    {
        Assert.True(loaded.RuleSet is not null, string.Join('\n', loaded.Problems));
        return [.. loaded.RuleSet.Calendars["office"].Holidays.Order().Select(NodaTime.Text.LocalDatePattern.Iso.Format)];
    }

    private static RuleSetLoadResult Load(string feed, string more = "", string name = "\"us.ics\"") => RuleSetLoader.Load(Files(feed, more, name));

    private static RuleFiles Files(string feed, string more, string name) => ReferencePlaneTests.Folder(
            $"[{{\"WorkflowName\":\"signals\",\"Rules\":[{SomeRules.Signal("a", "contacts.Last7d > 1", "keyword_match", .5)}]}}]", null, ("policy.json", """{"defaultCalendar":"always"}"""))
        .With("calendars/office.json", System.Text.Encoding.UTF8.GetBytes($$"""{"timeZone":"America/New_York","hours":{"mon":[["09:00","17:00"]]},{{more}}"holidayFeed":{{name}}}"""))
        .With("calendars/us.ics", System.Text.Encoding.UTF8.GetBytes(feed));
}
