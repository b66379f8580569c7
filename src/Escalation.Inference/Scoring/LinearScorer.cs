using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>Linear models over up to four weightings of the same n-grams, added; each block of n-grams to unit length under each weighting.</summary>
/// <remarks>
/// Immutable and thread-safe; scoring allocates nothing. A bucket holds (w*v, v^2) of its planes side by side as bfloat16, in 4 bytes (one
/// plane), 8 (two) or 16 (four), so that one load serves all sums and norms: score = bias + sum over planes and blocks of
/// (sum w*v) / sqrt(sum v^2), over occurrences. An ensemble costs as much as its planes, however many models were averaged in them.
/// What it costs is looks into the table: half the bytes are half the misses.
/// </remarks>
public sealed class LinearScorer
{
    private readonly ushort[] table;
    private readonly FeatureSchema schema;
    private readonly int width;

    /// <summary>Builds the table of the first output.</summary>
    public LinearScorer(ScorerContent content) : this(content.Schema, content.Outputs[0].Bias, content.Planes.Count)
    {
        for (var p = 0; p < content.Planes.Count; p++)
        {
            var (values, head) = (content.Planes[p].Features.Values, content.Planes[p].Heads[0]);
            var pairs = Pairs(p, out var stride);
            for (var i = 0; i < values.Length; i++)
                if (values[i] != 0) pairs[i * stride] = Bfloat16.Encode(head[i] * values[i]) | ((uint)Bfloat16.Encode(values[i] * values[i]) << 16);
        }
    }

    /// <summary>An empty table, to be filled before it is used.</summary>
    internal LinearScorer(FeatureSchema schema, float bias, int planes)
    {
        this.schema = schema;
        Bias = bias;
        width = planes == 1 ? 2 : planes == 2 ? 4 : 8;
        table = new ushort[width * schema.Buckets];
    }

    /// <summary>The table of a plane for whoever fills it: the pair of a bucket stands at bucket x <paramref name="stride"/>, w*v in its lower half, v^2 in its upper.</summary>
    internal Span<uint> Pairs(int plane, out int stride)
    {
        stride = width / 2;
        return MemoryMarshal.Cast<ushort, uint>(table.AsSpan())[plane..];
    }

    /// <summary>Score of a text without a known n-gram.</summary>
    public float Bias { get; }

    /// <summary>The uncalibrated score: higher is more likely positive.</summary>
    /// <param name="text">Any length.</param>
    /// <param name="trees">Trees that read the same n-grams, and whose score is added; null = there are none.</param>
    internal float Score(ReadOnlySpan<char> text, TreeScorer? trees = null)
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(table);
        return width switch
        {
            2 => Score(text, new OnePlane(ref first), trees),
            4 => Score(text, new TwoPlanes(ref first), trees),
            _ => Score(text, new FourPlanes(ref first), trees),
        };
    }

    private float Score<TSums>(ReadOnlySpan<char> text, TSums sums, TreeScorer? trees) where TSums : struct, IBlockSums, allows ref struct
    {
        if (trees is not null) return WithTrees(text, sums, trees);
        NgramEnumerator.Enumerate(text, schema, ref sums);
        return Bias + Block(sums.OfWords) + Block(sums.OfCharacters) + Block(sums.OfMarks);
    }

    /// <summary>Reads the text once for both.</summary>
    private float WithTrees<TSums>(ReadOnlySpan<char> text, TSums sums, TreeScorer trees) where TSums : struct, IBlockSums, allows ref struct
    {
        Span<int> notes = stackalloc int[TreeScorer.NotesLength];
        var both = new TreeScorer.Beside<TSums>(trees, sums, notes);
        NgramEnumerator.Enumerate(text, schema, ref both);
        var linear = Bias + Block(both.Other.OfWords) + Block(both.Other.OfCharacters) + Block(both.Other.OfMarks);
        return linear + trees.Score(text, notes[..both.Noted]);
    }

    /// <summary>What each word of the text adds to slope x score; with slope x <see cref="Bias"/> that is all of it.</summary>
    /// <param name="text">Any length.</param>
    /// <param name="slope">Of the calibration.</param>
    /// <param name="trees">What its n-grams add to the score of trees, which their words get as well; null = there are none.</param>
    internal TokenShares Shares(ReadOnlySpan<char> text, double slope, TreeShares? trees) => new ScoreShares(table, width, slope, trees).Of(text, schema);

    /// <summary>Sum over planes of w*v / sqrt(v^2), nothing where no bucket of the block is known.</summary>
    private static float Block(Vector256<float> sums)
    {
        var squares = Vector256.Shuffle(sums, Vector256.Create(1, 1, 3, 3, 5, 5, 7, 7));
        var scaled = sums / Vector256.Sqrt(squares);
        return Vector256.Sum(Vector256.ConditionalSelect(Vector256.GreaterThan(squares, Vector256<float>.Zero) & FirstOfPairs, scaled, Vector256<float>.Zero));
    }

    private static Vector256<float> FirstOfPairs => Vector256.Create(-1, 0, -1, 0, -1, 0, -1, 0).AsSingle();

    /// <summary>Widened: the upper half of a float is all there is of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Floats(Vector128<ushort> stored) => (Vector128.WidenLower(stored) << 16).AsSingle();

    /// <summary>The sums of (w*v, v^2) of each plane over a text.</summary>
    private interface IBlockSums : INgramSink
    {
        Vector256<float> OfWords { get; }

        Vector256<float> OfCharacters { get; }

        Vector256<float> OfMarks { get; }
    }

    private ref struct OnePlane(ref ushort table) : IBlockSums
    {
        private readonly ref ushort table = ref table;
        private Vector128<float> words, characters, marks;

        public readonly Vector256<float> OfWords => words.ToVector256();

        public readonly Vector256<float> OfCharacters => characters.ToVector256();

        public readonly Vector256<float> OfMarks => marks.ToVector256();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Word(int bucket) => words += Of(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Characters(int bucket) => characters += Of(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Mark(int bucket) => marks += Of(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly Vector128<float> Of(int bucket) =>
            Floats(Vector128.CreateScalar(Unsafe.As<ushort, uint>(ref Unsafe.Add(ref table, (nuint)bucket * 2))).AsUInt16());
    }

    private ref struct TwoPlanes(ref ushort table) : IBlockSums
    {
        private readonly ref ushort table = ref table;
        private Vector128<float> words, characters, marks;

        public readonly Vector256<float> OfWords => words.ToVector256();

        public readonly Vector256<float> OfCharacters => characters.ToVector256();

        public readonly Vector256<float> OfMarks => marks.ToVector256();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Word(int bucket) => words += Of(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Characters(int bucket) => characters += Of(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Mark(int bucket) => marks += Of(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly Vector128<float> Of(int bucket) =>
            Floats(Vector128.CreateScalar(Unsafe.As<ushort, ulong>(ref Unsafe.Add(ref table, (nuint)bucket * 4))).AsUInt16());
    }

    private ref struct FourPlanes(ref ushort table) : IBlockSums
    {
        private readonly ref ushort table = ref table;
        private Vector256<float> words, characters, marks;

        public readonly Vector256<float> OfWords => words;

        public readonly Vector256<float> OfCharacters => characters;

        public readonly Vector256<float> OfMarks => marks;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Word(int bucket) => words += Of(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Characters(int bucket) => characters += Of(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Mark(int bucket) => marks += Of(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly Vector256<float> Of(int bucket) =>
            (Vector256.WidenLower(Vector128.LoadUnsafe(ref table, (nuint)bucket * 8).ToVector256Unsafe()) << 16).AsSingle();
    }
}
