using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>Linear models over up to four weightings of the same n-grams, added; each block of n-grams to unit length under each weighting.</summary>
/// <remarks>
/// Immutable and thread-safe; scoring allocates nothing. A bucket holds (w*v, v^2) of its planes side by side in 8 bytes (one plane),
/// 16 (two) or 32 (four), so that one load serves all sums and norms: score = bias + sum over planes and blocks of (sum w*v) / sqrt(sum v^2), over
/// occurrences. An ensemble costs as much as its planes, however many models were averaged in them.
/// </remarks>
public sealed class LinearScorer
{
    private readonly float[] table;
    private readonly int bits;
    private readonly int width;

    /// <summary>Builds the table of the first output.</summary>
    public LinearScorer(ScorerContent content) : this(content.Schema, content.Outputs[0].Bias, content.Planes.Count)
    {
        for (var p = 0; p < content.Planes.Count; p++)
        {
            var (values, head) = (content.Planes[p].Features.Values, content.Planes[p].Heads[0]);
            for (var i = 0; i < values.Length; i++)
                if (values[i] != 0) Set(p, i, values[i], head[i]);
        }
    }

    /// <summary>An empty table, to be filled before it is used.</summary>
    internal LinearScorer(FeatureSchema schema, float bias, int planes)
    {
        bits = schema.Bits;
        Bias = bias;
        width = planes == 1 ? 2 : planes == 2 ? 4 : 8;
        table = new float[width * schema.Buckets];
    }

    /// <summary>Takes one bucket in.</summary>
    internal void Set(int plane, int bucket, float value, float weight)
    {
        var at = (width * bucket) + (2 * plane);
        table[at] = weight * value;
        table[at + 1] = value * value;
    }

    /// <summary>Score of a text without a known n-gram.</summary>
    public float Bias { get; }

    /// <summary>The uncalibrated score: higher is more likely positive.</summary>
    public float Score(ReadOnlySpan<char> text)
    {
        if (width == 2)
        {
            var single = new OnePlane(ref MemoryMarshal.GetArrayDataReference(table));
            NgramEnumerator.Enumerate(text, bits, ref single);
            return Bias + Block(single.Words.ToVector256()) + Block(single.CharacterRuns.ToVector256()) + Block(single.Marks.ToVector256());
        }
        if (width == 4)
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

    private ref struct OnePlane(ref float table) : INgramSink
    {
        private readonly ref float table = ref table;
        public Vector128<float> Words;
        public Vector128<float> CharacterRuns;
        public Vector128<float> Marks;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Word(int bucket) => Words += Pair(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Characters(int bucket) => CharacterRuns += Pair(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Mark(int bucket) => Marks += Pair(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly Vector128<float> Pair(int bucket) =>
            Vector128.CreateScalar(Unsafe.As<float, ulong>(ref Unsafe.Add(ref table, (nuint)bucket * 2))).AsSingle();
    }

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
