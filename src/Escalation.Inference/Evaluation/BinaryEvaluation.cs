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
    /// <param name="standFor">How many rows each stands for: a drawn one the inverse of its chance; null = 1 each.</param>
    public static BinaryEvaluation Compute(
        IReadOnlyList<double> probabilities, IReadOnlyList<bool> labels, IReadOnlyList<string?> customers, double threshold, int seed, IReadOnlyList<float>? standFor = null)
    {
        var ranked = new RankedScores(probabilities, labels);
        var clusters = Bootstrap.Clusters(customers);
        double[] losses = [.. probabilities.Select((p, i) => BinaryMetrics.LogLoss(p, labels[i]))];
        return new BinaryEvaluation(
            labels.Count,
            labels.Count(l => l),
            Run(ranked.Auc),
            Run(ranked.AveragePrecision),
            Run(w => WeightedFigures.F1(probabilities, labels, threshold, w)),
            threshold,
            Run(w => WeightedFigures.Mean(losses, w)),
            WeightedFigures.ExpectedCalibrationError(probabilities, labels, [.. labels.Select((_, i) => (double)(standFor?[i] ?? 1))]));

        Interval Run(Func<double[], double> figure) => Bootstrap.Run(clusters, drawn =>
        {
            for (var i = 0; standFor is not null && i < drawn.Length; i++) drawn[i] *= standFor[i];
            return figure(drawn);
        }, seed);
    }
}
