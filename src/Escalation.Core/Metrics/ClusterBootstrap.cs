using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Escalation.Core.Metrics;

/// <summary>What one customer adds to one ratio, or to two that are compared: four numbers in a row, read as one vector.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ClusterSums(double Numerator, double Denominator, double OtherNumerator = 0, double OtherDenominator = 0) : IComparable<ClusterSums>
{
    public int CompareTo(ClusterSums other)
    {
        var order = Numerator.CompareTo(other.Numerator);
        if (order == 0) order = Denominator.CompareTo(other.Denominator);
        if (order == 0) order = OtherNumerator.CompareTo(other.OtherNumerator);
        return order == 0 ? OtherDenominator.CompareTo(other.OtherDenominator) : order;
    }

    public ClusterSums Times(int n) => new(n * Numerator, n * Denominator, n * OtherNumerator, n * OtherDenominator);

    public static ClusterSums operator +(ClusterSums a, ClusterSums b) => new(
        a.Numerator + b.Numerator, a.Denominator + b.Denominator, a.OtherNumerator + b.OtherNumerator, a.OtherDenominator + b.OtherDenominator);
}

/// <summary>The different sums of many customers, and how many have each.</summary>
/// <param name="Sums">In order, each once.</param>
/// <param name="Counts">Customers with each.</param>
internal readonly record struct ClusterKinds(ClusterSums[] Sums, int[] Counts)
{
    public static ClusterKinds Of(IEnumerable<ClusterSums> clusters)
    {
        var kinds = new Dictionary<ClusterSums, int>();
        foreach (var cluster in clusters) CollectionsMarshal.GetValueRefOrAddDefault(kinds, cluster, out _)++;
        var sums = kinds.Keys.ToArray();
        Array.Sort(sums);
        return new ClusterKinds(sums, Array.ConvertAll(sums, s => kinds[s]));
    }
}

/// <summary>How far a ratio of sums, or the difference of two, is spread where what is drawn again is whole customers.</summary>
/// <remarks>
/// Every customer enters a replicate Poisson(1) times, so that customers with the same sums enter Poisson(their number) times together: the work
/// grows with the number of different customers, not with their number. Seeded, and independent of the order of customers.
/// An interval's ends are percentiles, further out than 2.5 % where few customers tell the spread, or a few tell most of it: percentiles of few are too
/// near, by what Student's t is wider than the normal; the degrees of freedom are those that the fourth moment of customers' shares in the spread leaves.
/// Sources: Hanley and MacGibbon, "Creating non-parametric bootstrap samples using Poisson frequencies", 2006; Hesterberg, "What teachers should know about
/// the bootstrap", 2015, for expanded percentiles; Satterthwaite 1946 for the degrees of freedom.
/// </remarks>
internal static class ClusterBootstrap
{
    private const int Replicates = 1000;
    private const int ParallelFrom = 256;
    private const int Block = 1024;
    private const ulong Seed = 0x45_73_63_61_6C_61_74_65;
    private const ulong Stride = 0xD1342543DE82EF95;        // each replicate has its own numbers, so that the order of work changes nothing

    /// <summary>The 95 % interval; null where hardly a replicate holds anything.</summary>
    public static (double Low, double High)? Interval(ClusterKinds kinds, bool isDifference)
    {
        if (Drawn(kinds, isDifference) is not { } drawn) return null;
        Array.Sort(drawn);
        var (customers, freedom) = CustomersThatCount(kinds, isDifference);
        var tail = NormalTail.Beyond(Math.Sqrt(customers / (customers - 1)) * StudentT.TwoSided95(freedom));
        return (Quantiles.OfSorted(drawn, tail), Quantiles.OfSorted(drawn, 1 - tail));
    }

    /// <summary>The variance of a ratio, and the degrees of freedom of that; null where hardly a replicate holds anything.</summary>
    public static (double Variance, double Freedom)? Spread(ClusterKinds kinds)
    {
        if (Drawn(kinds, isDifference: false) is not { } drawn) return null;
        var mean = drawn.Average();
        var (customers, freedom) = CustomersThatCount(kinds, isDifference: false);
        return (drawn.Sum(d => (d - mean) * (d - mean)) / (drawn.Length - 1) * customers / (customers - 1), freedom);
    }

