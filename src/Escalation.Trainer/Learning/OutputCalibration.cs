using Escalation.Inference.Evaluation;
using Escalation.Inference.Scoring;

namespace Escalation.Trainer.Learning;

/// <summary>From out-of-fold scores to probabilities, and how good these are.</summary>
internal static class OutputCalibration
{
    private const double SmallestSlope = 0.05, LargestSlope = 50;

    /// <summary>Yes or no: Platt scaling. Several classes: one slope for all, under which the soft maximum of the scores is a probability.</summary>
    /// <param name="task">Labels and weights of all rows.</param>
    /// <param name="rows">The rows scored.</param>
    /// <param name="scores">For each output one score a row of <paramref name="rows"/>.</param>
    public static Calibration Fit(TrainingTask task, int[] rows, double[][] scores)
    {
        if (task.IsBinary) return PlattScaling.Fit(scores[0], [.. rows.Select(r => task.Classes[r] == 1)], [.. rows.Select(r => task.Weights[r])]);
        // The loss has one minimum in the slope: it is narrowed down by thirds on a logarithmic scale.
        double low = Math.Log(SmallestSlope), high = Math.Log(LargestSlope);
        for (var i = 0; i < 30; i++)
        {
            double left = low + ((high - low) / 3), right = high - ((high - low) / 3);
            if (Loss(task, rows, scores, new Calibration(Math.Exp(left), 0)) < Loss(task, rows, scores, new Calibration(Math.Exp(right), 0))) high = right;
            else low = left;
        }
        return new Calibration(Math.Exp((low + high) / 2), 0);
    }

    /// <summary>Several classes: how sure to be of the likeliest; null for yes or no, whose scaling has an offset of its own.</summary>
    /// <param name="task">Labels and weights of all rows.</param>
    /// <param name="rows">The rows scored.</param>
    /// <param name="scores">For each output one score a row of <paramref name="rows"/>.</param>
    /// <param name="calibration">Fitted to these scores.</param>
    public static ConfidenceCalibration? FitConfidence(TrainingTask task, int[] rows, double[][] scores, Calibration calibration)
    {
        if (task.IsBinary) return null;
        int[] best = [.. rows.Select((_, i) => Best(scores, i))];
        return BetaScaling.Fit(
            [.. best.Select((k, i) => Softmax(scores, i, k, calibration.A))], [.. best.Select((k, i) => task.Classes[rows[i]] == k)], [.. rows.Select(r => task.Weights[r])]);
    }

    /// <summary>Mean log-loss, rows counting by their weights.</summary>
    public static double Loss(TrainingTask task, int[] rows, double[][] scores, Calibration calibration)
    {
        double sum = 0, total = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var weight = task.Weights[rows[i]];
            total += weight;
            sum += weight * (task.IsBinary
                ? BinaryMetrics.LogLoss(calibration.Probability(scores[0][i]), task.Classes[rows[i]] == 1)
                : -Math.Log(Math.Max(1e-6, Softmax(scores, i, task.Classes[rows[i]], calibration.A))));
        }
        return sum / total;
    }

    /// <summary>AUC for yes or no, else accuracy.</summary>
    public static double Metric(TrainingTask task, int[] rows, double[][] scores) => task.IsBinary
        ? BinaryMetrics.Auc(scores[0], [.. rows.Select(r => task.Classes[r] == 1)])
        : rows.Select((row, i) => Best(scores, i) == task.Classes[row] ? 1.0 : 0).Average();

    /// <summary>F1 of each class, averaged: what is seldom counts as much as what is frequent.</summary>
    public static double MacroF1(TrainingTask task, int[] rows, double[][] scores)
    {
        double[] hit = new double[scores.Length], named = new double[scores.Length], there = new double[scores.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var (best, truth) = (Best(scores, i), task.Classes[rows[i]]);
            named[best]++;
            there[truth]++;
            if (best == truth) hit[truth]++;
        }
        return Enumerable.Range(0, scores.Length).Where(k => named[k] + there[k] > 0).Average(k => 2 * hit[k] / (named[k] + there[k]));
    }

    /// <summary>The output of the highest score.</summary>
    public static int Best(double[][] scores, int row)
    {
        var best = 0;
        for (var k = 1; k < scores.Length; k++)
            if (scores[k][row] > scores[best][row]) best = k;
        return best;
    }

    private static double Softmax(double[][] scores, int row, int output, double slope)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (var score in scores) largest = Math.Max(largest, score[row]);
        foreach (var score in scores) sum += Math.Exp(slope * (score[row] - largest));
        return Math.Exp(slope * (scores[output][row] - largest)) / sum;
    }
}
