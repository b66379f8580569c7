namespace Escalation.Core.Metrics;

/// <summary>What one customer adds to one ratio, or to two that are compared.</summary>
internal readonly record struct ClusterSums(double Numerator, double Denominator, double OtherNumerator = 0, double OtherDenominator = 0) : IComparable<ClusterSums>
{
    public int CompareTo(ClusterSums other)
    {
        var order = Numerator.CompareTo(other.Numerator);
        if (order == 0) order = Denominator.CompareTo(other.Denominator);
        if (order == 0) order = OtherNumerator.CompareTo(other.OtherNumerator);
        return order == 0 ? OtherDenominator.CompareTo(other.OtherDenominator) : order;
    }

    public static ClusterSums operator +(ClusterSums a, ClusterSums b) => new(
        a.Numerator + b.Numerator, a.Denominator + b.Denominator, a.OtherNumerator + b.OtherNumerator, a.OtherDenominator + b.OtherDenominator);
}

/// <summary>The 95 % percentile interval of a ratio of sums, or of the difference of two, where what is drawn again is whole customers.</summary>
/// <remarks>
/// Every customer enters a replicate Poisson(1) times, so that customers with the same sums enter Poisson(their number) times together: the work
/// grows with the number of different customers, not with their number. Seeded, and independent of the order of customers.
/// Source: Hanley and MacGibbon, "Creating non-parametric bootstrap samples using Poisson frequencies", 2006.
/// </remarks>
internal static class ClusterBootstrap
{
    private const int Replicates = 1000;
    private const ulong Seed = 0x45_73_63_61_6C_61_74_65;

    /// <summary>The interval; null where hardly a replicate holds anything.</summary>
    public static (double Low, double High)? Interval(IEnumerable<ClusterSums> clusters, bool isDifference)
    {
        var kinds = new Dictionary<ClusterSums, int>();
        foreach (var cluster in clusters) kinds[cluster] = kinds.GetValueOrDefault(cluster) + 1;
        var sums = kinds.Keys.ToArray();
        Array.Sort(sums);
        var counts = Array.ConvertAll(sums, s => kinds[s]);

        var random = new PoissonSource(Seed);
        var found = new List<double>(Replicates);
        for (var replicate = 0; replicate < Replicates; replicate++)
        {
            double a = 0, b = 0, c = 0, d = 0;
            for (var i = 0; i < sums.Length; i++)
            {
                var times = random.Next(counts[i]);
                if (times == 0) continue;
                a += times * sums[i].Numerator;
                b += times * sums[i].Denominator;
                c += times * sums[i].OtherNumerator;
                d += times * sums[i].OtherDenominator;
            }
            if (b > 0 && (!isDifference || d > 0)) found.Add(isDifference ? a / b - c / d : a / b);
        }
        if (found.Count < Replicates / 10) return null;
        found.Sort();
        return (Quantiles.OfSorted(found, .025), Quantiles.OfSorted(found, .975));
    }
}

/// <summary>Quantiles with linear interpolation between order statistics.</summary>
internal static class Quantiles
{
    public static double OfSorted(IReadOnlyList<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)Math.Floor(place);
        return below + 1 < sorted.Count ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}

/// <summary>Seeded Poisson numbers. Own generator, so that a .NET upgrade changes no interval.</summary>
internal struct PoissonSource(ulong seed)
{
    private const int LargestStep = 30;
    private const int LargestExact = 1000;
    private ulong state = seed;

    /// <summary>A draw with the given mean, at least 1: exact up to a mean of 1000, above by the normal with a term for skewness.</summary>
    public int Next(int mean)
    {
        if (mean > LargestExact)
        {
            var z = Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());
            return Math.Max(0, (int)Math.Round(mean + Math.Sqrt(mean) * z + (z * z - 1) / 6));
        }
        var drawn = 0;
        for (; mean > LargestStep; mean -= LargestStep) drawn += ByInversion(LargestStep);
        return drawn + ByInversion(mean);
    }

    private int ByInversion(int mean)
    {
        var left = NextDouble();
        var probability = Math.Exp(-mean);
        var k = 0;
        while (left >= probability && probability > 0)
        {
            left -= probability;
            k++;
            probability *= (double)mean / k;
        }
        return k;
    }

    // SplitMix64.
    private double NextDouble()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