    private static double[]? Drawn(ClusterKinds kinds, bool isDifference)
    {
        var sums = kinds.Sums;
        ClusterSums[] single = [.. sums.Where((_, i) => kinds.Counts[i] == 1)], several = [.. sums.Where((_, i) => kinds.Counts[i] > 1)];
        int[] counts = [.. kinds.Counts.Where(c => c > 1)];

        var drawn = new double[Replicates];
        void Draw(int replicate) => drawn[replicate] = Replicate(new PoissonSource(Seed + (ulong)replicate * Stride), single, several, counts, isDifference);
        if (sums.Length < ParallelFrom)
            for (var replicate = 0; replicate < Replicates; replicate++) Draw(replicate);
        else Parallel.For(0, Replicates, Draw);

        var found = drawn.Where(double.IsFinite).ToArray();
        return found.Length < Replicates / 10 ? null : found;
    }

    /// <summary>Customers that move the ratio or the difference at all, two where they are fewer, and 2 m / (kurtosis - 1) of how much each does, at least 1 and less than their number.</summary>
    private static (double Customers, double Freedom) CustomersThatCount(ClusterKinds kinds, bool isDifference)
    {
        var all = new ClusterSums();
        for (var i = 0; i < kinds.Sums.Length; i++) all += kinds.Sums[i].Times(kinds.Counts[i]);
        var (ratio, other) = (all.Numerator / all.Denominator, isDifference ? all.OtherNumerator / all.OtherDenominator : 0);
        double customers = 0, second = 0, fourth = 0;
        for (var i = 0; i < kinds.Sums.Length; i++)
        {
            var (sums, count) = (kinds.Sums[i], kinds.Counts[i]);
            var moves = (sums.Numerator - ratio * sums.Denominator) / all.Denominator - (isDifference ? (sums.OtherNumerator - other * sums.OtherDenominator) / all.OtherDenominator : 0);
            if (Math.Abs(moves) < 1e-15) continue;
            customers += count;
            second += count * moves * moves;
            fourth += count * moves * moves * moves * moves;
        }
        var kurtosis = second > 0 ? customers * fourth / (second * second) : 1;
        customers = Math.Max(2, customers);
        return (customers, Math.Max(1, Math.Min(customers - 1, kurtosis > 1 ? 2 * customers / (kurtosis - 1) : customers)));
    }

    /// <summary>One ratio, or one difference of two; NaN where nothing was drawn that it could be taken of.</summary>
    private static double Replicate(PoissonSource random, ClusterSums[] single, ClusterSums[] several, int[] counts, bool isDifference)
    {
        Span<byte> times = stackalloc byte[Block];
        var sum = new ClusterSums();
        for (var from = 0; from < single.Length; from += Block)
        {
            var part = single.AsSpan(from, Math.Min(Block, single.Length - from));
            random.FillWithMeanOne(times[..part.Length]);
            sum += Sum(part, times);
        }
        for (var i = 0; i < several.Length; i++)
            if (random.Next(counts[i]) is var n && n != 0) sum += several[i].Times(n);
        if (sum.Denominator <= 0 || (isDifference && sum.OtherDenominator <= 0)) return double.NaN;
        return sum.Numerator / sum.Denominator - (isDifference ? sum.OtherNumerator / sum.OtherDenominator : 0);
    }

    /// <remarks>A customer's four sums are one vector; two totals, so that one addition need not wait for the one before.</remarks>
    private static ClusterSums Sum(ReadOnlySpan<ClusterSums> sums, ReadOnlySpan<byte> times)
    {
        ref var first = ref Unsafe.As<ClusterSums, double>(ref MemoryMarshal.GetReference(sums));
        Vector256<double> even = default, odd = default;
        var i = 0;
        for (; i + 2 <= sums.Length; i += 2)
        {
            even += Vector256.LoadUnsafe(ref first, (nuint)i * 4) * times[i];
            odd += Vector256.LoadUnsafe(ref first, (nuint)i * 4 + 4) * times[i + 1];
        }
        if (i < sums.Length) even += Vector256.LoadUnsafe(ref first, (nuint)i * 4) * times[i];
        even += odd;
        return new ClusterSums(even[0], even[1], even[2], even[3]);
    }
}
