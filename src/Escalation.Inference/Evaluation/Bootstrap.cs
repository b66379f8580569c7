namespace Escalation.Inference.Evaluation;

/// <summary>A figure with its 95 % interval.</summary>
/// <param name="Value">The figure on all rows; NaN (written as null) where it does not exist.</param>
/// <param name="Low">2.5 % quantile of the resamples.</param>
/// <param name="High">97.5 % quantile.</param>
public sealed record Interval(double Value, double Low, double High);

/// <summary>Percentile bootstrap over clusters: all rows of one customer are drawn together, since they resemble one another.</summary>
public static class Bootstrap
{
    /// <summary>Resamples drawn unless told otherwise.</summary>
    public const int DefaultResamples = 400;

    /// <summary>The figure and its interval.</summary>
    /// <param name="clusters">The cluster of each row; see <see cref="Clusters"/>.</param>
    /// <param name="figure">The figure under row weights (how often each row was drawn); must not keep them.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <param name="resamples">How many draws.</param>
    public static Interval Run(int[] clusters, Func<double[], double> figure, int seed, int resamples = DefaultResamples)
    {
        var random = new Random(seed);
        var count = clusters.Length == 0 ? 0 : clusters.Max() + 1;
        var drawn = new int[count];
        var weights = new double[clusters.Length];
        Array.Fill(weights, 1);
        var value = figure(weights);
        var figures = new List<double>(resamples);
        for (var r = 0; r < resamples && count > 0; r++)
        {
            Array.Clear(drawn);
            for (var i = 0; i < count; i++) drawn[random.Next(count)]++;
            for (var i = 0; i < weights.Length; i++) weights[i] = drawn[clusters[i]];
            var resampled = figure(weights);
            if (double.IsFinite(resampled)) figures.Add(resampled);
        }
        if (figures.Count == 0) return new Interval(value, double.NaN, double.NaN);
        figures.Sort();
        return new Interval(value, Quantile(figures, 0.025), Quantile(figures, 0.975));
    }

    /// <summary>Numbers the clusters from 0; a row without a key is its own cluster.</summary>
    public static int[] Clusters(IReadOnlyList<string?> keys)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var clusters = new int[keys.Count];
        var next = 0;
        for (var i = 0; i < keys.Count; i++)
        {
            if (string.IsNullOrEmpty(keys[i])) clusters[i] = next++;
            else if (numbers.TryGetValue(keys[i]!, out var known)) clusters[i] = known;
            else numbers[keys[i]!] = clusters[i] = next++;
        }
        return clusters;
    }

    private static double Quantile(List<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
