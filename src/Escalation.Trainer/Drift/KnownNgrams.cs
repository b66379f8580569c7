using Escalation.Inference.MlNet;
using Escalation.Inference.Scoring;

namespace Escalation.Trainer.Drift;

/// <summary>Which share of a text's n-grams a model knows from at least one of a thousand training texts: low where texts look foreign to it.</summary>
/// <remarks>
/// Seen at all would say nothing: after 50,000 texts nearly every bucket of the hash has been, and foreign texts looked as known as any (.996 against
/// .999). Thread-safe.
/// </remarks>
public sealed class KnownNgrams(ScorerContent content)
{
    private static readonly double RarestKnown = Math.Log(1000) + 1;        // as inverse document frequency

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
            if (content.Features.Idf[bucket] is > 0 and var idf && idf <= RarestKnown) known++;
        return buckets.Length == 0 ? 0 : (double)known / buckets.Length;
    }
}
