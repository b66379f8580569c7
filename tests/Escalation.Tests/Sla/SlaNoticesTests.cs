using Escalation.Core.Episodes;
using Escalation.Core.Sla;
using NodaTime;
using static Escalation.Tests.Sla.Calendars;

namespace Escalation.Tests.Sla;

/// <summary>4 hours from Monday 2026-03-02, 10:00 in New York, in a calendar of 9 to 17.</summary>
public sealed class SlaNoticesTests
{
    private static readonly Instant Ten = On(2, 10);
    private static readonly SlaPolicy Usual = new();

    [Fact]
    public void Nothing_is_due_before_its_time_and_the_next_look_is_at_the_first_of_it()
    {
        var agenda = Of(On(2, 10, 10), chain: ["lead"]);
        Assert.Empty(agenda.Due);
        Assert.Equal(On(2, 10, 30), agenda.Next);                                                  // the chain, after 30 minutes
        Assert.Equal(On(2, 13), Of(On(2, 10, 10)).Next);                                           // the warning, after 3 of 4 hours
        Assert.Equal(On(2, 14), Of(On(2, 10, 10), Usual with { WarnAt = 0 }).Next);
    }

    [Fact]
    public void A_warning_comes_once_and_then_the_breach_once()
    {
        var warning = Assert.Single(Of(On(2, 13)).Due);
        Assert.Equal((SlaNoticeKind.Warning, On(2, 13)), (warning.Kind, warning.Due));
        var warned = new FiredSlaNotice(warning, On(2, 13));
        Assert.Equal((0, On(2, 14)), (Of(On(2, 13, 30), fired: [warned]).Due.Count, Of(On(2, 13, 30), fired: [warned]).Next));
        var breach = Assert.Single(Of(On(2, 14), fired: [warned]).Due);
        Assert.Equal((SlaNoticeKind.Breach, On(2, 14)), (breach.Kind, breach.Due));
        var after = Of(On(6, 14), fired: [warned, new FiredSlaNotice(breach, On(2, 14))]);
        Assert.Equal((0, null), (after.Due.Count, after.Next));
    }

    [Fact]
    public void A_warning_that_is_too_late_is_left_out() =>
        Assert.Equal([SlaNoticeKind.Breach], Of(On(3, 9)).Due.Select(n => n.Kind));

    [Theory]
    [InlineData(SlaTelling.Always, true)]
    [InlineData(SlaTelling.Inside, false)]
    public void What_is_due_at_night_is_told_then_or_waits_for_the_opening_as_the_policy_says(SlaTelling telling, bool atOnce)
    {
        var policy = Usual with { Breach = telling };
        var agenda = Of(On(2, 22), policy);                                                         // the service was down from noon on
        Assert.Equal(atOnce ? [SlaNoticeKind.Breach] : [], agenda.Due.Select(n => n.Kind));
        if (!atOnce) Assert.Equal(On(3, 9), agenda.Next);
        Assert.Equal([SlaNoticeKind.Breach], Of(On(3, 9), policy).Due.Select(n => n.Kind));
    }

    [Fact] // glpi#22678: a level of the chain was told at midnight.
    public void The_chain_goes_on_level_by_level_within_opening_hours_until_its_cap()
    {
        string[] chain = ["first", "second", "third", "fourth"];
        var fired = new List<FiredSlaNotice>();
        foreach (var (at, to) in new[] { (On(2, 10, 30), "first"), (On(2, 16, 45), "second"), (On(3, 9, 15), "third") })
        {
            var earlier = Of(at - Duration.FromMinutes(1), Usual with { WarnAt = 0 }, chain, [.. fired, Breached]);
            Assert.Empty(earlier.Due);
            Assert.Equal(at, earlier.Next);
            var notice = Assert.Single(Of(at, Usual with { WarnAt = 0 }, chain, [.. fired, Breached]).Due);
            Assert.Equal((SlaNoticeKind.Chain, to, fired.Count + 1), (notice.Kind, notice.To, notice.Level));
            fired.Add(new FiredSlaNotice(notice, to == "first" ? On(2, 16, 15) : at));              // the first was told late
        }
        var end = Of(On(6, 10), Usual with { WarnAt = 0 }, chain, [.. fired, Breached]);
        Assert.Equal((0, null), (end.Due.Count, end.Next));
    }

    [Fact]
    public void After_a_night_without_the_service_one_level_is_told_and_not_all() =>
        Assert.Equal(["first"], Of(On(6, 10), chain: ["first", "second", "third"], fired: [Breached]).Due.Select(n => n.To));

