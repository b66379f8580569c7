namespace Escalation.Inference.Features;

/// <summary>The two weightings of the buckets: inverse document frequency, and |naive Bayes log-count ratio|; 0 where a bucket was not seen in training.</summary>
/// <param name="Idf">One weight a bucket, at least 0, exactly a bfloat16.</param>
/// <param name="NaiveBayes">One weight a bucket, at least 0, exactly a bfloat16.</param>
/// <remarks>Both are rounded to bfloat16 before anything is trained on them, so that what is stored is what was trained on.</remarks>
public sealed record FeatureWeights(float[] Idf, float[] NaiveBayes)
{
    /// <summary>The weights of one of the two.</summary>
    public float[] Of(Weighting weighting) => weighting == Weighting.Idf ? Idf : NaiveBayes;
}

/// <summary>How an n-gram's occurrence is weighted before the block is normalised.</summary>
public enum Weighting { Idf, NaiveBayes }
