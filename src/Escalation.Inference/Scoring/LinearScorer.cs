using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>Linear models over up to four weightings of the same n-grams, added; each block of n-grams to unit length under each weighting.</summary>
/// <remarks>
/// Immutable and thread-safe; scoring allocates nothing. A bucket holds (w*v, v^2) of its planes side by side in 16 bytes (two planes) or
/// 32 (four), so that one load serves all sums and norms: score = bias + sum over planes and blocks of (sum w*v) / sqrt(sum v^2), over
/// occurrences. An ensemble costs as much as its planes, however many models were averaged in them.
/// </remarks>
public sealed class LinearScorer
{
    private readonly float[] table;
    private readonly int bits;
    private readonly bool isNarrow;

    /// <summary>Builds the table of the first output.</summary>
    public LinearScorer(ScorerContent content)
    {
        bits = content.Schema.Bits;
        Bias = content.Outputs[0].Bias;
        isNarrow = content.Planes.Count <= 2;
        var width = isNarrow ? 4 : 8;
        table = new float[width * content.Schema.Buckets];
        for (var p = 0; p < content.Planes.Count; p++)
        {
            var (values, head) = (content.Planes[p].Features.Values, content.Planes[p].Heads[0]);
            for (var i = 0; i < values.Length; i++)
            {
                table[(width * i) + (2 * p)] = head[i] * values[i];
                table[(width * i) + (2 * p) + 1] = values[i] * values[i];
            }
        }
    }

    /// <summary>Score of a text without a known n-gram.</summary>
    public float Bias { get; }

    /// <summary>The uncalibrated score: higher is more likely positive.</summary>
    public float Score(ReadOnlySpan<char> text)
    {
        if (isNarrow)
        {
            var narrow = new TwoPlanes(ref MemoryMarshal.GetArrayDataReference(table));
            NgramEnumerator.Enumerate(text, bits, ref narrow);
            return Bias + Block(narrow.Words.ToVector256()) + Block(narrow.CharacterRuns.ToVector256()) + Block(narrow.Marks.ToVector256());
        }
        var wide = new FourPlanes(ref MemoryMarshal.GetArrayDataReference(table));
        NgramEnumerator.Enumerate(text, bits, ref wide);
        return Bias + Block(wide.Words) + Block(wide.CharacterRuns) + Block(wide.Marks);
    }

    /// <summary>Sum over planes of w*v / sqrt(v^2), nothing where no bucket of the block is known.</summary>
    private static float Block(Vector256<float> sums)
    {
        var squares = Vector256.Shuffle(sums, Vector256.Create(1, 1, 3, 3, 5, 5, 7, 7));
        var scaled = sums / Vector256.Sqrt(squares);
        return Vector256.Sum(Vector256.ConditionalSelect(Vector256.GreaterThan(squares, Vector256<float>.Zero) & FirstOfPairs, scaled, Vector256<float>.Zero));
    }

    private static Vector256<float> FirstOfPairs => Vector256.Create(-1, 0, -1, 0, -1, 0, -1, 0).AsSingle();

    private ref struct TwoPlanes(ref float table) : INgramSink
    {
        private readonly ref float table = ref table;
        public Vector128<float> Words;
        public Vector128<float> CharacterRuns;
        public Vector128<float> Marks;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Word(int bucket) => Words += Vector128.LoadUnsafe(ref table, (nuint)bucket * 4);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Characters(int bucket) => CharacterRuns += Vector128.LoadUnsafe(ref table, (nuint)bucket * 4);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Mark(int bucket) => Marks += Vector128.LoadUnsafe(ref table, (nuint)bucket * 4);
    }

    private ref struct FourPlanes(ref float table) : INgramSink
    {
        private readonly ref float table = ref table;
        public Vector256<float> Words;
        public Vector256<float> CharacterRuns;
        public Vector256<float> Marks;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Word(int bucket) => Words += Vector256.LoadUnsafe(ref table, (nuint)bucket * 8);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Characters(int bucket) => CharacterRuns += Vector256.LoadUnsafe(ref table, (nuint)bucket * 8);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Mark(int bucket) => Marks += Vector256.LoadUnsafe(ref table, (nuint)bucket * 8);
    }
}
