using Escalation.Inference.Evaluation;
using Escalation.Trainer.Learning;

namespace Escalation.Tests.Trainer.Learning;

public sealed class PlattScalingTests
{
    [Theory, InlineData(1, 0), InlineData(1000, 5), InlineData(0.001, -3)]
    public void Finds_the_curve_whatever_the_scale_of_the_scores(double scale, double shift)
    {
        var (scores, labels) = Draw();
        double[] scaled = [.. scores.Select(s => (scale * s) + shift)];
        var calibration = PlattScaling.Fit(scaled, labels, Ones(labels.Length));
        for (var i = 0; i < 50; i++)
            Assert.Equal(1 / (1 + Math.Exp(-((2 * scores[i]) - 1))), calibration.Probability(scaled[i]), 0.03);
    }

    [Fact]
    public void Never_turns_the_ranking_round()
    {
        var (scores, labels) = Draw();
        double[] inverted = [.. scores.Select(s => -s)];
        var calibration = PlattScaling.Fit(inverted, labels, Ones(labels.Length));
        Assert.True(calibration.A > 0);
        Assert.Equal(labels.Count(l => l) / (double)labels.Length, calibration.Probability(inverted[0]), 0.01);
    }

    [Fact]
    public void Perfectly_separated_scores_stay_finite_and_keep_their_ranking()
    {
        double[] scores = [.. Enumerable.Range(0, 100).Select(i => i / 10.0)];
        bool[] labels = [.. Enumerable.Range(0, 100).Select(i => i >= 50)];
        var calibration = PlattScaling.Fit(scores, labels, Ones(100));
        double[] probabilities = [.. scores.Select(calibration.Probability)];
        Assert.All(probabilities, p => Assert.InRange(p, 0, 1));
        Assert.Equal(1, BinaryMetrics.Auc(probabilities, labels), 12);
        Assert.True(double.IsFinite(calibration.A) && double.IsFinite(calibration.B));
    }

    [Fact]
    public void A_weight_counts_a_row_as_often()
    {
        double[] scores = [-1, 0, 1, 2];
        bool[] labels = [false, true, false, true];
        var weighted = PlattScaling.Fit(scores, labels, [1, 1, 3, 1]);
        var repeated = PlattScaling.Fit([-1, 0, 1, 1, 1, 2], [false, true, false, false, false, true], Ones(6));
        Assert.Equal(repeated.A, weighted.A, 1e-4);
        Assert.Equal(repeated.B, weighted.B, 1e-4);
    }

    private static (double[] Scores, bool[] Labels) Draw()
    {
        var random = new Random(3);
        double[] scores = [.. Enumerable.Range(0, 20_000).Select(_ => (random.NextDouble() * 6) - 3)];
        return (scores, [.. scores.Select(s => random.NextDouble() < 1 / (1 + Math.Exp(-((2 * s) - 1))))]);
    }

    private static float[] Ones(int count) => [.. Enumerable.Repeat(1f, count)];
}
