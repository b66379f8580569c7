using Escalation.Inference.Features;

namespace Escalation.Inference.MlNet;

/// <summary>Hashed n-grams of many texts, counted once and weighted as often as needed.</summary>
/// <remarks>
/// Sparse rows: a row's buckets ascend; each has its occurrences among the words and among the characters. Immutable and thread-safe.
/// About 2.5 KB for a text of 100 characters.
/// </remarks>
public sealed class NgramRows
{
    private readonly int[] starts;
    private readonly int[] buckets;
    private readonly ushort[] words;
    private readonly ushort[] characters;

    private NgramRows(int bits, int[] starts, int[] buckets, ushort[] words, ushort[] characters)
    {
        Bits = bits;
        this.starts = starts;
        this.buckets = buckets;
        this.words = words;
        this.characters = characters;
    }

    /// <summary>Buckets = 2^bits.</summary>
    public int Bits { get; }

    /// <summary>Rows.</summary>
    public int Count => starts.Length - 1;

    /// <summary>Most buckets in one row.</summary>
    public int Widest { get; private init; }

    /// <summary>Counts the n-grams of the texts.</summary>
    public static NgramRows Build(IReadOnlyList<string> texts, int bits, CancellationToken cancellation = default)
    {
        var starts = new int[texts.Count + 1];
        var buckets = new List<int>(texts.Count * 160);
        var words = new List<ushort>(texts.Count * 160);
        var characters = new List<ushort>(texts.Count * 160);
        var sink = new Collect { Words = new List<int>(256), CharacterRuns = new List<int>(1024) };
        var widest = 0;
        for (var row = 0; row < texts.Count; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            sink.Words.Clear();
            sink.CharacterRuns.Clear();
            NgramEnumerator.Enumerate(texts[row], bits, ref sink);
            sink.Words.Sort();
            sink.CharacterRuns.Sort();
            Merge(sink.Words, sink.CharacterRuns, buckets, words, characters);
            starts[row + 1] = buckets.Count;
            widest = Math.Max(widest, starts[row + 1] - starts[row]);
        }
        return new NgramRows(bits, starts, [.. buckets], [.. words], [.. characters]) { Widest = widest };
    }

    /// <summary>The buckets of a row, ascending.</summary>
    public ReadOnlySpan<int> Buckets(int row) => buckets.AsSpan(starts[row], starts[row + 1] - starts[row]);

    /// <summary>A row's values under feature weights: count x weight, each block to unit length.</summary>
    /// <param name="row">Row number.</param>
    /// <param name="weights">One a bucket.</param>
    /// <param name="target">As long as <see cref="Buckets"/> of the row.</param>
    public void Values(int row, float[] weights, Span<float> target)
    {
        int from = starts[row], to = starts[row + 1];
        float wordSquares = 0, characterSquares = 0;
        for (var i = from; i < to; i++)
        {
            var square = weights[buckets[i]] * weights[buckets[i]];
            wordSquares += words[i] * square;
            characterSquares += characters[i] * square;
        }
        var wordScale = wordSquares > 0 ? 1 / MathF.Sqrt(wordSquares) : 0;
        var characterScale = characterSquares > 0 ? 1 / MathF.Sqrt(characterSquares) : 0;
        for (var i = from; i < to; i++)
            target[i - from] = weights[buckets[i]] * ((words[i] * wordScale) + (characters[i] * characterScale));
    }

    private static void Merge(List<int> wordBuckets, List<int> characterBuckets, List<int> buckets, List<ushort> words, List<ushort> characters)
    {
        int w = 0, c = 0;
        while (w < wordBuckets.Count || c < characterBuckets.Count)
        {
            var bucket = Math.Min(w < wordBuckets.Count ? wordBuckets[w] : int.MaxValue, c < characterBuckets.Count ? characterBuckets[c] : int.MaxValue);
            int inWords = 0, inCharacters = 0;
            for (; w < wordBuckets.Count && wordBuckets[w] == bucket; w++) inWords++;
            for (; c < characterBuckets.Count && characterBuckets[c] == bucket; c++) inCharacters++;
            buckets.Add(bucket);
            words.Add((ushort)Math.Min(inWords, ushort.MaxValue));
            characters.Add((ushort)Math.Min(inCharacters, ushort.MaxValue));
        }
    }

    private struct Collect : INgramSink
    {
        public List<int> Words;
        public List<int> CharacterRuns;

        public readonly void Word(int bucket) => Words.Add(bucket);

        public readonly void Characters(int bucket) => CharacterRuns.Add(bucket);
    }
}
