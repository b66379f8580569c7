using Escalation.Inference.Features;
using Escalation.Inference.Scoring;

namespace Escalation.Trainer.Drift;

/// <summary>Which share of a text's n-grams a model knows from at least one of a thousand training texts: low where texts look foreign to it.</summary>
/// <remarks>
/// Seen at all would say nothing: after 50,000 texts nearly every bucket of the hash has been, and foreign texts looked as known as any (.996 against
/// .999). A model without such a weighting only tells whether it was seen. Thread-safe.
/// </remarks>
public sealed class KnownNgrams(ScorerContent content)
{
    private const double RarestKnown = 7.907755;        // as inverse document frequency: ln 1000 + 1

    private readonly float[]? idf = content.Planes.FirstOrDefault(p => p.Features.Weighting == Weighting.Idf)?.Features.Values;

    /// <summary>The share of each text, 0 to 1; 0 for a text without any.</summary>
    public IReadOnlyList<double> SharesOf(IReadOnlyList<string> texts)
    {
        var rows = NgramRows.Build(texts, content.Schema);
        return [.. Enumerable.Range(0, texts.Count).Select(row => ShareOf(rows.Buckets(row)))];
    }

    private double ShareOf(ReadOnlySpan<int> buckets)
    {
        var known = 0;
        foreach (var bucket in buckets)
            if (idf is not null ? idf[bucket] is > 0 and <= (float)RarestKnown : content.Planes.Any(p => p.Features.Values[bucket] != 0)) known++;
        return buckets.Length == 0 ? 0 : (double)known / buckets.Length;
    }
}
