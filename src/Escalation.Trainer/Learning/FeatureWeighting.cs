using Escalation.Inference.Features;
using Escalation.Inference.MlNet;

namespace Escalation.Trainer.Learning;

/// <summary>Learns the feature weights of a set of rows.</summary>
internal static class FeatureWeighting
{
    /// <summary>Inverse document frequency, and idf x |log-count ratio| of the two classes, both rounded to bfloat16; 0 for buckets of fewer than <paramref name="minimumRows"/> rows.</summary>
    /// <remarks>The ratio's sign is left to the learned weight. Source: Wang and Manning 2012, "Baselines and bigrams", with a smoothing of 1.</remarks>
    public static FeatureWeights Fit(NgramRows rows, int[] selected, Func<int, bool> label, int minimumRows)
    {
        var buckets = 1 << rows.Bits;
        int[] positive = new int[buckets], negative = new int[buckets];
        var positives = 0;
        foreach (var row in selected)
        {
            var isPositive = label(row);
            if (isPositive) positives++;
            var counts = isPositive ? positive : negative;
            foreach (var bucket in rows.Buckets(row)) counts[bucket]++;
        }
        float[] idf = new float[buckets], ratio = new float[buckets];
        for (var i = 0; i < buckets; i++)
        {
            var seen = positive[i] + negative[i];
            if (seen < minimumRows) continue;
            var frequency = MathF.Log((1f + selected.Length) / (1 + seen)) + 1;
            idf[i] = Bfloat16.Round(frequency);
            ratio[i] = Bfloat16.Round(frequency * MathF.Abs(LogCountRatio(positive[i], positives, negative[i], selected.Length - positives)));
        }
        return new FeatureWeights(idf, ratio);
    }

    private static float LogCountRatio(int positive, int positives, int negative, int negatives) =>
        MathF.Log((positive + 1f) / (positives + 2f) / ((negative + 1f) / (negatives + 2f)));
}
