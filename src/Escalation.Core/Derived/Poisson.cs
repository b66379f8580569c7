namespace Escalation.Core.Derived;

/// <summary>Poisson probabilities.</summary>
internal static class Poisson
{
    /// <summary>P(N >= n) at a mean; exact to about 1e-12 relative, also far out in the tail where 1 - CDF would cancel.</summary>
    public static double Tail(int n, double mean)
    {
        if (n <= 0) return 1;
        if (mean <= 0) return 0;
        if (n <= mean) return 1 - Sum(0, n - 1, mean);
        var term = Math.Exp(n * Math.Log(mean) - mean - LogFactorial(n));
        var sum = 0d;
        for (var k = n; term > sum * 1e-16 && term > 0; k++)
        {
            sum += term;
            term *= mean / (k + 1);
        }
        return sum;
    }

    /// <summary>P(N = 0) at a mean.</summary>
    public static double None(double mean) => Math.Exp(-Math.Max(0, mean));

    private static double Sum(int from, int to, double mean)
    {
        var sum = 0d;
        for (var k = from; k <= to; k++) sum += Math.Exp(k * Math.Log(mean) - mean - LogFactorial(k));
        return sum;
    }

    private static double LogFactorial(int n)
    {
        var sum = 0d;
        for (var k = 2; k <= n; k++) sum += Math.Log(k);
        return sum;
    }
}
