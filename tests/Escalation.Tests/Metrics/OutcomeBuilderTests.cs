using Escalation.Core.Episodes;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Tests.Sla;
using NodaTime;
using static Escalation.Tests.Metrics.SomeOutcomes;

namespace Escalation.Tests.Metrics;

public sealed class OutcomeBuilderTests
{
    [Theory]
    [InlineData(LabelKind.Confirmed, null, null, ReviewVerdict.Confirmed)]
    [InlineData(LabelKind.Missed, null, null, ReviewVerdict.Confirmed)]
    [InlineData(LabelKind.Dismissed, DismissalReason.NotUrgent, null, ReviewVerdict.Dismissed)]
    [InlineData(LabelKind.Dismissed, DismissalReason.NotFrustrated, null, ReviewVerdict.Dismissed)]
    [InlineData(LabelKind.Dismissed, DismissalReason.WrongPerson, null, ReviewVerdict.Dismissed)]
    [InlineData(LabelKind.Dismissed, DismissalReason.Other, null, ReviewVerdict.Dismissed)]
    [InlineData(LabelKind.Dismissed, null, null, ReviewVerdict.Dismissed)]
    [InlineData(LabelKind.Dismissed, DismissalReason.Duplicate, null, ReviewVerdict.ProcessError)]
    [InlineData(LabelKind.Dismissed, DismissalReason.AlreadyHandled, true, ReviewVerdict.ProcessError)]
    [InlineData(LabelKind.Frustration, null, false, ReviewVerdict.Dismissed)]   // an audit said that nothing was needed
    [InlineData(LabelKind.TeamCorrected, null, null, ReviewVerdict.Unreviewed)]
    public void A_label_is_a_verdict_by_its_kind_reason_and_need(LabelKind kind, DismissalReason? reason, bool? needed, ReviewVerdict verdict) =>
        Assert.Equal(verdict, OutcomeBuilder.VerdictOf(Label("a", kind, Start) with { Reason = reason, Needed = needed }));

    [Theory]
    [InlineData(true, 0d, 1)]       // who worked on it said that it was right, and that is what counts
    [InlineData(false, 1d, 1)]      // nobody else has spoken
    public void A_blind_confirmation_stands_beside_what_others_say_and_counts_alone_where_nobody_has(bool isConfirmed, double rate, int n)
    {
        var blind = Label("b", LabelKind.Frustration, Hour(5), origin: LabelOrigin.Audit) with { Needed = false, Audit = new AuditDraw("daily", AuditDraw.Escalated, .1) };
        var set = Build(isConfirmed ? [Label("a", LabelKind.Confirmed, Hour(3), episode: "t1#1"), blind] : [blind], TrailOf(Assigned("senior-support", 1)));
        Assert.Equal((rate, n), set.Of("falsePositiveRate"));
        Assert.Equal((1d, 1), set.Of("falsePositiveRate.blind"));
        Assert.DoesNotContain("falsePositiveRate.blind", Build([Label("a", LabelKind.Confirmed, Hour(3), episode: "t1#1")], TrailOf(Assigned("senior-support", 1))).Details.Keys);
    }

    [Fact]
    public void A_correction_by_a_person_wins_over_the_team_that_resolved()
    {
        var trail = TrailOf(Assigned("billing", 1), Resolved(20, "billing"));
        Assert.Equal((0d, 1), Build([], trail).Of("routingAccuracy"));                                                                  // billing resolved, senior-support was first
        Assert.Equal((1d, 1), Build([Label("a", LabelKind.TeamCorrected, Hour(3), episode: "t1#1") with { RightTeam = "senior-support" }], trail).Of("routingAccuracy"));
    }

    [Fact]
    public void A_team_that_held_the_ticket_without_working_on_it_is_not_the_right_one() =>
        Assert.Equal(MetricStatus.NoData, Build([], TrailOf(Assigned("billing", 1), Resolved(20, null, ActorKind.Robot))).Find("routingAccuracy")!.Status);

    [Fact]
    public void A_team_that_answered_before_a_robot_closed_is_the_right_one()
    {
        var trail = TrailOf(Assigned("senior-support", 1));
        trail.Add(Some.Message("Done.", Hour(10), author: Author.Agent) with { Team = "senior-support" });
        trail.Add(Resolved(20, null, ActorKind.Robot));
        Assert.Equal((1d, 1), Build([], trail).Of("routingAccuracy"));
    }

    [Fact]
    public void A_robot_that_closes_later_what_a_person_resolved_changes_nothing() =>
        Assert.Equal((1d, 1), Build([], TrailOf(Assigned("senior-support", 1), Resolved(20, null), Resolved(90, null, ActorKind.Robot))).Of("routingAccuracy"));

