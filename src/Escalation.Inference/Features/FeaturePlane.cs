namespace Escalation.Inference.Features;

/// <summary>How an n-gram's occurrence is weighted before its block is brought to unit length.</summary>
public enum Weighting
{
    /// <summary>Every n-gram alike.</summary>
    Flat,

    /// <summary>Inverse document frequency.</summary>
    Idf,

    /// <summary>Inverse document frequency x |naive Bayes log-count ratio|^0.75.</summary>
    NaiveBayes,

    /// <summary>Inverse document frequency x |naive Bayes log-count ratio|^0.5: better where one class is rare.</summary>
    SoftNaiveBayes,

    /// <summary>|Naive Bayes log-count ratio|^0.75.</summary>
    Ratio,
}

/// <summary>One weighting of all buckets; 0 where a bucket was not seen in training.</summary>
/// <param name="Weighting">How the values came about.</param>
/// <param name="Values">One a bucket, at least 0, its square exactly a bfloat16, so that what is stored is what was trained on.</param>
public sealed record FeaturePlane(Weighting Weighting, float[] Values);
