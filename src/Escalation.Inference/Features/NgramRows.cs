namespace Escalation.Inference.Features;

/// <summary>Hashed features of many texts, counted once and weighted as often as needed.</summary>
/// <remarks>
/// Sparse rows: a row's buckets ascend, so that words come first, then characters, then marks; each has its occurrences. Immutable and
/// thread-safe. About 1 KB for a text of 100 characters.
/// </remarks>
public sealed class NgramRows
{
    /// <summary>Words, characters, marks: each brought to unit length for itself.</summary>
    public const int Blocks = 3;

    private const int RowsAPart = 256;

    private readonly int[] starts;      // where each block of each row begins
    private readonly int[] buckets;
    private readonly ushort[] counts;

    private NgramRows(FeatureSchema schema, int[] starts, int[] buckets, ushort[] counts)
    {
        Schema = schema;
        this.starts = starts;
        this.buckets = buckets;
        this.counts = counts;
        for (var row = 0; row < Count; row++) Widest = Math.Max(Widest, Buckets(row).Length);
    }

    /// <summary>The features.</summary>
    public FeatureSchema Schema { get; }

    /// <summary>Rows.</summary>
    public int Count => (starts.Length - 1) / Blocks;

    /// <summary>Most buckets in one row.</summary>
    public int Widest { get; }

    /// <summary>Counts the features of the texts.</summary>
    /// <param name="texts">One a row.</param>
    /// <param name="bits">See <see cref="FeatureSchema.Bits"/>.</param>
    /// <param name="minimumRows">Buckets of fewer rows are left out: they cost memory and teach nothing.</param>
    /// <param name="cancellation">Ends between two texts.</param>
    public static NgramRows Build(IReadOnlyList<string> texts, int bits, int minimumRows = 1, CancellationToken cancellation = default) =>
        Build(texts, FeatureSchema.Current(bits), minimumRows, cancellation);

    /// <summary>Counts the features of the texts as a model asks for them.</summary>
    /// <param name="texts">One a row.</param>
    /// <param name="schema">The model's features.</param>
    /// <param name="minimumRows">Buckets of fewer rows are left out.</param>
    /// <param name="cancellation">Ends between two texts.</param>
    public static NgramRows Build(IReadOnlyList<string> texts, FeatureSchema schema, int minimumRows = 1, CancellationToken cancellation = default)
    {
        var starts = new int[(texts.Count * Blocks) + 1];
        var parts = new Part[(texts.Count + RowsAPart - 1) / RowsAPart];
        Parallel.For(0, parts.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
            parts[i] = CountRows(texts, i * RowsAPart, Math.Min(texts.Count, (i + 1) * RowsAPart), schema, starts, cancellation));
        var (buckets, counts, at) = (new int[parts.Sum(p => p.Buckets.Count)], new ushort[parts.Sum(p => p.Counts.Count)], 0);
        for (var i = 0; i < parts.Length; i++)
        {
            foreach (ref var start in starts.AsSpan((i * RowsAPart * Blocks) + 1, parts[i].Rows * Blocks)) start += at;
            parts[i].Buckets.CopyTo(buckets, at);
            parts[i].Counts.CopyTo(counts, at);
            at += parts[i].Buckets.Count;
        }
        var all = new NgramRows(schema, starts, buckets, counts);
        return minimumRows > 1 ? all.Without(all.RowsOfBuckets(), minimumRows) : all;
    }

    /// <summary>The buckets of a row, ascending.</summary>
    public ReadOnlySpan<int> Buckets(int row) => buckets.AsSpan(starts[row * Blocks], starts[(row + 1) * Blocks] - starts[row * Blocks]);

    /// <summary>Buckets of all rows together: the length of a list of values, row after row.</summary>
    public int TotalBuckets => buckets.Length;

    /// <summary>Where a block of a row begins in such a list; the block after the last is the next row's first.</summary>
    public int Start(int row, int block) => starts[(row * Blocks) + block];

