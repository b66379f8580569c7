using Escalation.Core.Decisions;

namespace Escalation.Trainer.Weights;

/// <summary>Probability that somebody is needed = logistic(offset + slope x logit(score)), where score is the product's own formula over the triggers' weights.</summary>
/// <remarks>
/// So what is learned can be written into policy.json as it stands. Weights stay within 0 and 1 and the slope above 0; the offset stands for the
/// leak: tickets in need that no trigger sees. A score is kept within .02 and .98, so that a lone certain signal does not outweigh all others.
/// </remarks>
internal sealed class WeightModel
{
    private const double LowestScore = .02;
    private readonly int[] groupOf;
    private readonly bool[] joinsOnly;
    private readonly int groups;

    public WeightModel(Policy policy)
    {
        var names = policy.Triggers.Select(t => t.Group).Distinct(StringComparer.Ordinal).ToList();
        groups = names.Count;
        groupOf = [.. policy.Triggers.Select(t => names.IndexOf(t.Group))];
        joinsOnly = [.. policy.Triggers.Select(t => t.JoinsOnly)];
    }

    public double Score(double[] confidences, ReadOnlySpan<double> weights)
    {
        Span<double> strongest = stackalloc double[groups];
        var fired = false;
        for (var t = 0; t < confidences.Length; t++)
        {
            if (confidences[t] <= 0 || joinsOnly[t]) continue;
            fired = true;
            strongest[groupOf[t]] = Math.Max(strongest[groupOf[t]], weights[t] * confidences[t]);
        }
        if (!fired) return 0;
        for (var t = 0; t < confidences.Length; t++)
            if (confidences[t] > 0 && joinsOnly[t]) strongest[groupOf[t]] = Math.Max(strongest[groupOf[t]], weights[t] * confidences[t]);
        var open = 1.0;
        foreach (var strength in strongest) open *= 1 - strength;
        return 1 - open;
    }

    public double Probability(double[] confidences, in Parameters at) => 1 / (1 + Math.Exp(-(at.Offset + (at.Slope * Logit(Score(confidences, at.Weights))))));

    private static double Logit(double score)
    {
        var kept = Math.Clamp(score, LowestScore, 1 - LowestScore);
        return Math.Log(kept / (1 - kept));
    }

    /// <summary>What is learned.</summary>
    public readonly record struct Parameters(double[] Weights, double Slope, double Offset);
}
