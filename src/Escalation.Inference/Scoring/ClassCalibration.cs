namespace Escalation.Inference.Scoring;

/// <summary>From the scores of several classes to probabilities: the soft maximum under one slope, then the confidence in the likeliest class.</summary>
/// <param name="Slope">Above 0.</param>
/// <param name="Confidence">Of the likeliest class; null = as the soft maximum says.</param>
public sealed record ClassCalibration(double Slope, ConfidenceCalibration? Confidence = null)
{
    // The likeliest class stays the likeliest, also where little tells it from the next.
    private const double Ahead = 1 + 1e-9;

    /// <summary>That of a scorer.</summary>
    public static ClassCalibration Of(ScorerContent content) => new(content.Outputs[0].Calibration.A, content.Confidence);

    /// <summary>Replaces scores by probabilities, which add up to 1 and stand in the same order.</summary>
    /// <param name="scores">One a class.</param>
    public void Apply(Span<double> scores)
    {
        var best = 0;
        for (var k = 1; k < scores.Length; k++)
            if (scores[k] > scores[best]) best = k;
        var largest = scores[best];
        double rest = 0, next = 0;
        for (var k = 0; k < scores.Length; k++)
        {
            scores[k] = Math.Exp(Slope * (scores[k] - largest));
            if (k == best) continue;
            rest += scores[k];
            next = Math.Max(next, scores[k]);
        }
        if (Confidence is null || rest == 0)
        {
            for (var k = 0; k < scores.Length; k++) scores[k] /= 1 + rest;
            return;
        }
        var kept = Math.Max(Confidence.Apply(1 / (1 + rest)), Ahead * next / (rest + next));
        for (var k = 0; k < scores.Length; k++) scores[k] = k == best ? kept : scores[k] / rest * (1 - kept);
    }
}
