using Escalation.Core.Metrics;
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
    /// <remarks>Where all or none hold, every resample says the same, as if it were certain: there Wilson's interval of the effective number of rows stands.</remarks>
    public static Interval Of(double[] weights, Func<int, bool> holds, Func<int, bool> isLookedAt)
    {
        int[] rows = [.. Enumerable.Range(0, weights.Length)];
        var found = Bootstrap.Run(rows, drawn => Share(drawn, weights, holds, isLookedAt), Seed, Resamples);
        if (found.Value is not (0 or 1)) return found;
        double[] looked = [.. rows.Where(isLookedAt).Select(i => weights[i])];
        var (low, high) = Wilson.Interval(found.Value, looked.Sum() * looked.Sum() / looked.Sum(w => w * w));
        return new Interval(found.Value, low, high);
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
