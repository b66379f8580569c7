namespace Escalation.Core.Metrics;

/// <summary>Wilson's score interval of a proportion.</summary>
/// <remarks>Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.</remarks>
public static class Wilson
{
    /// <summary>The two-sided 95 % quantile of the normal distribution.</summary>
    internal const double Z = 1.959963984540054;

    /// <summary>The 95 % interval, inside 0..1.</summary>
    /// <param name="share">The proportion seen, 0 to 1.</param>
    /// <param name="n">Independent trials, above 0; an effective number may be a fraction.</param>
    public static (double Low, double High) Interval(double share, double n)
    {
        const double z2 = Z * Z;
        var middle = (share + z2 / (2 * n)) / (1 + z2 / n);
        var half = Z / (1 + z2 / n) * Math.Sqrt(share * (1 - share) / n + z2 / (4 * n * n));
        // At 0 and 1 the end is exact; rounding must not carry it past the value.
        return (share <= 0 ? 0 : Math.Max(0, middle - half), share >= 1 ? 1 : Math.Min(1, middle + half));
    }
}
