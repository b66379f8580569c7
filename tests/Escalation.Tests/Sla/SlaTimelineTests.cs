using Escalation.Core.Sla;
using NodaTime;
using static Escalation.Tests.Sla.Calendars;

namespace Escalation.Tests.Sla;

/// <summary>Monday to Friday 9 to 17 in New York; Monday is 2026-03-02.</summary>
public sealed class SlaTimelineTests
{
    private const string NewYork = "America/New_York";
    private static readonly Instant Ten = On(2, 10);
    private static readonly SlaPromise FourHours = new(Ten, 4, "business");

    [Fact]
    public void What_nothing_stops_is_due_when_the_decision_said()
    {
        var sla = Count([], On(2, 11));
        Assert.Equal((SlaState.Running, On(2, 14)), (sla.State, sla.Deadline));
        Assert.Equal((Duration.FromHours(1), Duration.FromHours(3)), (sla.Counted, sla.Left));
        Assert.Equal(SlaClock.Explain(NineToFive, Ten, 4).Segments, sla.Segments);
        Assert.Equal(SlaState.Overdue, Count([], On(2, 14)).State);
    }

    [Fact]
    public void While_the_customer_is_waited_for_there_is_no_deadline_and_nothing_counts()
    {
        var sla = Count([new(On(2, 11), SlaStepKind.Paused)], On(4, 10));
        Assert.Equal((SlaState.Paused, null), (sla.State, sla.Deadline));
        Assert.Equal((Duration.FromHours(1), Duration.FromHours(3)), (sla.Counted, sla.Left));
        Assert.Equal([(SlaSegmentKind.Open, On(2, 11)), (SlaSegmentKind.Paused, On(4, 10))], sla.Segments.Select(s => (s.Kind, s.To)));
    }

    [Fact]
    public void After_a_pause_the_rest_of_the_hours_goes_on()
    {
        var sla = Count([new(On(2, 11), SlaStepKind.Paused), new(On(3, 16), SlaStepKind.Resumed)], On(3, 16));
        Assert.Equal((SlaState.Running, On(4, 11)), (sla.State, sla.Deadline));
        Assert.Equal(
            [(SlaSegmentKind.Open, On(2, 11)), (SlaSegmentKind.Paused, On(3, 16)), (SlaSegmentKind.Open, On(3, 17)), (SlaSegmentKind.Closed, On(4, 9)), (SlaSegmentKind.Open, On(4, 11))],
            sla.Segments.Select(s => (s.Kind, s.To)));
        Assert.Equal(4 * 3600, sla.Segments.Sum(s => s.CountedSeconds));
    }

    [Fact] // frappe/helpdesk#3776: the time on hold was forgotten where a paused ticket was resolved.
    public void What_is_resolved_out_of_a_pause_was_in_time()
    {
        var sla = Count([new(On(2, 13), SlaStepKind.Paused), new(On(6, 10), SlaStepKind.Ended)], On(9, 10));
        Assert.Equal((SlaState.Met, Duration.FromHours(1)), (sla.State, sla.Left));
        Assert.Equal(On(6, 11), sla.Deadline);
    }

    [Fact]
    public void A_pause_after_the_deadline_does_not_undo_the_breach()
    {
        Assert.Equal(SlaState.Overdue, Count([new(On(2, 15), SlaStepKind.Paused)], On(4, 10)).State);
        Assert.Equal(SlaState.Breached, Count([new(On(2, 15), SlaStepKind.Paused), new(On(3, 10), SlaStepKind.Ended)], On(4, 10)).State);
    }

    [Fact]
    public void What_ends_exactly_at_the_deadline_is_in_time_and_a_millisecond_later_is_not()
    {
        Assert.Equal(SlaState.Met, Count([new(On(2, 14), SlaStepKind.Ended)], On(3, 10)).State);
        Assert.Equal(SlaState.Breached, Count([new(On(2, 14) + Duration.FromMilliseconds(1), SlaStepKind.Ended)], On(3, 10)).State);
    }

