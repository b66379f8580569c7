namespace Escalation.Inference.Scoring;

/// <summary>From the scores of several classes to probabilities: the soft maximum under one slope.</summary>
public static class ClassCalibration
{
    /// <summary>Replaces scores by probabilities, which add up to 1.</summary>
    /// <param name="slope">Above 0.</param>
    /// <param name="scores">One a class.</param>
    public static void Apply(double slope, Span<double> scores)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (var score in scores) largest = Math.Max(largest, score);
        for (var k = 0; k < scores.Length; k++)
        {
            scores[k] = Math.Exp(slope * (scores[k] - largest));
            sum += scores[k];
        }
        foreach (ref var score in scores) score /= sum;
    }
}
