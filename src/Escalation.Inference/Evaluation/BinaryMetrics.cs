namespace Escalation.Inference.Evaluation;

/// <summary>Measures of probabilities against yes/no labels.</summary>
/// <remarks>Pure. Where a measure does not exist (no positive, no negative, no row) the answer is NaN, written as null, never 0.</remarks>
public static class BinaryMetrics
{
    private const int CalibrationBins = 15;
    private const double Smallest = 1e-6;

    /// <summary>Probability that a random positive is scored above a random negative, ties counting half.</summary>
    public static double Auc(IReadOnlyList<double> scores, IReadOnlyList<bool> labels) => new RankedScores(scores, labels).Auc();

    /// <summary>Mean precision over the positives, in the order of falling score; tied rows enter together.</summary>
    public static double AveragePrecision(IReadOnlyList<double> scores, IReadOnlyList<bool> labels) => new RankedScores(scores, labels).AveragePrecision();

    /// <summary>2 tp / (2 tp + fp + fn), a row being called positive at or above the threshold.</summary>
    public static double F1(IReadOnlyList<double> probabilities, IReadOnlyList<bool> labels, double threshold)
    {
        int hit = 0, called = 0, positives = 0;
        for (var i = 0; i < labels.Count; i++)
        {
            var isCalled = probabilities[i] >= threshold;
            if (isCalled) called++;
            if (labels[i]) positives++;
            if (isCalled && labels[i]) hit++;
        }
        return called + positives == 0 ? double.NaN : 2.0 * hit / (called + positives);
    }

    /// <summary>Mean negative natural logarithm of the probability of what was true; probabilities are kept 1e-6 away from 0 and 1.</summary>
    public static double LogLoss(IReadOnlyList<double> probabilities, IReadOnlyList<bool> labels)
    {
        double sum = 0;
        for (var i = 0; i < labels.Count; i++) sum += LogLoss(probabilities[i], labels[i]);
        return labels.Count == 0 ? double.NaN : sum / labels.Count;
    }

    /// <summary>The loss of one row.</summary>
    public static double LogLoss(double probability, bool label)
    {
        var p = Math.Clamp(probability, Smallest, 1 - Smallest);
        return -Math.Log(label ? p : 1 - p);
    }

    /// <summary>Expected calibration error: mean distance of stated probability and share of positives over 15 equally wide bins, weighted by rows.</summary>
    public static double ExpectedCalibrationError(IReadOnlyList<double> probabilities, IReadOnlyList<bool> labels)
    {
        Span<double> gap = stackalloc double[CalibrationBins];
        for (var i = 0; i < labels.Count; i++)
        {
            var bin = Math.Min(CalibrationBins - 1, (int)(probabilities[i] * CalibrationBins));
            gap[bin] += probabilities[i] - (labels[i] ? 1 : 0);
        }
        double sum = 0;
        foreach (var difference in gap) sum += Math.Abs(difference);
        return labels.Count == 0 ? double.NaN : sum / labels.Count;
    }

    /// <summary>The threshold of the best F1 among the given probabilities (the lowest of equals), and that F1.</summary>
    /// <returns>0.5 and NaN where there is no positive.</returns>
    public static (double Threshold, double F1) BestThreshold(IReadOnlyList<double> probabilities, IReadOnlyList<bool> labels)
    {
        var order = RankedScores.Descending(probabilities);
        int hit = 0, called = 0;
        var positives = labels.Count(l => l);
        if (positives == 0) return (0.5, double.NaN);
        var (best, threshold) = (-1.0, 0.5);
        for (var i = 0; i < order.Length; i++)
        {
            called++;
            if (labels[order[i]]) hit++;
            if (i + 1 < order.Length && probabilities[order[i + 1]].Equals(probabilities[order[i]])) continue;
            var f1 = 2.0 * hit / (called + positives);
            if (f1 >= best) (best, threshold) = (f1, probabilities[order[i]]);
        }
        return (threshold, best);
    }
}
