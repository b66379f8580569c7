using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using NodaTime;
using static Escalation.Tests.Metrics.SomeOutcomes;

namespace Escalation.Tests.Metrics;

public sealed class RateTests
{
    [Fact]
    public void Escalation_rate_is_tickets_with_an_episode_over_tickets_created()
    {
        // 5 tickets; t1 has two machine episodes, t2 one by a person, the others none: 2/5; machine 1/5, human 1/5; 3 episodes over 5 tickets.
        var metrics = Measure([.. Enumerable.Range(1, 5).Select(i => Ticket($"t{i}"))],
            Episode("t1").Resolved(1), Episode("t1", at: Start + Duration.FromDays(2)), Episode("t2").ByPerson());
        Assert.Equal((.4, 5), metrics.Of("escalationRate"));
        Assert.Equal((.2, 5), metrics.Of("escalationRate.machine"));
        Assert.Equal((.2, 5), metrics.Of("escalationRate.human"));
        Assert.Equal((.6, 5), metrics.Of("escalationRate.episodesPerTicket"));
        Assert.Equal(Wilson.Interval(.4, 5).Low, metrics.Find("escalationRate")!.Low!.Value, 8);
    }

    [Fact]
    public void False_positive_rate_is_dismissed_over_reviewed_machine_episodes()
    {
        // Machine: 3 confirmed, 1 dismissed, 1 duplicate, 1 already handled, 2 unreviewed; a person's dismissed one does not count.
        // Rate 1/(3+1) = .25. Unreviewed 2/8. Process errors 2/8. Without these 6 are left: 1/6 dismissed at least, (1+2)/6 at most.
        var metrics = Measure(
            Episode("t1").Said(ReviewVerdict.Confirmed), Episode("t2").Said(ReviewVerdict.Confirmed), Episode("t3").Said(ReviewVerdict.Confirmed),
            Episode("t4").Said(ReviewVerdict.Dismissed, DismissalReason.NotUrgent),
            Episode("t5").Said(ReviewVerdict.ProcessError, DismissalReason.Duplicate), Episode("t6").Said(ReviewVerdict.ProcessError, DismissalReason.AlreadyHandled),
            Episode("t7"), Episode("t8"), Episode("t9").ByPerson().Said(ReviewVerdict.Dismissed));
        Assert.Equal((.25, 4), metrics.Of("falsePositiveRate"));
        Assert.Equal((.25, 8), metrics.Of("falsePositiveRate.unreviewedShare"));
        Assert.Equal((.25, 8), metrics.Of("falsePositiveRate.processErrorShare"));
        Assert.Equal((.166666667, 6), metrics.Of("falsePositiveRate.lowerBound"));
        Assert.Equal((.5, 6), metrics.Of("falsePositiveRate.upperBound"));
        Assert.Equal(MetricStatus.NoData, metrics.Find("falsePositiveRate.classic")!.Status);
    }

    [Fact]
    public void The_classic_rate_takes_its_true_negatives_from_a_blind_audit()
    {
        // 1 dismissed (FP). Audit: two unflagged tickets that needed nothing, drawn with 1/10: 20 true negatives. 1/(1+20).
        var metrics = Measure([Ticket("t2", needed: false).Audited(.1), Ticket("t3", needed: false).Audited(.1), Ticket("t4", needed: true).Audited(.1)],
            Episode("t1").Said(ReviewVerdict.Dismissed), Episode("t5").Said(ReviewVerdict.Confirmed));
        Assert.Equal((.047619048, 3), metrics.Of("falsePositiveRate.classic"));
    }

    [Fact]
    public void What_is_younger_than_14_days_is_immature_and_counted_apart()
    {
        var young = AsOf - Duration.FromDays(13);
        var metrics = Measure([Ticket("t1", needed: true), Ticket("t2", needed: true, at: young)],
            Episode("t1").Said(ReviewVerdict.Confirmed), Episode("t2", at: young).Said(ReviewVerdict.Dismissed));
        Assert.Equal((0d, 1), metrics.Of("falsePositiveRate"));
        Assert.Equal((1d, 1), metrics.Of("recall"));
        Assert.Equal((1d, 2), metrics.Of("escalationRate"));   // needs no label
        Assert.Equal((1, 1), (metrics.ImmatureTickets, metrics.ImmatureEpisodes));
    }

    [Fact]
    public void Exactly_14_days_are_mature() =>
        Assert.Equal(0, Measure(Episode("t1", at: AsOf - Duration.FromDays(14))).ImmatureEpisodes);

    [Fact]
    public void What_came_after_the_instant_is_not_known()
    {
        var metrics = Measure([Ticket("t1"), Ticket("t2", at: AsOf + Duration.FromHours(1))], Episode("t1").Resolved(24 * 61), Episode("t2", at: AsOf + Duration.FromHours(1)));
        Assert.Equal((1d, 1), metrics.Of("escalationRate"));
        Assert.Equal(new EpisodeBalance(1, 0, 1, 0, 0), metrics.Balance);   // resolved a day later, pending now
    }
}
