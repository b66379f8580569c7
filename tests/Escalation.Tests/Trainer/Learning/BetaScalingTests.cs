using Escalation.Inference.Evaluation;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Learning;

namespace Escalation.Tests.Trainer.Learning;

public sealed class BetaScalingTests
{
    private static readonly ConfidenceCalibration Truth = new(2, 0.4, 0.7);

    [Fact]
    public void Finds_the_curve_that_answers_were_drawn_from()
    {
        var (said, right) = Draw(50_000, Truth);
        var found = BetaScaling.Fit(said, right, [.. said.Select(_ => 1f)]);
        foreach (var confidence in (double[])[.2, .4, .6, .8, .95]) Assert.Equal(Truth.Apply(confidence), found.Apply(confidence), 0.015);
        Assert.True(Error(said.ConvertAll(found.Apply), right) < Error(said, right) / 3);
    }

    [Fact]
    public void What_is_calibrated_stays_nearly_as_it_is()
    {
        var (said, right) = Draw(20_000, new ConfidenceCalibration(1, 1, 0));
        var found = BetaScaling.Fit(said, right, [.. said.Select(_ => 1f)]);
        foreach (var confidence in (double[])[.2, .5, .8]) Assert.Equal(confidence, found.Apply(confidence), 0.02);
    }

    [Fact]
    public void Few_answers_move_it_little()
    {
        var found = BetaScaling.Fit([.9, .9], [false, false], [1, 1]);
        Assert.InRange(found.Apply(.9), .6, .9);
    }

    [Fact]
    public void A_confidence_that_says_the_opposite_is_not_turned_round()
    {
        double[] said = [.. Enumerable.Range(1, 999).Select(i => i / 1000.0)];
        var found = BetaScaling.Fit(said, [.. said.Select(s => s < .5)], [.. said.Select(_ => 1f)]);
        Assert.True(found.A >= 0 && found.B >= 0);
        Assert.True(found.Apply(.9) >= found.Apply(.1));
    }

    [Fact]
    public void A_row_of_weight_two_counts_as_two_rows()
    {
        var (said, right) = Draw(300, Truth);
        var twice = BetaScaling.Fit([.. said, .. said], [.. right, .. right], [.. said.Concat(said).Select(_ => 1f)]);
        var heavy = BetaScaling.Fit(said, right, [.. said.Select(_ => 2f)]);
        Assert.Equal(twice.A, heavy.A, 1e-6);
        Assert.Equal(twice.C, heavy.C, 1e-6);
    }

    private static (List<double> Said, bool[] Right) Draw(int count, ConfidenceCalibration truth)
    {
        var random = new Random(5);
        List<double> said = [.. Enumerable.Range(0, count).Select(_ => 0.1 + (0.89 * random.NextDouble()))];
        return (said, [.. said.Select(s => random.NextDouble() < truth.Apply(s))]);
    }

    private static double Error(List<double> said, bool[] right) => BinaryMetrics.ExpectedCalibrationError(said, right);
}