    [Fact] // Zammad's manual warns that a reopened ticket may instantly escalate.
    public void What_is_reopened_gets_its_hours_anew()
    {
        var sla = Count([new(On(2, 13), SlaStepKind.Ended), new(On(5, 16), SlaStepKind.Reopened)], On(5, 16));
        Assert.Equal((On(5, 16), Duration.FromHours(4), On(6, 12)), (sla.Promise.From, sla.Left, sla.Deadline));
    }

    [Fact]
    public void Where_the_policy_says_so_what_was_left_goes_on_instead()
    {
        var sla = Count([new(On(2, 13), SlaStepKind.Ended), new(On(5, 16), SlaStepKind.Reopened)], On(5, 16), Rules(NineToFive, ReopenedSla.Continue));
        Assert.Equal((Ten, Duration.FromHours(1), On(5, 17)), (sla.Promise.From, sla.Left, sla.Deadline));
        Assert.Equal([SlaSegmentKind.Open, SlaSegmentKind.Ended, SlaSegmentKind.Open], sla.Segments.Select(s => s.Kind));
    }

    [Fact]
    public void A_reopening_follows_the_policy_of_its_own_time()
    {
        var rules = new SlaRules([Of(Instant.MinValue, NineToFive, ReopenedSla.Continue), Of(On(4, 9), NineToFive, ReopenedSla.Restart)]);
        SlaStep[] Back(int day) => [new(On(2, 13), SlaStepKind.Ended), new(On(day, 9), SlaStepKind.Reopened)];
        Assert.Equal(Duration.FromHours(1), Count(Back(3), On(3, 9), rules).Left);
        Assert.Equal(Duration.FromHours(4), Count(Back(5), On(5, 9), rules).Left);
    }

    [Fact]
    public void A_reopening_ends_a_pause()
    {
        var sla = Count([new(On(2, 11), SlaStepKind.Paused), new(On(2, 12), SlaStepKind.Ended), new(On(3, 9), SlaStepKind.Reopened)], On(3, 10));
        Assert.Equal((SlaState.Running, On(3, 13)), (sla.State, sla.Deadline));
    }

    [Fact] // glpi#15605: the pause was lost where the service level changed.
    public void A_rise_in_between_keeps_the_pause_and_the_earlier_deadline_governs()
    {
        var urgent = new SlaPromise(On(2, 12), 1, "business");
        SlaStep[] steps = [new(On(2, 11), SlaStepKind.Paused), new(On(2, 12), SlaStepKind.Resumed)];
        var sla = SlaTimeline.Of([FourHours, urgent], steps, Rules(NineToFive), On(2, 12));
        Assert.Equal((urgent, On(2, 13)), (sla.Promise, sla.Deadline));
        var slow = new SlaPromise(On(2, 14), 4, "business");
        Assert.Equal((FourHours, On(2, 15)), SlaTimeline.Of([FourHours, slow], steps, Rules(NineToFive), On(2, 14)) is var kept ? (kept.Promise, kept.Deadline!.Value) : default);
        var both = SlaTimeline.Of([FourHours, urgent], [.. steps, new(On(2, 12, 30), SlaStepKind.Paused)], Rules(NineToFive), On(3, 9));
        Assert.Equal((SlaState.Paused, urgent, Duration.FromMinutes(30)), (both.State, both.Promise, both.Left));
    }

    [Fact]
    public void A_reopening_after_a_rise_gives_the_hours_of_the_rise()
    {
        var sla = SlaTimeline.Of([FourHours, new SlaPromise(On(2, 11), 2, "business")], [new(On(2, 12), SlaStepKind.Ended), new(On(3, 9), SlaStepKind.Reopened)], Rules(NineToFive), On(3, 9));
        Assert.Equal((2d, On(3, 11)), (sla.Promise.Hours, sla.Deadline));
    }