    [Fact]
    public void A_chain_that_is_told_always_counts_all_minutes()
    {
        var policy = Usual with { Chain = SlaTelling.Always, WarnAt = 0 };
        var first = Assert.Single(Of(On(2, 10, 30), policy, ["a", "b"]).Due);
        Assert.Equal(On(2, 20, 30), Of(On(2, 20), policy, ["a", "b"], [new FiredSlaNotice(first, On(2, 20)), Breached]).Next);
    }

    [Theory]
    [InlineData(EpisodeStatus.Acknowledged)]
    [InlineData(EpisodeStatus.Assigned)]
    [InlineData(EpisodeStatus.Snoozed)]
    public void Who_looks_at_it_ends_the_chain_and_not_the_warning(EpisodeStatus status)
    {
        var seen = Some.Episode(Ten) with { Status = status };
        Assert.Empty(Of(On(2, 12), chain: ["lead"], episode: seen).Due);
        Assert.Equal([SlaNoticeKind.Warning], Of(On(2, 13), chain: ["lead"], episode: seen).Due.Select(n => n.Kind));
    }

    [Fact]
    public void After_a_snooze_the_chain_waits_its_time_anew() =>
        Assert.Equal(On(2, 12, 30), Of(On(2, 12, 5), Usual with { WarnAt = 0 }, ["lead"], episode: Some.Episode(Ten) with { Status = EpisodeStatus.Snoozed, SnoozedUntil = On(2, 12) }).Next);

    [Fact]
    public void A_pause_holds_everything_back_and_what_has_ended_is_silent()
    {
        SlaStep[] waits = [new(On(2, 10, 20), SlaStepKind.Paused)];
        Assert.Equal((0, null), Of(On(4, 10), chain: ["lead"], steps: waits) is var paused ? (paused.Due.Count, paused.Next) : default);
        Assert.Empty(Of(On(4, 10), chain: ["lead"], episode: Some.Episode(Ten) with { Status = EpisodeStatus.Resolved, EndedAt = On(2, 11) }).Due);
    }

    [Fact]
    public void A_reopened_escalation_and_a_rise_are_warned_of_anew()
    {
        var warned = new FiredSlaNotice(Assert.Single(Of(On(2, 13)).Due), On(2, 13));
        SlaStep[] back = [new(On(2, 13, 30), SlaStepKind.Ended), new(On(3, 10), SlaStepKind.Reopened)];
        Assert.Equal([SlaNoticeKind.Warning], Of(On(3, 13), fired: [warned], steps: back).Due.Select(n => n.Kind));
        Assert.Empty(Of(On(3, 12), fired: [warned], steps: back).Due);
    }

    [Fact]
    public void What_was_due_before_it_was_imported_is_silent_and_what_is_due_later_is_told()
    {
        var asked = Asked(On(2, 13, 30), Usual, ["lead"], [], Some.Episode(Ten), []) with { WatchedFrom = On(2, 13, 15) };
        var agenda = SlaNotices.Of(asked);
        Assert.Equal((0, On(2, 14)), (agenda.Due.Count, agenda.Next));
        Assert.Equal([SlaNoticeKind.Breach], SlaNotices.Of(Asked(On(2, 14), Usual, ["lead"], [], Some.Episode(Ten), []) with { WatchedFrom = On(2, 13, 15) }).Due.Select(n => n.Kind));
    }

    private static FiredSlaNotice Breached => new(new SlaNotice($"{Ten.ToUnixTimeMilliseconds()}/breach/0", SlaNoticeKind.Breach, 0, null, On(2, 14)), On(2, 14));

    private static SlaAgenda Of(Instant now, SlaPolicy? policy = null, string[]? chain = null, FiredSlaNotice[]? fired = null, Episode? episode = null, SlaStep[]? steps = null) =>
        SlaNotices.Of(Asked(now, policy ?? Usual, chain ?? [], fired ?? [], episode ?? Some.Episode(Ten), steps ?? []));

    private static SlaQuestion Asked(Instant now, SlaPolicy policy, string[] chain, FiredSlaNotice[] fired, Episode episode, SlaStep[] steps)
    {
        var rules = new SlaRules([new SlaRuleSet(Instant.MinValue, new Dictionary<string, BusinessCalendar> { ["business"] = NineToFive }, policy)]);
        return new SlaQuestion(episode, SlaTimeline.Of([new SlaPromise(Ten, 4, "business")], steps, rules, now), policy, chain, fired, Instant.MinValue, now);
    }

    private static Instant On(int day, int hour, int minute = 0) => At("America/New_York", 2026, 3, day, hour, minute);
}
