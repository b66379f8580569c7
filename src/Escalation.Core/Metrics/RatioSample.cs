using System.Runtime.InteropServices;
using Escalation.Core.Tickets;

namespace Escalation.Core.Metrics;

/// <summary>What rows that are not independent share: the customer, or, where that is unknown, the ticket.</summary>
public readonly struct Cluster : IEquatable<Cluster>
{
    private readonly string key;
    private readonly int hash;      // one outcome is a row of many samples
    private readonly bool isTicket;

    /// <summary>The cluster of a ticket.</summary>
    public Cluster(CustomerId customer, TicketId ticket)
    {
        (key, isTicket) = customer.IsKnown ? (customer.Value, false) : (ticket.Value, true);
        hash = string.GetHashCode(key, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public bool Equals(Cluster other) => isTicket == other.isTicket && string.Equals(key, other.key, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Cluster other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => hash;

    /// <summary>Whether both are the same.</summary>
    public static bool operator ==(Cluster left, Cluster right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(Cluster left, Cluster right) => !left.Equals(right);
}

/// <summary>The rows behind a proportion or a mean, by customer: what an interval and a paired difference are made of.</summary>
/// <remarks>Not thread-safe while it is filled.</remarks>
/// <param name="unit">Unit of the ratio.</param>
/// <param name="isShare">Whether every numerator lies between 0 and its denominator.</param>
public sealed class RatioSample(string unit, bool isShare)
{
    private Dictionary<Cluster, RowSums>? clusters = [];
    private ClusterKinds closed;
    private RowSums closedSum;
    private int closedCustomers;
    private double squaredWeights;
    private MetricValue? estimate;

    /// <summary>Rows.</summary>
    public int N { get; private set; }

    /// <summary>Different customers.</summary>
    public int Customers => clusters?.Count ?? closedCustomers;

    private Dictionary<Cluster, RowSums> Open => clusters ?? throw new InvalidOperationException("which customer gave what was let go of");

    private ClusterKinds Kinds => clusters is null ? closed : ClusterKinds.Of(clusters.Values.Select(s => new ClusterSums(s.Numerator, s.Denominator)));

    /// <summary>A row of weight 1.</summary>
    public void Add(Cluster cluster, double value) => Add(cluster, value, 1);

    /// <summary>A yes or no of weight 1.</summary>
    public void Add(Cluster cluster, bool value) => Add(cluster, value ? 1 : 0, 1);

    /// <summary>A row with a weight: adds to both sums of its customer.</summary>
    /// <param name="cluster">Whose it is.</param>
    /// <param name="numerator">The value times the weight.</param>
    /// <param name="weight">Above 0.</param>
    public void Add(Cluster cluster, double numerator, double weight)
    {
        N++;
        estimate = null;
        squaredWeights += weight * weight;
        ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(Open, cluster, out _);
        sums = new RowSums(sums.Numerator + numerator, sums.Denominator + weight);
    }

    /// <summary>Lets go of which customer gave what: the estimate stays, but no row and no difference can be taken any more.</summary>
    public void Close()
    {
        if (clusters is null) return;
        (closedCustomers, closed, closedSum) = (Customers, Kinds, Sum());
        clusters = null;
    }

    /// <summary>The ratio of the sums with its 95 % interval.</summary>
    /// <remarks>
    /// A share: Wilson over as many rows as say as much as these, see <see cref="EffectiveRows"/>. A mean: the bootstrap by customer; none for a single one.
    /// </remarks>
    public MetricValue Estimate() => estimate ??= EstimateNow();

    private MetricValue EstimateNow()
    {
        var sum = Sum();
        if (N == 0 || sum.Denominator <= 0) return MetricValue.NoData(unit);
        var ratio = sum.Numerator / sum.Denominator;
        return MetricValue.Of(ratio, N, isShare ? ShareInterval(Math.Clamp(ratio, 0, 1)) : MeanInterval(), unit);
    }

    /// <summary>The ratio less that of another sample over the same customers, with the interval of the paired difference.</summary>
    /// <returns>N is the smaller one; no data where either has none.</returns>
    public MetricValue Minus(RatioSample other)
    {
        var (mine, its) = (Estimate(), other.Estimate());
        if (mine.Value is not { } a || its.Value is not { } b) return MetricValue.NoData(unit);
        var pairs = Pairs(Open, other.Open).ToList();
        if (pairs.TrueForAll(p => p.Numerator == p.OtherNumerator && p.Denominator == p.OtherDenominator)) return MetricValue.Exact(0, Math.Min(N, other.N), unit);
        var interval = ClusterBootstrap.Interval(ClusterKinds.Of(pairs), isDifference: true);
        if (interval is null || interval.Value.Low == interval.Value.High) interval = FromSingleIntervals(mine, its);
        return MetricValue.Of(a - b, Math.Min(N, other.N), interval, unit);
    }

    private RowSums Sum()
    {
        if (clusters is null) return closedSum;
        double numerator = 0, denominator = 0;
        foreach (var (its, weight) in clusters.Values) (numerator, denominator) = (numerator + its, denominator + weight);
        return new RowSums(numerator, denominator);
    }

    private (double, double) ShareInterval(double ratio) => Wilson.Interval(ratio, EffectiveRows(ratio));

    /// <summary>As many rows of weight 1, each of another customer, as would tell a share as well as these do.</summary>
    /// <remarks>
    /// Those that there are, where every one is another customer's; else as many as have the variance of the bootstrap by customer, fewer where few rows of large
    /// weight tell more of it than they would among equal ones, and at most two for a row. Where all customers agree, which leaves the bootstrap nothing to vary: one
    /// for a customer.
    /// Source: Korn and Graubard, "Confidence intervals for proportions with small expected number of positive counts estimated from survey data", 1998.
    /// </remarks>
    internal double EffectiveRows(double ratio)
    {
        var weight = Sum().Denominator;
        var rows = weight * weight / squaredWeights;
        var areAlike = rows >= N - 1e-9;
        if (Customers == N && areAlike) return N;
        if (ClusterBootstrap.Spread(Kinds) is not { Variance: > 0 } spread || ratio is <= 0 or >= 1) return Math.Min(rows, Customers);
        var effective = ratio * (1 - ratio) / spread.Variance;
        var wider = areAlike ? 1 : Math.Min(1, StudentT.TwoSided95(FreedomOfRows(ratio, effective)) / StudentT.TwoSided95(spread.Freedom));
        return Math.Min(effective * wider * wider, 2 * N);
    }

    /// <summary>Degrees of freedom of the variance of a share over rows that all weigh the same: 2 n / (kurtosis - 1), which Wilson's interval is right for.</summary>
    private static double FreedomOfRows(double ratio, double rows)
    {
        var variance = ratio * (1 - ratio);
        return Math.Max(1, 2 * rows / Math.Max(1e-9, (1 - 3 * variance) / variance - 1));
    }

    private (double, double)? MeanInterval() => Customers < 2 ? null : ClusterBootstrap.Interval(Kinds, isDifference: false);

    private static IEnumerable<ClusterSums> Pairs(Dictionary<Cluster, RowSums> mine, Dictionary<Cluster, RowSums> other)
    {
        foreach (var (cluster, sums) in mine)
        {
            var its = other.GetValueOrDefault(cluster);
            yield return new ClusterSums(sums.Numerator, sums.Denominator, its.Numerator, its.Denominator);
        }
        foreach (var (cluster, its) in other)
            if (!mine.ContainsKey(cluster)) yield return new ClusterSums(0, 0, its.Numerator, its.Denominator);
    }

    // Where neither side varies, the difference is as uncertain as the two sides. Source: Newcombe 1998, method 10.
    private static (double, double)? FromSingleIntervals(MetricValue a, MetricValue b)
    {
        if (a.Low is not { } aLow || a.High is not { } aHigh || b.Low is not { } bLow || b.High is not { } bHigh) return null;
        var (x, y) = (a.Value!.Value, b.Value!.Value);
        return (x - y - Math.Sqrt((x - aLow) * (x - aLow) + (bHigh - y) * (bHigh - y)), x - y + Math.Sqrt((aHigh - x) * (aHigh - x) + (y - bLow) * (y - bLow)));
    }

    /// <summary>What one customer adds: half of what a comparison needs, since there is one for each customer of each figure.</summary>
    private readonly record struct RowSums(double Numerator, double Denominator);
}
