using System.Numerics;
using System.Runtime.CompilerServices;
using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>Trees, ready to score: what a text costs follows from the n-grams it holds, not from how many trees or questions there are.</summary>
/// <remarks>
/// Immutable and thread-safe; scoring allocates nothing. Every question is stored with its n-gram as the leaves that the n-gram puts out of reach, so that
/// a text is scored by its occurrences alone, in any order and however often; each tree's answer is the first leaf still in reach.
/// Source: Lucchese et al. 2015, "QuickScorer", for questions of yes or no.
/// </remarks>
internal sealed class TreeScorer
{
    private const int WordBits = 64;

    private readonly FeatureSchema schema;
    private readonly ulong[] asked;         // a bit a bucket
    private readonly ushort[] ranks;        // buckets asked for before each word of it
    private readonly int[] firstQuestions;  // of each bucket asked for, ascending; then the end
    private readonly (ushort Tree, ulong InReach)[] questions;
    private readonly int[] firstLeaves;     // of each tree
    private readonly float[] leaves;

    public TreeScorer(FeatureSchema schema, TreeTable table)
    {
        this.schema = schema;
        Table = table;
        asked = new ulong[(schema.Buckets + WordBits - 1) / WordBits];
        var found = new List<(int Bucket, ushort Tree, ulong InReach)>();
        foreach (var (number, tree) in table.Trees.Index())
            tree.ForEachQuestion((ngram, firstLeaf, absentLeaves) => found.Add((table.Buckets[ngram], (ushort)number, ~(((1UL << absentLeaves) - 1) << firstLeaf))));
        foreach (var (bucket, _, _) in found) asked[bucket / WordBits] |= 1UL << bucket;
        ranks = new ushort[asked.Length];
        for (var i = 1; i < ranks.Length; i++) ranks[i] = (ushort)(ranks[i - 1] + BitOperations.PopCount(asked[i - 1]));
        var sorted = found.OrderBy(q => q.Bucket).ToArray();
        questions = Array.ConvertAll(sorted, q => (q.Tree, q.InReach));
        firstQuestions = [.. Enumerable.Range(0, sorted.Length).Where(i => i == 0 || sorted[i].Bucket != sorted[i - 1].Bucket), sorted.Length];
        leaves = [.. table.Trees.SelectMany(t => t.Leaves)];
        firstLeaves = new int[table.Trees.Count];
        for (var t = 1; t < firstLeaves.Length; t++) firstLeaves[t] = firstLeaves[t - 1] + table.Trees[t - 1].Leaves.Length;
        Bias = Score(ReadOnlySpan<int>.Empty);
    }

    /// <summary>What it was made of.</summary>
    public TreeTable Table { get; }

    /// <summary>Score of a text without a known n-gram.</summary>
    public float Bias { get; }

    /// <summary>The sum of all trees.</summary>
    public float Score(ReadOnlySpan<char> text)
    {
        Span<ulong> inReach = stackalloc ulong[firstLeaves.Length];
        inReach.Fill(ulong.MaxValue);
        var sink = new Walk(this, inReach);
        NgramEnumerator.Enumerate(text, schema, ref sink);
        return Sum(inReach);
    }

    /// <summary>The same for a row of <see cref="NgramRows"/>.</summary>
    public float Score(ReadOnlySpan<int> buckets)
    {
        Span<ulong> inReach = stackalloc ulong[firstLeaves.Length];
        inReach.Fill(ulong.MaxValue);
        var sink = new Walk(this, inReach);
        foreach (var bucket in buckets) sink.Word(bucket);
        return Sum(inReach);
    }

    /// <summary>Whether any tree asks for the n-grams of a bucket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AsksFor(int bucket) => (asked[bucket / WordBits] >> bucket & 1) != 0;

    private float Sum(ReadOnlySpan<ulong> inReach)
    {
        double sum = 0;
        for (var t = 0; t < inReach.Length; t++) sum += leaves[firstLeaves[t] + BitOperations.TrailingZeroCount(inReach[t])];
        return (float)sum;
    }

    private void Occurs(int bucket, Span<ulong> inReach)
    {
        var word = bucket / WordBits;
        var rank = ranks[word] + BitOperations.PopCount(asked[word] & ((1UL << bucket) - 1));
        foreach (var (tree, mask) in questions.AsSpan(firstQuestions[rank], firstQuestions[rank + 1] - firstQuestions[rank])) inReach[tree] &= mask;
    }

    private readonly ref struct Walk(TreeScorer trees, Span<ulong> inReach) : INgramSink
    {
        private readonly Span<ulong> inReach = inReach;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Word(int bucket)
        {
            if (trees.AsksFor(bucket)) trees.Occurs(bucket, inReach);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Characters(int bucket) => Word(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Mark(int bucket) => Word(bucket);
    }
}
