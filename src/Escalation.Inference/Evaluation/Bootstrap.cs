using Escalation.Core.Metrics;

namespace Escalation.Inference.Evaluation;

/// <summary>A figure with its 95 % interval.</summary>
/// <param name="Value">The figure on all rows; NaN (written as null) where it does not exist.</param>
/// <param name="Low">2.5 % quantile of the resamples.</param>
/// <param name="High">97.5 % quantile.</param>
public sealed record Interval(double Value, double Low, double High)
{
    /// <summary>The interval of a share: where all or none hold every resample says the same, as if it were certain, and there Wilson's stands.</summary>
    /// <param name="n">Rows that it is a share of; an effective number may be a fraction.</param>
    public Interval OfShare(double n)
    {
        if (Value is not (0 or 1) || n <= 0) return this;
        var (low, high) = Wilson.Interval(Value, n);
        return new Interval(Value, low, high);
    }
}

/// <summary>Percentile bootstrap over clusters: all rows of one customer are drawn together, since they resemble one another.</summary>
/// <remarks>Every cluster enters a resample Poisson(1) times, see <see cref="PoissonSource"/>. Resamples run on all processors; the interval does not depend on how many there are.</remarks>
public static class Bootstrap
{
    /// <summary>Resamples drawn unless told otherwise.</summary>
    public const int DefaultResamples = 400;

    private const ulong SeedStride = 0xD1342543DE82EF95, ResampleStride = 0x9FB21C651E98DF25;

    /// <summary>The figure and its interval.</summary>
    /// <param name="clusters">The cluster of each row; see <see cref="Clusters"/>.</param>
    /// <param name="figure">The figure under row weights (how often each row was drawn); called by several threads, may change the weights, must not keep them.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <param name="resamples">How many draws.</param>
    public static Interval Run(int[] clusters, Func<double[], double> figure, int seed, int resamples = DefaultResamples)
    {
        var ones = new double[clusters.Length];
        Array.Fill(ones, 1);
        var value = figure(ones);
        if (clusters.Length == 0) return new Interval(value, double.NaN, double.NaN);
        var (count, figures) = (clusters.Max() + 1, new double[resamples]);
        Parallel.For(0, resamples, () => (Drawn: new byte[count], Weights: new double[clusters.Length]), (r, _, scratch) =>
        {
            new PoissonSource(((ulong)seed * SeedStride) + ((ulong)r * ResampleStride)).FillWithMeanOne(scratch.Drawn);
            for (var i = 0; i < clusters.Length; i++) scratch.Weights[i] = scratch.Drawn[clusters[i]];
            figures[r] = figure(scratch.Weights);
            return scratch;
        }, static _ => { });
        var found = figures.Where(double.IsFinite).Order().ToArray();
        return found.Length == 0 ? new Interval(value, double.NaN, double.NaN) : new Interval(value, Quantiles.OfSorted(found, 0.025), Quantiles.OfSorted(found, 0.975));
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
}
