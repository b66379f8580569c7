using Escalation.Inference.Evaluation;

namespace Escalation.Trainer.Publishing;

/// <summary>Probabilities of frustration, measured; a row counts as often as it was drawn, times what it stands for.</summary>
internal sealed class BinaryMeasured(double[] probabilities, bool[] truth, double[] weights, double threshold) : IMeasured
{
    public const string Auc = "auc", AveragePrecision = "averagePrecision", F1 = "f1", LogLoss = "logLoss", Ece = "ece";

    private readonly RankedScores ranked = new(probabilities, truth);
    private readonly double[] losses = [.. probabilities.Select((p, i) => BinaryMetrics.LogLoss(p, truth[i]))];

    /// <inheritdoc/>
    public double Of(string id, double[] drawn)
    {
        var product = DrawnWeights.Of(drawn, weights);
        return id switch
        {
            Auc => ranked.Auc(product),
            AveragePrecision => ranked.AveragePrecision(product),
            F1 => WeightedFigures.F1(probabilities, truth, threshold, product),
            LogLoss => WeightedFigures.Mean(losses, product),
            _ => WeightedFigures.ExpectedCalibrationError(probabilities, truth, product),
        };
    }

    /// <inheritdoc/>
    public Interval ExcessOverFloor(int seed) => CalibrationExcess.Of(probabilities, truth, weights, seed);
}
