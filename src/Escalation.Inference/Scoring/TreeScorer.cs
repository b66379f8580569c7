using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    /// <summary>Room for n-grams noted: those of about 2,000 characters.</summary>
    public const int NotesLength = 256;

    private const int WordBits = 64;

    private readonly FeatureSchema schema;
    private readonly ulong[] asked;         // a bit a bucket
    private readonly ushort[] ranks;        // buckets asked for before each word of it
    private readonly int[] firstQuestions;  // of each bucket asked for, ascending; then the end
    private readonly Question[] questions;
    private readonly int[] firstLeaves;     // of each tree
    private readonly float[] leaves;

    public TreeScorer(FeatureSchema schema, TreeTable table)
    {
        this.schema = schema;
        Table = table;
        asked = new ulong[(schema.Buckets + WordBits - 1) / WordBits];
        var found = new List<(int Bucket, Question Question)>();
        foreach (var (number, tree) in table.Trees.Index())
            tree.ForEachQuestion((ngram, firstLeaf, absentLeaves) => found.Add((table.Buckets[ngram], new Question((ushort)number, (byte)firstLeaf, (byte)absentLeaves))));
        foreach (var (bucket, _) in found) asked[bucket / WordBits] |= 1UL << bucket;
        ranks = new ushort[asked.Length];
        for (var i = 1; i < ranks.Length; i++) ranks[i] = (ushort)(ranks[i - 1] + BitOperations.PopCount(asked[i - 1]));
        var sorted = found.OrderBy(q => q.Bucket).ToArray();
        questions = Array.ConvertAll(sorted, q => q.Question);
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

    /// <summary>The sum of all trees for a text of which the n-grams asked for were noted.</summary>
    /// <param name="text">Read again where there were too many of them.</param>
    /// <param name="notes">By <see cref="Beside{TSink}"/>; overwritten.</param>
    public float Score(ReadOnlySpan<char> text, Span<int> notes)
    {
        Span<ulong> inReach = stackalloc ulong[firstLeaves.Length];
        inReach.Fill(ulong.MaxValue);
        if (notes.Length < NotesLength - 1)
        {
            Occur(notes, inReach);
            return Sum(inReach);
        }
        var sink = new Directly(this, inReach);
        NgramEnumerator.Enumerate(text, schema, ref sink);
        return Sum(inReach);
    }

    /// <summary>The sum of all trees for a row of <see cref="NgramRows"/>.</summary>
    public float Score(ReadOnlySpan<int> buckets)
    {
        Span<ulong> inReach = stackalloc ulong[firstLeaves.Length];
        inReach.Fill(ulong.MaxValue);
        var sink = new Directly(this, inReach);
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Occur(Span<int> buckets, Span<ulong> inReach)
    {
        // First all looks into the large tables, which overlap as long as no branch is guessed wrong; then the questions.
        foreach (ref var bucket in buckets) bucket = ranks[bucket / WordBits] + BitOperations.PopCount(asked[bucket / WordBits] & ((1UL << bucket) - 1));
        foreach (var rank in buckets)
        {
            foreach (var question in questions.AsSpan(firstQuestions[rank]..firstQuestions[rank + 1]))
                inReach[question.Tree] &= ~(((1UL << question.AbsentLeaves) - 1) << question.FirstLeaf);
        }
    }

    /// <summary>Which leaves an n-gram puts out of reach; in 4 bytes, so that those of a few hundred trees stay in the nearest cache.</summary>
    private readonly record struct Question(ushort Tree, byte FirstLeaf, byte AbsentLeaves);

    /// <summary>Sends n-grams to another sink, and notes those that trees ask for: without a branch, since which they are cannot be foreseen.</summary>
    /// <typeparam name="TSink">What else reads the n-grams.</typeparam>
    /// <remarks>Small, and none of its methods takes its address, so that it stays in registers.</remarks>
    internal ref struct Beside<TSink>(TreeScorer trees, TSink other, Span<int> notes) : INgramSink where TSink : struct, INgramSink, allows ref struct
    {
        private readonly ref ulong asked = ref MemoryMarshal.GetArrayDataReference(trees.asked);
        private readonly ref int notes = ref MemoryMarshal.GetReference(notes[..NotesLength]);
        public TSink Other = other;

        /// <summary>How many were noted; all but one of <see cref="NotesLength"/>: there was no room for the rest.</summary>
        public int Noted;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Word(int bucket)
        {
            Other.Word(bucket);
            Note(bucket);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Characters(int bucket) => Other.Characters(bucket);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Mark(int bucket)
        {
            Other.Mark(bucket);
            Note(bucket);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Note(int bucket)
        {
            Unsafe.Add(ref notes, Noted) = bucket;
            Noted = Math.Min(Noted + (int)(Unsafe.Add(ref asked, bucket / WordBits) >> bucket & 1), NotesLength - 1);
        }
    }

    /// <summary>Tells the trees of each n-gram at once.</summary>
    private readonly ref struct Directly(TreeScorer trees, Span<ulong> inReach) : INgramSink
    {
        private readonly Span<ulong> inReach = inReach;

        public void Word(int bucket)
        {
            if (trees.AsksFor(bucket)) trees.Occur(new Span<int>(ref bucket), inReach);
        }

        public void Characters(int bucket)
        {
        }

        public void Mark(int bucket) => Word(bucket);
    }
}
