using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>Two linear heads over the same n-grams, added: one over idf-weighted, one over naive-Bayes-weighted features, each block of n-grams to unit length.</summary>
/// <remarks>
/// Immutable and thread-safe; scoring allocates nothing. A bucket holds (w*v, v^2) of both heads in 16 bytes, so that one load serves
/// sum and norm: score = bias + sum over heads and blocks of (sum w*v) / sqrt(sum v^2), over occurrences.
/// </remarks>
public sealed class LinearScorer
{
    private readonly float[] table;
    private readonly int bits;

    /// <summary>Builds the table.</summary>
    /// <param name="features">Feature weights v, one a bucket.</param>
    /// <param name="idfHead">Learned weights w of the idf head, one a bucket.</param>
    /// <param name="naiveBayesHead">Learned weights w of the naive Bayes head.</param>
    /// <param name="bias">Score of a text without a known n-gram.</param>
    public LinearScorer(FeatureWeights features, float[] idfHead, float[] naiveBayesHead, float bias)
    {
        bits = int.Log2(features.Idf.Length);
        Bias = bias;
        table = new float[4 * features.Idf.Length];
        for (var i = 0; i < features.Idf.Length; i++)
        {
            float idf = features.Idf[i], ratio = features.NaiveBayes[i];
            table[4 * i] = idfHead[i] * idf;
            table[(4 * i) + 1] = idf * idf;
            table[(4 * i) + 2] = naiveBayesHead[i] * ratio;
            table[(4 * i) + 3] = ratio * ratio;
        }
    }

    /// <summary>Score of a text without a known n-gram.</summary>
    public float Bias { get; }

    /// <summary>The uncalibrated score: higher is more likely positive.</summary>
    public float Score(ReadOnlySpan<char> text)
    {
        var sink = new Sum(ref MemoryMarshal.GetArrayDataReference(table));
        NgramEnumerator.Enumerate(text, bits, ref sink);
        return Bias + Block(sink.Words) + Block(sink.CharacterRuns);
    }

    private static float Block(Vector128<float> sums)
    {
        var idf = sums.GetElement(1);
        var ratio = sums.GetElement(3);
        return (idf > 0 ? sums.GetElement(0) / MathF.Sqrt(idf) : 0) + (ratio > 0 ? sums.GetElement(2) / MathF.Sqrt(ratio) : 0);
    }

    private ref struct Sum(ref float table) : INgramSink
    {
        private readonly ref float table = ref table;
        public Vector128<float> Words;
        public Vector128<float> CharacterRuns;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Word(int bucket) => Words += Vector128.LoadUnsafe(ref table, (nuint)bucket * 4);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Characters(int bucket) => CharacterRuns += Vector128.LoadUnsafe(ref table, (nuint)bucket * 4);
    }
}
