using Escalation.Inference.Evaluation;
using Escalation.Inference.Registry;

namespace Escalation.Trainer.Evaluation;

/// <summary>Which threshold to choose: by what a miss costs against a false alarm, and by how many messages people can take.</summary>
/// <remarks>From out-of-fold probabilities, never from held-out rows: a threshold is a choice, and choices are not made where figures are measured.</remarks>
internal static class Thresholds
{
    private const int Seed = 1, Resamples = 200;
    private static readonly double[] CostRatios = [1, 2, 5, 10];
    private static readonly double[] Capacities = [1, 2, 5, 10, 20, 40];

    /// <summary>A line for each cost ratio (t = 1 / (1 + ratio)) and each capacity (messages called of 100).</summary>
    public static IReadOnlyList<CardThreshold> Of(Validation validation)
    {
        var sorted = validation.Probabilities.OrderDescending().ToArray();
        return
        [
            .. CostRatios.Select(ratio => Line(validation, FormattableString.Invariant($"a miss costs {ratio} false alarms"), 1 / (1 + ratio))),
            .. Capacities.Select(share => Line(validation, FormattableString.Invariant($"{share} of 100 messages can be taken"), sorted[Math.Max(0, (int)(sorted.Length * share / 100) - 1)])),
        ];
    }

    private static CardThreshold Line(Validation validation, string when, double threshold)
    {
        var clusters = Enumerable.Range(0, validation.Labels.Length).ToArray();
        return new CardThreshold(when, threshold,
            Bootstrap.Run(clusters, w => Ratio(w, i => validation.Probabilities[i] >= threshold, _ => true), Seed, Resamples),
            Bootstrap.Run(clusters, w => Ratio(w, i => validation.Labels[i], i => validation.Probabilities[i] >= threshold), Seed, Resamples),
            Bootstrap.Run(clusters, w => Ratio(w, i => validation.Probabilities[i] >= threshold, i => validation.Labels[i]), Seed, Resamples));
    }

    /// <summary>The share of rows that hold among those that are looked at.</summary>
    private static double Ratio(double[] weights, Func<int, bool> holds, Func<int, bool> isLookedAt)
    {
        double hit = 0, all = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (!isLookedAt(i)) continue;
            all += weights[i];
            if (holds(i)) hit += weights[i];
        }
        return all > 0 ? hit / all : double.NaN;
    }
}
