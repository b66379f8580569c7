using Escalation.Inference.Evaluation;

namespace Escalation.Trainer.Evaluation;

/// <summary>The weighted share of rows that hold among those that are looked at, with its 95 % interval.</summary>
internal static class WeightedShare
{
    private const int Seed = 1, Resamples = 200;

    /// <summary>The share; NaN where no row is looked at.</summary>
    /// <param name="weights">How many rows each stands for.</param>
    /// <param name="holds">Whether a row holds.</param>
    /// <param name="isLookedAt">Whether it counts.</param>
    /// <remarks>Of rows that weigh differently the effective number counts, (sum of weights)^2 / sum of squares.</remarks>
    public static Interval Of(double[] weights, Func<int, bool> holds, Func<int, bool> isLookedAt)
    {
        int[] rows = [.. Enumerable.Range(0, weights.Length)];
        double[] looked = [.. rows.Where(isLookedAt).Select(i => weights[i])];
        return Bootstrap.Run(rows, drawn => Share(drawn, weights, holds, isLookedAt), Seed, Resamples).OfShare(looked.Sum() * looked.Sum() / looked.Sum(w => w * w));
    }

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
