using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Replay;
using Escalation.Replay.Arms;
using Escalation.Replay.Sweep;

namespace Escalation.Tests.Replay.Sweep;

public sealed class SweepTests
{
    private static readonly Configuration Present = SomeRules.Of(
        [SomeRules.Signal("never", "contacts.Last7d > 999", "repeat_contact", .5)], null,
        ("keywords.json", """{"classes":{"alarm":{"trigger":"legal_or_compliance","confidence":0.7,"words":["alarm"]},"bell":{"trigger":"legal_or_compliance","confidence":0.65,"words":["bell"]}}}"""),
        ("policy.json", """{"thresholds":{"monitor":0.3,"priority":0.6,"immediate":0.8},"defaultCalendar":"always"}"""));

    private static SweptRules Swept(string text) => SweptRules.Of(Present, SweepRange.Parse(text, out _)!, out var problem) ?? throw new InvalidOperationException(problem);

    private static SweepCurve Run(string text, SweepChoice? choice = null, int workers = 1) =>
        SweepRun.Run(Swept(text), SomeHistory.Records(), new ReplayOptions { Workers = workers }, choice ?? new(null, null, null), TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("policy.json:thresholds.priority=0.5..0.8:0.1", new[] { .5, .6, .7, .8 })]
    [InlineData("policy.json:thresholds.priority=0.5..0.8", new[] { .5, .55, .6, .65, .7, .75, .8 })]
    [InlineData("policy.json:a.b=1..2:0.7", new[] { 1, 1.7 })]
    public void A_range_is_read(string text, double[] values) => Assert.Equal(values, SweepRange.Parse(text, out _)!.Values);

    [Theory]
    [InlineData("policy.json=1..2", "FILE:PATH=FROM..TO")]
    [InlineData("policy.json:a=2..1", "FILE:PATH=FROM..TO")]
    [InlineData("policy.json:a=1..2:-1", "FILE:PATH=FROM..TO")]
    [InlineData("policy.json:a=0..1:0.0001", "10001 values")]
    public void What_is_no_range_is_said(string text, string expected)
    {
        Assert.Null(SweepRange.Parse(text, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("policy.json:thresholds.prio=0.5..0.7", "monitor, priority, immediate")]
    [InlineData("policy.json:thresholds=0.5..0.7", "no number")]
    [InlineData("nothing.json:thresholds=0.5..0.7", "has no nothing.json")]
    [InlineData("policy.json:thresholds.priority=0.81..0.9:0.05", "must rise")]
    public void A_number_that_cannot_be_tried_is_said(string text, string expected)
    {
        Assert.Null(SweptRules.Of(Present, SweepRange.Parse(text, out _)!, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_are_analyzed_once_for_all_values_of_a_threshold() =>
        Assert.Single(Swept("policy.json:thresholds.priority=0.5..0.75").Arms.Select(a => a.Configuration.Analyzer).Distinct());

    [Fact]
    public void Every_value_decides_as_a_replay_of_the_changed_folder_does()
    {
        var curve = Run("policy.json:thresholds.priority=0.5..0.75:0.125");
        Assert.Equal([.5, .6, .625, .75], curve.Points.Select(p => p.Value));
        Assert.Equal([false, true, false, false], curve.Points.Select(p => p.IsPresent));
        foreach (var (point, arm) in curve.Points.Zip([1, 0, 2, 3]))
        {
            using var alone = ReplayEngine.Run([new ReplayArm("alone", Swept("policy.json:thresholds.priority=0.5..0.75:0.125").Arms[arm].Configuration)], SomeHistory.Records(), new ReplayOptions { Workers = 1 }, TestContext.Current.CancellationToken);
            Assert.Equal(alone.Arms[0].Metrics.Metrics[MetricIds.Recall], point.Recall);
            Assert.Equal(alone.Arms[0].Metrics.Metrics[MetricIds.FalsePositiveRate], point.FalsePositiveRate);
        }
        Assert.True(curve.Points[0].EscalationsADay > curve.Points[^1].EscalationsADay);
        Assert.Equal(0, curve.Points[^1].EscalationsADay);        // .7 and .65 are not above .75
        Assert.Equal(40, curve.Days, 9);                          // from the first message to the last
    }

    [Fact]
    public void A_value_that_the_rules_refuse_is_left_out_and_said()
    {
        var curve = Run("policy.json:thresholds.priority=0.5..0.8:0.1");
        Assert.Equal([.5, .6, .7], curve.Points.Select(p => p.Value));
        Assert.Contains("0.8: the thresholds must rise", Assert.Single(curve.LeftOut), StringComparison.Ordinal);
        Assert.Contains("left out 0.8", SweepText.Write(curve), StringComparison.Ordinal);
    }

    [Fact]
    public void Costs_or_capacity_choose_and_equal_points_leave_the_rules_as_they_are()
    {
        const string range = "policy.json:thresholds.priority=0.5..0.75:0.05";
        double Chosen(SweepChoice choice) => Run(range, choice) is { Chosen: { } chosen } curve ? curve.Points[chosen].Value : double.NaN;
        Assert.Null(Run(range).Chosen);
        Assert.Equal(.6, Chosen(new(CostMiss: 100, CostFalse: 1, null)));
        Assert.Equal(.7, Chosen(new(CostMiss: 0, CostFalse: 1, null)));           // nothing is escalated, so that nothing is false
        Assert.Equal(.6, Chosen(new(null, null, Capacity: 100)));
        Assert.Equal(.65, Chosen(new(null, null, Capacity: 4.5 / 40)));           // four alarms fit, the bells do not
        Assert.Contains("no value keeps within", Run("policy.json:thresholds.priority=0.5..0.55:0.05", new(null, null, Capacity: .001)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_curve_does_not_depend_on_the_number_of_threads() =>
        Assert.Equal(SweepText.WriteCsv(Run("policy.json:thresholds.priority=0.5..0.75", workers: 1)), SweepText.WriteCsv(Run("policy.json:thresholds.priority=0.5..0.75", workers: 4)));
}
