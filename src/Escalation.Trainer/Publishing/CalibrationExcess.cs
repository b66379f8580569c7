using Escalation.Inference.Evaluation;

namespace Escalation.Trainer.Publishing;

/// <summary>Calibration error beyond that of a perfect model of the same probabilities, which errs on few rows by chance.</summary>
internal static class CalibrationExcess
{
    private const int Draws = 200;

    /// <summary>The excess and its interval over the drawn floors; NaN without rows.</summary>
    /// <param name="probabilities">What was said.</param>
    /// <param name="truth">What was so.</param>
    /// <param name="weights">How often each row counts.</param>
    /// <param name="seed">Of the draws.</param>
    public static Interval Of(IReadOnlyList<double> probabilities, IReadOnlyList<bool> truth, double[] weights, int seed)
    {
        var found = WeightedFigures.ExpectedCalibrationError(probabilities, truth, weights);
        if (!double.IsFinite(found)) return new Interval(double.NaN, double.NaN, double.NaN);
        var random = new Random(seed);
        var drawn = new bool[truth.Count];
        var floors = new double[Draws];
        for (var d = 0; d < Draws; d++)
        {
            for (var i = 0; i < drawn.Length; i++) drawn[i] = random.NextDouble() < probabilities[i];
            floors[d] = WeightedFigures.ExpectedCalibrationError(probabilities, drawn, weights);
        }
        Array.Sort(floors);
        return new Interval(found - floors.Average(), found - floors[(int)(Draws * .975)], found - floors[(int)(Draws * .025)]);
    }
}
