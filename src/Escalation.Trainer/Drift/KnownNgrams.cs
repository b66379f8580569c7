using Escalation.Inference.MlNet;
using Escalation.Inference.Scoring;

namespace Escalation.Trainer.Drift;

/// <summary>Which share of a text's n-grams a model has seen in training: low where texts look foreign to it.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class KnownNgrams(ScorerContent content)
{
    /// <summary>The share of each text, 0 to 1; 0 for a text without any.</summary>
    public IReadOnlyList<double> SharesOf(IReadOnlyList<string> texts)
    {
        var rows = NgramRows.Build(texts, content.Schema.Bits);
        return [.. Enumerable.Range(0, texts.Count).Select(row => ShareOf(rows.Buckets(row)))];
    }

    private double ShareOf(ReadOnlySpan<int> buckets)
    {
        var known = 0;
        foreach (var bucket in buckets)
            if (content.Features.Idf[bucket] != 0 || content.Features.NaiveBayes[bucket] != 0) known++;
        return buckets.Length == 0 ? 0 : (double)known / buckets.Length;
    }
}
