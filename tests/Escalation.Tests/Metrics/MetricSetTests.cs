using Escalation.Core.Metrics;
using static Escalation.Tests.Metrics.SomeOutcomes;

namespace Escalation.Tests.Metrics;

public sealed class MetricSetTests
{
    [Fact]
    public void All_nine_metrics_are_there_and_none_is_0_without_data()
    {
        var metrics = Measure([], []);
        Assert.Equal(MetricIds.All, metrics.Metrics.Keys);
        Assert.All(metrics.Metrics.Values.Concat(metrics.Details.Values), m => Assert.Equal((null, 0, null, null, MetricStatus.NoData), (m.Value, m.N, m.Low, m.High, m.Status)));
    }

    [Fact]
    public void Every_metric_with_data_says_n_unit_and_an_interval_around_its_value()
    {
        var metrics = Measure(
            [.. Enumerable.Range(0, 20).Select(i => Ticket($"t{i}", needed: i < 9, customer: $"c{i % 6}")), Ticket("audited", needed: true).Audited(.5)],
            [
                .. Enumerable.Range(0, 12).Select(i => Episode($"t{i}", $"c{i % 6}").Resolved(i + 1).Said(i % 3 == 0 ? ReviewVerdict.Dismissed : ReviewVerdict.Confirmed)
                    .Routed("support", i % 4 == 0 ? "on-call" : "support") with { LiveOpenedAt = Start + NodaTime.Duration.FromHours(i) }),
                .. Enumerable.Range(0, 4).Select(i => Episode($"t{i}", $"c{i % 6}", Start + NodaTime.Duration.FromDays(3)).Resolved(1)), Episode("t15", "c1"),
            ]);
        Assert.All(metrics.Metrics, m =>
        {
            Assert.True(m.Value.N > 0, m.Key);
            Assert.NotEmpty(m.Value.Unit);
            Assert.True(m.Value.Low <= m.Value.Value && m.Value.Value <= m.Value.High, $"{m.Key}: {m.Value}");
        });
    }

    [Fact]
    public void Differences_are_candidate_less_baseline_in_every_metric()
    {
        var tickets = Enumerable.Range(0, 10).Select(i => Ticket($"t{i}", needed: i < 4)).ToList();
        var baseline = Measure(tickets, Enumerable.Range(0, 6).Select(i => Episode($"t{i}").Said(i < 4 ? ReviewVerdict.Confirmed : ReviewVerdict.Dismissed)));
        var candidate = Measure(tickets, Enumerable.Range(0, 4).Select(i => Episode($"t{i}").Said(ReviewVerdict.Confirmed)));
        var differences = candidate.Minus(baseline);
        Assert.Equal(MetricIds.All, differences.Keys);
        Assert.Equal((-.2, 10), (differences["escalationRate"].Value, differences["escalationRate"].N));          // .4 - .6
        Assert.Equal((-.333333333, 4), (differences["falsePositiveRate"].Value, differences["falsePositiveRate"].N));
        Assert.Equal((0d, MetricStatus.NoLowerBound), (differences["recall"].Value, differences["recall"].Status));
        Assert.Equal(new MetricValue(-2, 4, -2, -2, "episodes", MetricStatus.Ok), differences["pending"]);
        Assert.Equal(MetricStatus.NoData, differences["routingAccuracy"].Status);
    }

    [Fact]
    public void A_slice_holds_its_own_tickets_and_episodes_and_keeps_links_to_others()
    {
        var outcomes = new Outcomes(
            [Ticket("t1") with { Slices = ["channel=chat"] }, Ticket("t2") with { Slices = ["channel=email", "tier=gold"] }],
            [
                Episode("t1", "c1").Resolved(1) with { IssueKey = "app|billing", Slices = ["channel=chat"] },
                Episode("t2", "c1", Start + NodaTime.Duration.FromDays(2)) with { IssueKey = "app|billing", Slices = ["channel=email", "tier=gold"] },
            ], AsOf);
        Assert.Equal(["channel=chat", "channel=email", "tier=gold"], outcomes.SliceKeys);
        var chat = EscalationMetrics.Compute(outcomes.Slice("channel=chat"));
        Assert.Equal((1d, 1), chat.Of("escalationRate"));
        Assert.Equal((1d, 1), chat.Of("reEscalationRate"));   // the customer came back by mail
        Assert.Equal(MetricStatus.NoData, EscalationMetrics.Compute(outcomes.Slice("channel=phone")).Find("escalationRate")!.Status);
    }

    [Fact]
    public void The_same_outcomes_in_any_order_give_the_same_figures()
    {
        var tickets = Enumerable.Range(0, 60).Select(i => Ticket($"t{i}", needed: i % 3 == 0, customer: $"c{i % 11}")).ToList();
        var episodes = Enumerable.Range(0, 60).Where(i => i % 2 == 0).Select(i => Episode($"t{i}", $"c{i % 11}").Resolved(i / 7d).Said(ReviewVerdict.Confirmed).Routed("a", i % 5 == 0 ? "b" : "a")).ToList();
        Assert.Equal(Measure(tickets, episodes).Metrics, Measure(Enumerable.Reverse(tickets), Enumerable.Reverse(episodes)).Metrics);
    }
}
