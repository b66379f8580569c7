using Escalation.Trainer.Evaluation;

namespace Escalation.Tests.Trainer.Evaluation;

public sealed class ThresholdsTests
{
    [Fact]
    public void Where_all_called_are_positive_the_interval_is_that_of_so_many_rows_and_not_a_certainty()
    {
        var line = Thresholds.Of(Rows(100, i => i < 20 ? .9 + (i * .001) : .1, i => i < 20)).Single(t => t.When == "a miss costs as much as a false alarm");
        Assert.Equal((1, 1), (line.Precision.Value, line.Precision.High));
        Assert.Equal(.8389, line.Precision.Low, 4);      // Wilson, 20 of 20: by hand 20 / (20 + 1.96^2)
        Assert.Equal((.2, 1), (line.Called.Value, line.Recall.Value));
        Assert.InRange(line.Called.Low, .1, .2);

        var weighted = WeightedShare.Of([1, 1, 4, 4], _ => true, i => i >= 2);
        Assert.Equal(2 / (2 + (1.959963984540054 * 1.959963984540054)), weighted.Low, 9);
        Assert.True(double.IsNaN(WeightedShare.Of([1, 1], _ => true, _ => false).Low));
    }

    [Fact]
    public void A_capacity_names_the_lowest_threshold_that_keeps_to_it_and_none_where_there_is_none()
    {
        var lines = Thresholds.Of(Rows(1000, i => i < 50 ? .9997 : i < 150 ? .8001 : .1 + (i * .0001), i => i < 150)).Where(t => t.When.EndsWith("can be taken", StringComparison.Ordinal)).ToDictionary(t => t.When.Split(' ')[0]);
        Assert.Equal(["5", "10", "20", "40"], lines.Keys);       // 1 and 2 of 100: fifty rows share a probability above .999
        Assert.Equal((.801, .05), (lines["5"].Threshold, lines["5"].Called.Value));
        Assert.Equal(.801, lines["10"].Threshold);
        Assert.InRange(lines["20"].Called.Value, .19, .2);
        Assert.All(lines.Values, l => Assert.True(l.Threshold < 1 && l.Threshold == Math.Round(l.Threshold, 3)));
    }

    [Fact]
    public void Capacities_a_day_are_shares_of_what_comes_a_day()
    {
        var lines = Thresholds.Of(Rows(1000, i => i / 1000.0, i => i > 700), 100).Where(t => t.When.Contains(" messages a day ", StringComparison.Ordinal)).ToList();
        Assert.Equal(["5 of 100 messages a day can be taken", "10 of 100 messages a day can be taken"], lines.Take(2).Select(l => l.When));
        Assert.Equal([.95, .9], lines.Take(2).Select(l => l.Threshold));
    }

    private static Validation Rows(int count, Func<int, double> probability, Func<int, bool> label) => new(
        [.. Enumerable.Range(0, count)], [.. Enumerable.Range(0, count).Select(probability)], [.. Enumerable.Range(0, count).Select(label)], [.. Enumerable.Repeat(1.0, count)], .5);
}
