using Escalation.Inference.Features;
using Escalation.Trainer.Learning;

namespace Escalation.Tests.Trainer.Learning;

public sealed class DualLearnersTests
{
    private const double Cost = 2, Step = 1e-3;
    private const float Heavy = 3;

    private readonly NgramRows rows;
    private readonly WeightedRows data;
    private readonly bool[] truth;
    private readonly int[] all;

    public DualLearnersTests()
    {
        var source = SomeCorpus.Rows().Rows.Take(120).ToArray();
        rows = NgramRows.Build([.. source.Select(r => r.Text)], 12, cancellation: TestContext.Current.CancellationToken);
        truth = [.. source.Select(r => r.Positive)];
        all = [.. Enumerable.Range(0, rows.Count)];
        data = new WeightedRows(rows, FeatureWeighting.Fit(rows, all, i => truth[i] ? 1 : 0, 2, Weighting.Idf, 1));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void No_small_change_of_a_weight_makes_the_loss_smaller(bool isLogistic)
    {
        var options = new DualOptions(Cost, new BlockScales(1, 1, 1), Passes: 2000, Tolerance: 1e-7);
        var head = isLogistic
            ? DualLogistic.Train(data, all, i => truth[i], WeightOf, options, TestContext.Current.CancellationToken)
            : DualMargin.Train(data, all, i => truth[i], WeightOf, options, TestContext.Current.CancellationToken);
        Func<double, double> loss = isLogistic ? margin => Math.Log(1 + Math.Exp(-margin)) : margin => Math.Max(0, 1 - margin) * Math.Max(0, 1 - margin);
        var least = Objective(head, loss);
        Assert.True(least < 0.5 * Objective(new LinearHead(new float[rows.Schema.Buckets], 0), loss));
        foreach (var bucket in rows.Buckets(0))
        {
            foreach (var by in (double[])[Step, -Step])
            {
                var moved = head.Weights.ToArray();
                moved[bucket] += (float)by;
                Assert.True(Objective(head with { Weights = moved }, loss) > least);
            }
        }
        Assert.True(Objective(head with { Bias = head.Bias + (float)Step }, loss) > least && Objective(head with { Bias = head.Bias - (float)Step }, loss) > least);
    }

    [Fact]
    public void F1_of_classes_counts_each_class_alike()
    {
        // a a a b, of which one a is called b: F1 of a 2*2/(2+3), of b 2*1/(2+1); a class that neither is there nor is called does not count
        var task = new TrainingTask("team", ["a", "b", "c"], [0, 0, 0, 1], [1, 1, 1, 1]);
        double[][] scores = [[1, 1, 0, 0], [0, 0, 1, 1], [-1, -1, -1, -1]];
        Assert.Equal(((4.0 / 5) + (2.0 / 3)) / 2, OutputCalibration.MacroF1(task, [0, 1, 2, 3], scores), 1e-12);
    }

    private static float WeightOf(int row) => row % 7 == 0 ? Heavy : 1;

    private double Objective(LinearHead head, Func<double, double> loss) =>
        (0.5 * (head.Weights.Sum(w => (double)w * w) + ((double)head.Bias * head.Bias)))
        + all.Sum(i => Cost * WeightOf(i) * loss((truth[i] ? 1 : -1) * (head.Bias + data.Dot(i, head.Weights))));
}
