namespace Escalation.Inference.Evaluation;

/// <summary>All measures of one model on one set of rows.</summary>
/// <param name="N">Rows.</param>
/// <param name="Positives">Positive rows.</param>
/// <param name="Auc">Area under the ROC curve, with its interval.</param>
/// <param name="AveragePrecision">Average precision, with its interval.</param>
/// <param name="F1">At <paramref name="Threshold"/>, with its interval.</param>
/// <param name="Threshold">The probability from which a row is called positive.</param>
/// <param name="LogLoss">Natural logarithm, with its interval.</param>
/// <param name="Ece">Expected calibration error, 15 bins.</param>
public sealed record BinaryEvaluation(
    int N, int Positives, Interval Auc, Interval AveragePrecision, Interval F1, double Threshold, Interval LogLoss, double Ece)
{
    /// <summary>Measures probabilities against labels.</summary>
    /// <param name="probabilities">0 to 1, one a row.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="customers">Who wrote each row, for the clustered bootstrap; null keys are clusters of their own.</param>
    /// <param name="threshold">For F1.</param>
    /// <param name="seed">For the intervals.</param>
    public static BinaryEvaluation Compute(
        IReadOnlyList<double> probabilities, IReadOnlyList<bool> labels, IReadOnlyList<string?> customers, double threshold, int seed)
    {
        var ranked = new RankedScores(probabilities, labels);
        var clusters = Bootstrap.Clusters(customers);
        var losses = new double[labels.Count];
        for (var i = 0; i < losses.Length; i++) losses[i] = BinaryMetrics.LogLoss(probabilities[i], labels[i]);
        return new BinaryEvaluation(
            labels.Count,
            labels.Count(l => l),
            Bootstrap.Run(clusters, ranked.Auc, seed),
            Bootstrap.Run(clusters, ranked.AveragePrecision, seed),
            Bootstrap.Run(clusters, weights => WeightedF1(probabilities, labels, threshold, weights), seed),
            threshold,
            Bootstrap.Run(clusters, weights => WeightedMean(losses, weights), seed),
            BinaryMetrics.ExpectedCalibrationError(probabilities, labels));
    }

    private static double WeightedF1(IReadOnlyList<double> probabilities, IReadOnlyList<bool> labels, double threshold, double[] weights)
    {
        double hit = 0, called = 0, positives = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (probabilities[i] >= threshold) called += weights[i];
            if (labels[i]) positives += weights[i];
            if (labels[i] && probabilities[i] >= threshold) hit += weights[i];
        }
        return called + positives > 0 ? 2 * hit / (called + positives) : double.NaN;
    }

    private static double WeightedMean(double[] values, double[] weights)
    {
        double sum = 0, total = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * values[i];
            total += weights[i];
        }
        return total > 0 ? sum / total : double.NaN;
    }
}
