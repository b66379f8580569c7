namespace Escalation.Core.Metrics;

/// <summary>Quantiles with linear interpolation between order statistics.</summary>
public static class Quantiles
{
    /// <summary>A quantile.</summary>
    /// <param name="sorted">At least one value, ascending.</param>
    /// <param name="share">0 to 1.</param>
    public static double OfSorted(IReadOnlyList<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)Math.Floor(place);
        return below + 1 < sorted.Count ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    /// <summary>What lies at a rank, between two of them linearly.</summary>
    /// <param name="sorted">At least one value, ascending.</param>
    /// <param name="rank">1 to their number.</param>
    public static double AtRank(IReadOnlyList<double> sorted, double rank)
    {
        var below = Math.Clamp((int)Math.Floor(rank), 1, sorted.Count);
        return below == sorted.Count ? sorted[^1] : sorted[below - 1] + (rank - below) * (sorted[below] - sorted[below - 1]);
    }
}