    /// <summary>The buckets of a list of values.</summary>
    public ReadOnlySpan<int> AllBuckets => buckets;

    /// <summary>A row's values under feature weights: count x weight, each block to unit length.</summary>
    /// <param name="row">Row number.</param>
    /// <param name="plane">The feature weights.</param>
    /// <param name="target">As long as <see cref="Buckets"/> of the row.</param>
    public void Values(int row, FeaturePlane plane, Span<float> target)
    {
        var (first, weights) = (starts[row * Blocks], plane.Values);
        for (var block = 0; block < Blocks; block++)
        {
            int from = starts[(row * Blocks) + block], to = starts[(row * Blocks) + block + 1];
            float squares = 0;
            for (var i = from; i < to; i++) squares += counts[i] * weights[buckets[i]] * weights[buckets[i]];
            var scale = squares > 0 ? 1 / MathF.Sqrt(squares) : 0;
            for (var i = from; i < to; i++) target[i - first] = weights[buckets[i]] * counts[i] * scale;
        }
    }

    /// <summary>Counts a range of rows; where their blocks begin is told from the first of them.</summary>
    private static Part CountRows(IReadOnlyList<string> texts, int first, int end, FeatureSchema schema, int[] starts, CancellationToken cancellation)
    {
        var part = new Part(end - first, new List<int>((end - first) * 160), new List<ushort>((end - first) * 160));
        var sink = new Collect { Seen = new List<int>(1024) };
        for (var row = first; row < end; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            sink.Seen.Clear();
            NgramEnumerator.Enumerate(texts[row], schema, ref sink);
            sink.Seen.Sort();
            AppendRow(sink.Seen, schema, starts.AsSpan((row * Blocks) + 1, Blocks), part.Buckets, part.Counts);
        }
        return part;
    }

    private static void AppendRow(List<int> seen, FeatureSchema schema, Span<int> ends, List<int> buckets, List<ushort> counts)
    {
        var block = 0;
        for (var i = 0; i < seen.Count;)
        {
            var bucket = seen[i];
            var end = i;
            while (end < seen.Count && seen[end] == bucket) end++;
            for (; block < BlockOf(bucket, schema); block++) ends[block] = buckets.Count;
            buckets.Add(bucket);
            counts.Add((ushort)Math.Min(end - i, ushort.MaxValue));
            i = end;
        }
        for (; block < Blocks; block++) ends[block] = buckets.Count;
    }

    private static int BlockOf(int bucket, FeatureSchema schema) => bucket < schema.FirstOfCharacters ? 0 : bucket < schema.FirstOfMarks ? 1 : 2;

    private int[] RowsOfBuckets()
    {
        var rows = new int[Schema.Buckets];
        foreach (var bucket in buckets) rows[bucket]++;
        return rows;
    }

    private NgramRows Without(int[] rowsOfBuckets, int minimumRows)
    {
        var (keptStarts, kept, keptCounts) = (new int[starts.Length], new List<int>(buckets.Length), new List<ushort>(buckets.Length));
        for (var part = 0; part + 1 < starts.Length; part++)
        {
            for (var i = starts[part]; i < starts[part + 1]; i++)
            {
                if (rowsOfBuckets[buckets[i]] < minimumRows) continue;
                kept.Add(buckets[i]);
                keptCounts.Add(counts[i]);
            }
            keptStarts[part + 1] = kept.Count;
        }
        return new NgramRows(Schema, keptStarts, [.. kept], [.. keptCounts]);
    }

    private sealed record Part(int Rows, List<int> Buckets, List<ushort> Counts);

    private struct Collect : INgramSink
    {
        public List<int> Seen;

        public readonly void Word(int bucket) => Seen.Add(bucket);

        public readonly void Characters(int bucket) => Seen.Add(bucket);

        public readonly void Mark(int bucket) => Seen.Add(bucket);
    }
}
