using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>The score of a text: linear models, and trees where the file holds any.</summary>
/// <remarks>Immutable and thread-safe; scoring allocates nothing. Without trees it costs what <see cref="LinearScorer"/> does.</remarks>
public sealed class TextScorer
{
    private readonly LinearScorer linear;
    private readonly TreeScorer? trees;
    private readonly FeatureSchema schema;

    internal TextScorer(FeatureSchema schema, LinearScorer linear, TreeTable? trees)
    {
        this.schema = schema;
        this.linear = linear;
        if (trees is not null) this.trees = new TreeScorer(schema, trees);
    }

    /// <summary>Score of a text without a known n-gram.</summary>
    public float Bias => trees is null ? linear.Bias : linear.Bias + trees.Bias;

    /// <summary>The uncalibrated score: higher is more likely positive.</summary>
    public float Score(ReadOnlySpan<char> text) => linear.Score(text, trees);

    /// <summary>What each word of the text adds to slope x score; with slope x <see cref="Bias"/> that is all of it.</summary>
    internal TokenShares Shares(ReadOnlySpan<char> text, double slope) => linear.Shares(text, slope, trees is null ? null : new TreeShares(trees, schema, text));
}
