namespace Escalation.Inference.Scoring;

/// <summary>Beta calibration of how sure a model of several classes is of the likeliest one: logit = A ln p - B ln(1 - p) + C.</summary>
/// <remarks>One slope for all classes is too sure where p is high and not sure enough where it is low. Source: Kull, Silva Filho and Flach 2017, "Beta calibration".</remarks>
/// <param name="A">At least 0, so that what is surer stays so.</param>
/// <param name="B">At least 0.</param>
/// <param name="C">Offset.</param>
public sealed record ConfidenceCalibration(double A, double B, double C)
{
    private const double Smallest = 1e-9;

    /// <summary>The logits of a confidence that <see cref="A"/> and <see cref="B"/> weigh: ln p and -ln(1 - p).</summary>
    /// <param name="confidence">0 to 1; its ends are kept off.</param>
    public static (double Rising, double Falling) Parts(double confidence)
    {
        var kept = Math.Clamp(confidence, Smallest, 1 - Smallest);
        return (Math.Log(kept), -Math.Log(1 - kept));
    }

    /// <summary>The calibrated confidence, 0 to 1.</summary>
    /// <param name="confidence">The soft maximum's, 0 to 1.</param>
    public double Apply(double confidence)
    {
        var (rising, falling) = Parts(confidence);
        return 1 / (1 + Math.Exp(-((A * rising) + (B * falling) + C)));
    }
}
