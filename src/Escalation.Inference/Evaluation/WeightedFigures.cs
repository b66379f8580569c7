namespace Escalation.Inference.Evaluation;

/// <summary>Measures of rows that stand for several: drawn with a chance, or drawn several times.</summary>
/// <remarks>Pure; NaN where a measure does not exist.</remarks>
internal static class WeightedFigures
{
    private const int CalibrationBins = 15;

    public static double F1(IReadOnlyList<double> probabilities, IReadOnlyList<bool> truth, double threshold, double[] weights)
    {
        double hit = 0, called = 0, positives = 0;
        for (var i = 0; i < truth.Count; i++)
        {
            if (probabilities[i] >= threshold) called += weights[i];
            if (truth[i]) positives += weights[i];
            if (truth[i] && probabilities[i] >= threshold) hit += weights[i];
        }
        return called + positives > 0 ? 2 * hit / (called + positives) : double.NaN;
    }

    public static double Mean(double[] values, double[] weights)
    {
        double sum = 0, total = 0;
        for (var i = 0; i < values.Length; i++)
        {
            sum += weights[i] * values[i];
            total += weights[i];
        }
        return total > 0 ? sum / total : double.NaN;
    }

    public static double ExpectedCalibrationError(IReadOnlyList<double> probabilities, IReadOnlyList<bool> truth, double[] weights)
    {
        Span<double> gap = stackalloc double[CalibrationBins];
        double total = 0;
        for (var i = 0; i < truth.Count; i++)
        {
            gap[Math.Min(CalibrationBins - 1, (int)(probabilities[i] * CalibrationBins))] += weights[i] * (probabilities[i] - (truth[i] ? 1 : 0));
            total += weights[i];
        }
        double sum = 0;
        foreach (var difference in gap) sum += Math.Abs(difference);
        return total > 0 ? sum / total : double.NaN;
    }
}
