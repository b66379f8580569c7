using Escalation.Inference.Evaluation;

namespace Escalation.Tests.Inference.Evaluation;

public sealed class WeightedEvaluationTests
{
    private static readonly double[] Probabilities = [.9, .8, .7, .4, .35, .2, .1];
    private static readonly bool[] Labels = [true, false, true, true, false, false, true];
    private static readonly float[] StandFor = [1, 3, 1, 2, 1, 4, 1];

    [Fact]
    public void A_row_that_stands_for_three_counts_as_three()
    {
        int[] repeated = [.. Enumerable.Range(0, Labels.Length).SelectMany(i => Enumerable.Repeat(i, (int)StandFor[i]))];
        var weighted = Of([.. Enumerable.Range(0, Labels.Length)], StandFor);
        var written = Of(repeated, null);
        Assert.Equal(Figures(written), Figures(weighted));
        Assert.NotEqual(Figures(Of([.. Enumerable.Range(0, Labels.Length)], null)), Figures(weighted));
    }

    private static BinaryEvaluation Of(int[] rows, float[]? standFor) =>
        BinaryEvaluation.Compute([.. rows.Select(i => Probabilities[i])], [.. rows.Select(i => Labels[i])], [.. rows.Select(_ => (string?)null)], .5, seed: 1, standFor);

    private static double[] Figures(BinaryEvaluation e) =>
        [.. new[] { e.Auc.Value, e.AveragePrecision.Value, e.F1.Value, e.LogLoss.Value, e.Ece }.Select(v => Math.Round(v, 10))];
}
