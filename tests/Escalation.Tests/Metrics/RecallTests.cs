using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using NodaTime;
using static Escalation.Tests.Metrics.SomeOutcomes;

namespace Escalation.Tests.Metrics;

public sealed class RecallTests
{
    [Fact]
    public void A_ticket_of_a_blind_audit_stands_for_those_that_were_not_drawn()
    {
        // Flagged and confirmed: 6 (weight 1). Raised by a person unflagged: 1. Audit of the unflagged at 1/4: one needed (weight 4), two not.
        // Recall = 6 / (6 + 1 + 4) = .545454545 over the 8 tickets that needed it.
        var metrics = Measure(
            [
                .. Enumerable.Range(1, 6).Select(i => Ticket($"t{i}", needed: true)), Ticket("raised", needed: true) with { SeenByPersonAt = Start + Duration.FromHours(2) },
                Ticket("a1", needed: true).Audited(.25), Ticket("a2", needed: false).Audited(.25), Ticket("a3", needed: false).Audited(.25), Ticket("unknown"),
            ],
            [.. Enumerable.Range(1, 6).Select(i => Episode($"t{i}")), Episode("raised", at: Start + Duration.FromHours(2)).ByPerson(), Episode("unknown")]);
        Assert.Equal((.545454545, 8), metrics.Of("recall"));
        var recall = metrics.Find("recall")!;
        Assert.Equal(MetricStatus.Ok, recall.Status);
        Assert.True(recall.Low < .3 && recall.High > .75, $"{recall}: the one audited miss weighs much");
    }

    [Fact]
    public void Without_an_audit_there_is_no_lower_bound()
    {
        var recall = Measure([Ticket("t1", needed: true), Ticket("t2", needed: true)], Episode("t1")).Find("recall")!;
        Assert.Equal((.5, 2, null, MetricStatus.NoLowerBound), (recall.Value, recall.N, recall.Low, recall.Status));
        Assert.NotNull(recall.High);
    }

    [Fact]
    public void Blind_confirmations_of_what_was_escalated_are_no_audit_of_what_was_missed()
    {
        var blind = Ticket("t1", needed: true) with { Audit = new AuditDraw("daily", AuditDraw.Escalated, .1) };
        Assert.Equal((null, MetricStatus.NoLowerBound), Measure([blind], Episode("t1")).Find("recall") is { } recall ? (recall.Low, recall.Status) : default);
    }

    [Fact]
    public void An_audit_without_a_miss_leaves_as_many_as_its_size_cannot_rule_out()
    {
        // 10 caught. Audit: 20 unflagged at 1/5 stand for 100, none needed: up to 100 x 3.8415/23.8415 = 16.11 may be missed. 10 / 26.11 = .383.
        var recall = Measure(
            [.. Enumerable.Range(0, 10).Select(i => Ticket($"t{i}", needed: true)), .. Enumerable.Range(0, 20).Select(i => Ticket($"a{i}", needed: false).Audited(.2))],
            Enumerable.Range(0, 10).Select(i => Episode($"t{i}"))).Find("recall")!;
        Assert.Equal(1, recall.Value);
        Assert.Equal(.383, recall.Low!.Value, 3);
    }

    [Fact]
    public void A_flag_after_a_person_saw_it_came_too_late()
    {
        var seen = Start + Duration.FromHours(5);
        var metrics = Measure(
            [Ticket("early", needed: true) with { SeenByPersonAt = seen }, Ticket("late", needed: true) with { SeenByPersonAt = seen }],
            Episode("early", at: Start), Episode("late", at: Start + Duration.FromHours(6)));
        Assert.Equal((.5, 2), metrics.Of("recall"));
    }

    [Fact]
    public void Nobody_in_need_is_no_data() =>
        Assert.Equal(MetricValue.NoData("share"), Measure([Ticket("t1", needed: false).Audited(.5)], Episode("t2")).Find("recall"));
}
