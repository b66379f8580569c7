using Escalation.Inference.Evaluation;

namespace Escalation.Tests.Inference.Evaluation;

public sealed class BinaryMetricsTests
{
    private static readonly double[] Tied = [0.9, 0.8, 0.8, 0.1];
    private static readonly bool[] TiedLabels = [true, true, false, false];

    [Fact]
    public void Auc_counts_a_tie_of_positive_and_negative_as_half() =>
        // pairs: .9 beats .8 and .1; .8 ties with .8 and beats .1: 3.5 of 4
        Assert.Equal(0.875, BinaryMetrics.Auc(Tied, TiedLabels), 12);

    [Fact]
    public void Average_precision_lets_tied_rows_enter_together() =>
        // .9: half of the positives at precision 1; then both .8: the other half at 2 of 3
        Assert.Equal((0.5 * 1) + (0.5 * 2 / 3), BinaryMetrics.AveragePrecision(Tied, TiedLabels), 12);

    [Fact]
    public void F1_calls_a_row_at_the_threshold_positive() =>
        Assert.Equal(2.0 * 2 / (3 + 2), BinaryMetrics.F1(Tied, TiedLabels, 0.8), 12);

    [Fact]
    public void Log_loss_is_the_mean_surprise_at_the_truth() =>
        Assert.Equal(-(Math.Log(0.8) + Math.Log(0.6)) / 2, BinaryMetrics.LogLoss([0.8, 0.4], [true, false]), 12);

    [Fact]
    public void Log_loss_of_a_sure_mistake_is_finite() =>
        Assert.Equal(-Math.Log(1e-6), BinaryMetrics.LogLoss([0], [true]), 6);

    [Fact]
    public void Calibration_error_weighs_the_gap_of_each_bin_by_its_rows() =>
        // bin of .9: stated 1.8, true 1, gap .8; bin of .1: stated .1, true 0, gap .1; over 3 rows
        Assert.Equal(0.9 / 3, BinaryMetrics.ExpectedCalibrationError([0.9, 0.9, 0.1], [true, false, false]), 12);

    [Fact]
    public void The_best_threshold_is_found_among_the_given_probabilities()
    {
        var (threshold, f1) = BinaryMetrics.BestThreshold([0.9, 0.6, 0.5, 0.2], [true, false, true, false]);
        Assert.Equal(0.5, threshold);
        Assert.Equal(0.8, f1, 12);
    }

    [Fact]
    public void Without_a_positive_or_without_rows_there_is_no_figure()
    {
        Assert.True(double.IsNaN(BinaryMetrics.Auc([0.3, 0.4], [false, false])));
        Assert.True(double.IsNaN(BinaryMetrics.AveragePrecision([0.3], [false])));
        Assert.True(double.IsNaN(BinaryMetrics.LogLoss([], [])));
        Assert.True(double.IsNaN(BinaryMetrics.ExpectedCalibrationError([], [])));
        Assert.Equal(0.5, BinaryMetrics.BestThreshold([0.3], [false]).Threshold);
    }

    [Fact]
    public void Weights_count_rows_as_often_as_they_say()
    {
        var weighted = new RankedScores([0.9, 0.5, 0.4], [true, false, true]).Auc([1, 1, 3]);
        var repeated = BinaryMetrics.Auc([0.9, 0.5, 0.4, 0.4, 0.4], [true, false, true, true, true]);
        Assert.Equal(repeated, weighted, 12);
        Assert.Equal(0.25, weighted, 12);
    }
}
