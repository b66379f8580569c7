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
    private static readonly double[] DailyCapacities = [5, 10, 20, 40, 80, 160];

    /// <summary>A line for each cost ratio (t = 1 / (1 + ratio)) and each capacity: messages called of 100 and, where it is known how many come, a day.</summary>
    /// <param name="validation">Out-of-fold probabilities.</param>
    /// <param name="messagesADay">Null = unknown.</param>
    public static IReadOnlyList<CardThreshold> Of(Validation validation, double? messagesADay = null)
    {
        var sorted = validation.Probabilities.Index().OrderByDescending(p => p.Item).Select(p => (Probability: p.Item, Weight: validation.Weights[p.Index])).ToArray();
        var all = validation.Weights.Sum();
        return
        [
            .. CostRatios.Select(ratio => Line(validation, FormattableString.Invariant($"a miss costs {ratio} false alarms"), 1 / (1 + ratio))),
            .. Capacities.Select(share => Line(validation, FormattableString.Invariant($"{share} of 100 messages can be taken"), Taking(share / 100))),
            .. messagesADay is not { } daily ? [] : DailyCapacities.Where(c => c < daily).Select(c => Line(validation, FormattableString.Invariant($"{c} of {daily:0} messages a day can be taken"), Taking(c / daily))),
        ];

        double Taking(double share)
        {
            double taken = 0;
            var threshold = sorted[0].Probability;
            foreach (var (probability, weight) in sorted)
            {
                taken += weight;
                if (taken > share * all) break;
                threshold = probability;
            }
            return threshold;
        }
    }

    private static CardThreshold Line(Validation validation, string when, double threshold)
    {
        var clusters = Enumerable.Range(0, validation.Labels.Length).ToArray();
        double Ratio(double[] drawn, Func<int, bool> holds, Func<int, bool> isLookedAt) => Share(drawn, validation.Weights, holds, isLookedAt);
        return new CardThreshold(when, threshold,
            Bootstrap.Run(clusters, w => Ratio(w, i => validation.Probabilities[i] >= threshold, _ => true), Seed, Resamples),
            Bootstrap.Run(clusters, w => Ratio(w, i => validation.Labels[i], i => validation.Probabilities[i] >= threshold), Seed, Resamples),
            Bootstrap.Run(clusters, w => Ratio(w, i => validation.Probabilities[i] >= threshold, i => validation.Labels[i]), Seed, Resamples));
    }

    /// <summary>The share of rows that hold among those that are looked at.</summary>
    private static double Share(double[] drawn, double[] weights, Func<int, bool> holds, Func<int, bool> isLookedAt)
    {
        double hit = 0, all = 0;
        for (var i = 0; i < drawn.Length; i++)
        {
            if (!isLookedAt(i)) continue;
            all += drawn[i] * weights[i];
            if (holds(i)) hit += drawn[i] * weights[i];
        }
        return all > 0 ? hit / all : double.NaN;
    }
}