    [Fact]
    public void Another_calendar_counts_from_the_time_at_which_it_came_into_force()
    {
        var rules = new SlaRules([Of(Instant.MinValue, NineToFive), Of(On(2, 12), Weekdays(NewYork, [], (9, 12), (13, 18)))]);
        var sla = Count([], On(2, 13), rules);
        Assert.Equal(On(2, 15), sla.Deadline);
        Assert.Equal([(SlaSegmentKind.Open, On(2, 12)), (SlaSegmentKind.Closed, On(2, 13)), (SlaSegmentKind.Open, On(2, 15))], sla.Segments.Select(s => (s.Kind, s.To)));
        Assert.Equal(Duration.FromHours(2), sla.Counted);
    }

    [Fact]
    public void A_calendar_that_counts_alike_changes_nothing_and_one_that_is_gone_stays_in_force()
    {
        var rules = new SlaRules([Of(Instant.MinValue, NineToFive), Of(On(2, 11), Weekdays(NewYork, [], (9, 17))), new SlaRuleSet(On(2, 12), new Dictionary<string, BusinessCalendar>(), new())]);
        Assert.Equal(Count([], On(2, 13)).Segments, Count([], On(2, 13), rules).Segments);
        Assert.Same(BusinessCalendar.Always, rules.CalendarAt("nights", Ten));
        Assert.Equal(new SlaPolicy(), new SlaRules([]).PolicyAt(Ten));
    }

    [Fact]
    public void A_holiday_taken_up_after_the_decision_moves_the_deadline()
    {
        var friday = new SlaPromise(On(6, 15), 4, "business");
        var holiday = Weekdays(NewYork, [new LocalDate(2026, 3, 9)], (9, 17));
        var rules = new SlaRules([Of(Instant.MinValue, NineToFive), Of(On(7, 12), holiday)]);
        var sla = SlaTimeline.Of([friday], [], rules, On(8, 12));
        Assert.Equal(At(NewYork, 2026, 3, 10, 11), sla.Deadline);
        Assert.Contains(sla.Segments, s => s.Kind == SlaSegmentKind.Holiday);
        Assert.Equal(3600, sla.Segments.Sum(s => s.ClockShiftSeconds));
    }

    [Fact]
    public void What_comes_later_is_not_known_yet()
    {
        SlaStep[] steps = [new(On(2, 13), SlaStepKind.Paused)];
        Assert.Equal(On(2, 14), Count(steps, On(2, 12)).Deadline);
        Assert.Null(Count(steps, On(2, 13)).Deadline);
    }

    [Fact]
    public void A_warning_is_due_when_its_share_of_the_hours_is_used()
    {
        var sla = Count([new(On(2, 11), SlaStepKind.Paused), new(On(2, 16), SlaStepKind.Resumed)], On(2, 16));
        Assert.Equal(On(2, 16, 30), sla.At(Duration.FromMinutes(90)));
        Assert.Equal(On(3, 10), sla.At(Duration.FromHours(3)));
        Assert.Equal(On(2, 10, 30), Count([new(On(2, 11), SlaStepKind.Paused)], On(2, 16)).At(Duration.FromMinutes(30)));
        Assert.Null(Count([new(On(2, 11), SlaStepKind.Paused)], On(2, 16)).At(Duration.FromMinutes(90)));
    }

    private static SlaTimeline Count(IReadOnlyList<SlaStep> steps, Instant asOf, SlaRules? rules = null) => SlaTimeline.Of([FourHours], steps, rules ?? Rules(NineToFive), asOf);

    private static SlaRules Rules(BusinessCalendar calendar, ReopenedSla reopened = ReopenedSla.Restart) => new([Of(Instant.MinValue, calendar, reopened)]);

    private static SlaRuleSet Of(Instant from, BusinessCalendar calendar, ReopenedSla reopened = ReopenedSla.Restart) =>
        new(from, new Dictionary<string, BusinessCalendar> { ["business"] = calendar }, new SlaPolicy(reopened));

    private static Instant On(int day, int hour, int minute = 0) => At(NewYork, 2026, 3, day, hour, minute);
}
