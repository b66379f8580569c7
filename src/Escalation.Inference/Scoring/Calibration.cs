namespace Escalation.Inference.Scoring;

/// <summary>Platt scaling: probability = 1 / (1 + exp(-(A * score + B))).</summary>
/// <param name="A">Slope; above 0, so that ranking stays as it is.</param>
/// <param name="B">Offset.</param>
public sealed record Calibration(double A, double B)
{
    /// <summary>The score as it is.</summary>
    public static readonly Calibration Identity = new(1, 0);

    /// <summary>The probability of a score, 0 to 1.</summary>
    public double Probability(double score) => 1 / (1 + Math.Exp(-((A * score) + B)));
}
