namespace Escalation.Trainer.Drift;

/// <summary>Changes between two sets of rows, each with its effect size and a guard for few rows.</summary>
/// <remarks>
/// PSI: below .1 none, above .25 large, after what chance alone gives two samples of these sizes is taken off ((bins - 1)(1/n + 1/m)). Shares: Cohen's
/// h, .2 and .5, where the 99 % interval of the difference leaves 0 out, since many are looked at. Means: Cohen's d, .2 and .5, likewise.
/// </remarks>
internal static class DriftMeasures
{
    public const int FewestRows = 50;

    private const double Z = 2.576, SmallPsi = .1, LargePsi = .25, Moderate = .2, Large = .5, Empty = .5;

    /// <summary>Population stability index over the same bins.</summary>
    public static DriftFigure Psi(string measure, string slice, IReadOnlyList<int> before, IReadOnlyList<int> now)
    {
        int n = before.Sum(), m = now.Sum();
        if (n < FewestRows || m < FewestRows) return new DriftFigure(measure, slice, null, null, null, null, null, n, m, DriftSize.TooFew);
        double psi = 0;
        var used = 0;
        for (var bin = 0; bin < before.Count; bin++)
        {
            if (before[bin] + now[bin] == 0) continue;
            used++;
            double p = Math.Max(before[bin], Empty) / n, q = Math.Max(now[bin], Empty) / m;
            psi += (q - p) * Math.Log(q / p);
        }
        var beyondChance = Math.Max(0, psi - ((used - 1) * ((1.0 / n) + (1.0 / m))));
        return new DriftFigure(measure, slice, null, null, beyondChance, null, null, n, m, beyondChance >= LargePsi ? DriftSize.Large : beyondChance >= SmallPsi ? DriftSize.Moderate : DriftSize.None);
    }

    /// <summary>A share then and now.</summary>
    public static DriftFigure Share(string measure, string slice, (int Hits, int N) before, (int Hits, int N) now)
    {
        if (before.N == 0 || now.N == 0) return new DriftFigure(measure, slice, null, null, null, null, null, before.N, now.N, DriftSize.TooFew);
        double p = (double)before.Hits / before.N, q = (double)now.Hits / now.N;
        var ((pLow, pHigh), (qLow, qHigh)) = (WilsonOf(p, before.N), WilsonOf(q, now.N));
        var low = q - p - Math.Sqrt(Square(q - qLow) + Square(pHigh - p));      // Newcombe's method 10
        var high = q - p + Math.Sqrt(Square(qHigh - q) + Square(p - pLow));
        var h = (2 * Math.Asin(Math.Sqrt(q))) - (2 * Math.Asin(Math.Sqrt(p)));
        return new DriftFigure(measure, slice, p, q, h, low, high, before.N, now.N, SizeOf(h, low, high, before.N, now.N));
    }

    /// <summary>A mean then and now.</summary>
    public static DriftFigure Mean(string measure, string slice, IReadOnlyList<double> before, IReadOnlyList<double> now)
    {
        if (before.Count < 2 || now.Count < 2) return new DriftFigure(measure, slice, null, null, null, null, null, before.Count, now.Count, DriftSize.TooFew);
        var ((p, pVariance), (q, qVariance)) = (Moments(before), Moments(now));
        var error = Z * Math.Sqrt((pVariance / before.Count) + (qVariance / now.Count));
        var d = (q - p) / Math.Sqrt(Math.Max(1e-12, (pVariance + qVariance) / 2));
        return new DriftFigure(measure, slice, p, q, d, q - p - error, q - p + error, before.Count, now.Count, SizeOf(d, q - p - error, q - p + error, before.Count, now.Count));
    }

    private static DriftSize SizeOf(double effect, double low, double high, int n, int m) =>
        n < FewestRows || m < FewestRows ? DriftSize.TooFew : low <= 0 && high >= 0 || Math.Abs(effect) < Moderate ? DriftSize.None : Math.Abs(effect) >= Large ? DriftSize.Large : DriftSize.Moderate;

    private static (double Low, double High) WilsonOf(double share, int n)
    {
        var middle = (share + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
        var half = Z / (1 + (Z * Z / n)) * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4.0 * n * n)));
        return (middle - half, middle + half);
    }

    private static (double Mean, double Variance) Moments(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return (mean, values.Sum(v => Square(v - mean)) / (values.Count - 1));
    }

    private static double Square(double x) => x * x;
}
