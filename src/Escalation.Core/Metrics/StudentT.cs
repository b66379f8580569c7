namespace Escalation.Core.Metrics;

/// <summary>Student's t distribution, as far as 95 % intervals need it.</summary>
public static class StudentT
{
    private static readonly double[] Table = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042];

    /// <summary>The 97.5 % quantile: by table up to 30 degrees of freedom, between its rows and beyond it linear in their inverse.</summary>
    /// <param name="freedom">Degrees of freedom, at least 1; may be a fraction.</param>
    public static double TwoSided95(double freedom)
    {
        var below = Math.Min((int)freedom, Table.Length);
        var (from, to) = (1d / below, below < Table.Length ? 1d / (below + 1) : 0);
        var (near, far) = (Table[below - 1], below < Table.Length ? Table[below] : Wilson.Z);
        return far + (near - far) * (1 / freedom - to) / (from - to);
    }
}

/// <summary>The upper tail of the normal distribution.</summary>
internal static class NormalTail
{
    private const int Terms = 40;

    /// <summary>The probability of more than so many standard deviations, which are at least 1: Laplace's continued fraction of Mills' ratio.</summary>
    public static double Beyond(double deviations)
    {
        var fraction = deviations;
        for (var term = Terms; term > 0; term--) fraction = deviations + term / fraction;
        return Math.Exp(-deviations * deviations / 2) / Math.Sqrt(2 * Math.PI) / fraction;
    }
}