    [Fact]
    public void Moves_and_contacts_after_the_answer_are_counted_from_the_trail()
    {
        var trail = TrailOf(Assigned("senior-support", 1), Assigned("billing", 2), Assigned("billing", 3));
        trail.Add(Some.Message("It is still broken and nobody tells me anything", Hour(4)));                    // before any answer
        trail.Add(Some.Message("Which browser is it?", Hour(5), author: Author.Agent));
        trail.Add(Some.Message("It is the newest one on my work laptop", Hour(6)));                             // answers a question
        trail.Add(Some.Message("Please try again now.", Hour(7), author: Author.Agent));
        trail.Add(Some.Message("Thanks, works now!", Hour(8)));                                                 // a closing word
        trail.Add(Some.Message("No, it has come back and I am losing orders again", Hour(9)));
        Assert.Equal(1, trail.TeamMoves("senior-support", Hour(0), Hour(50)));
        Assert.Equal(1, trail.ContactsAfterAnswer(Hour(0), Hour(50)));
        Assert.Equal((1d, 1), Build([], trail).Of("routingAccuracy.moves"));
    }

    [Fact]
    public void Raised_by_a_person_first_is_missed_and_flagged_first_is_caught()
    {
        Assert.Equal((0d, 1), Build([], TrailOf(), raised: Hour(-1)).Of("recall"));
        Assert.Equal((1d, 1), Build([], TrailOf(), raised: Hour(1)).Of("recall"));
    }

    [Fact]
    public void A_draw_counts_by_its_probability_only_where_nothing_else_is_known()
    {
        var audit = Label("a", LabelKind.Missed, Hour(40), ticket: "t2", origin: LabelOrigin.Audit) with { Audit = new AuditDraw("blind", "low", .1) };
        Assert.Equal((.090909091, 2), Recall(audit));                                                           // 1 / (1 + 10)
        Assert.Equal((.5, 2), Recall(audit, Label("b", LabelKind.Missed, Hour(30), ticket: "t2")));             // an agent named it: 1 / (1 + 1)

        static (double?, int) Recall(params Label[] labels)
        {
            var builder = new OutcomeBuilder([Label("c", LabelKind.Confirmed, Hour(2), episode: "t1#1"), .. labels], [Live], t => t, AsOf);
            return EscalationMetrics.Compute(builder.Build([Summary("t1"), Summary("t2")], [Live], isLive: true)).Of("recall");
        }
    }

    [Fact]
    public void Resolutions_are_counted_in_business_hours_where_a_calendar_is_given()
    {
        // Opened Thursday 2026-04-02 00:00 UTC = Wednesday 20:00 in New York, resolved 20 h later at 16:00: 9:00 to 16:00 are 7 hours.
        var builder = new OutcomeBuilder([], [], t => t, AsOf) { BusinessHours = Calendars.NineToFive };
        Assert.Equal((7d, 1), EscalationMetrics.Compute(builder.Build([Summary("t1")], [Live], isLive: true)).Of("averageResolutionHours.business"));
    }

    [Fact]
    public void A_candidate_is_measured_against_the_live_episode_that_it_overlaps()
    {
        var candidate = RawEpisode("x#1", "t1", Hour(-3), Hour(20));
        var builder = new OutcomeBuilder([Label("a", LabelKind.Dismissed, Hour(2), episode: "t1#1") with { Reason = DismissalReason.NotUrgent }], [Live], t => t, AsOf);
        var metrics = EscalationMetrics.Compute(builder.Build([Summary("t1")], [candidate], isLive: false));
        Assert.Equal((3d, 1), metrics.Of("leadTimeHours"));
        Assert.Equal((1d, 1), metrics.Of("falsePositiveRate"));
        Assert.Equal(MetricStatus.NoData, EscalationMetrics.Compute(builder.Build([Summary("t1")], [Live], isLive: true)).Find("leadTimeHours")!.Status);
    }

    [Fact]
    public void A_trail_follows_the_first_assignment_where_the_episode_had_no_team()
    {
        var raised = Live with { OpenedBy = ActorKind.Human, FirstTeam = null };
        var builder = new OutcomeBuilder([], [], t => t, AsOf) { TrailOf = _ => TrailOf(Assigned("billing", 1), Resolved(20, "billing")) };
        var metrics = EscalationMetrics.Compute(builder.Build([Summary("t1")], [raised], isLive: true));
        Assert.Equal((1d, 1), metrics.Of("routingAccuracy.human"));
    }

    private static readonly Episode Live = RawEpisode("t1#1", "t1", Hour(0), Hour(20));

    private static MetricSet Build(IEnumerable<Label> labels, TicketTrail trail, Instant? raised = null)
    {
        var builder = new OutcomeBuilder(labels, [Live], t => t, AsOf) { TrailOf = _ => trail };
        return EscalationMetrics.Compute(builder.Build([Summary("t1") with { RaisedByPersonAt = raised }], [Live], isLive: true));
    }

    private static TicketSummary Summary(string ticket) => new(new(ticket), new("of " + ticket), Start, null, ["channel=email"]);

    private static TicketTrail TrailOf(params TicketEvent[] events)
    {
        var trail = new TicketTrail();
        foreach (var happened in events) trail.Add(happened);
        return trail;
    }

    private static TicketEvent Assigned(string team, int hour) => Some.Event(EventKind.Assigned, Hour(hour)) with { Team = team };

    private static TicketEvent Resolved(int hour, string? team, ActorKind by = ActorKind.Human) => Some.Event(EventKind.Resolved, Hour(hour), actor: by) with { Team = team };

    private static Instant Hour(int hours) => Start + Duration.FromHours(hours);
}
