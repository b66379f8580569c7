namespace Escalation.Trainer.Publishing;

/// <summary>How much each row counts in a resample.</summary>
internal static class DrawnWeights
{
    [ThreadStatic] private static double[]? kept;

    /// <summary>How often a row was drawn times what it stands for; holds until the next call of this thread.</summary>
    public static double[] Of(double[] drawn, double[] weights)
    {
        var product = kept?.Length == weights.Length ? kept : kept = new double[weights.Length];
        for (var i = 0; i < product.Length; i++) product[i] = drawn[i] * weights[i];
        return product;
    }
}
