using Escalation.Inference.Evaluation;

namespace Escalation.Tests.Inference.Evaluation;

public sealed class BootstrapTests
{
    [Fact]
    public void Rows_of_one_customer_share_a_cluster_and_unknown_customers_share_none() =>
        Assert.Equal([0, 1, 0, 2, 3], Bootstrap.Clusters(["a", null, "a", "", "b"]));

    [Fact]
    public void One_cluster_leaves_no_room_for_chance()
    {
        var interval = Bootstrap.Run([0, 0, 0], w => w.Zip([1.0, 2.0, 6.0], (a, b) => a * b).Sum() / w.Sum(), seed: 1);
        Assert.Equal(new Interval(3, 3, 3), interval);
    }

    [Fact]
    public void The_interval_of_a_mean_is_about_two_standard_errors_wide()
    {
        double[] values = [.. Enumerable.Range(0, 400).Select(i => i % 2 == 0 ? 0.0 : 1.0)];
        var interval = Bootstrap.Run([.. Enumerable.Range(0, 400)], w => w.Zip(values, (a, b) => a * b).Sum() / w.Sum(), seed: 1, resamples: 2000);
        Assert.Equal(0.5, interval.Value, 12);
        Assert.InRange(interval.High - interval.Low, 0.085, 0.11);      // 2 x 1.96 x .5 / 20 = .098
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_resamples_without_a_figure_are_left_out()
    {
        var ranked = new RankedScores([0.9, 0.8, 0.3, 0.2], [true, false, true, false]);
        Assert.Equal(Bootstrap.Run([0, 1, 2, 3], ranked.Auc, 3), Bootstrap.Run([0, 1, 2, 3], ranked.Auc, 3));
        Assert.True(double.IsFinite(Bootstrap.Run([0, 1, 2, 3], ranked.Auc, 3).Low));
    }

    [Fact]
    public void No_rows_give_no_figure() =>
        Assert.True(double.IsNaN(BinaryEvaluation.Compute([], [], [], 0.5, 1).Auc.Value));
}
