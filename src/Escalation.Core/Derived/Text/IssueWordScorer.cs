namespace Escalation.Core.Derived.Text;

/// <summary>issue-words.csv compiled: adds up what the words of a text and its product say for each issue type.</summary>
/// <remarks>Immutable and safe to share; allocates nothing once a thread's buffers have grown. Every word counts once, however often it stands there.</remarks>
internal sealed class IssueWordScorer
{
    /// <summary>A product says twice what a word does, and stands for four in the number of words.</summary>
    private const double ProductValue = 2;

    private readonly WordHashTable words;
    private readonly float[] weights;
    private readonly int[] ofProduct;
    private readonly int[] ofLean;

    /// <summary>Compiles the table for the products of a catalogue.</summary>
    public IssueWordScorer(IssueWordTable table, ProductCatalogue catalogue)
    {
        var rows = new List<float>(table.Words.Count * IssueWordTable.Types);
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (word, ofTypes) in table.Words) index.Add(word, Row(ofTypes));
        (words, Count) = (new WordHashTable(index), index.Count);
        ofProduct = [.. catalogue.Products.Select(p => table.Products.TryGetValue(p.Name, out var ofTypes) ? Row(ofTypes) : -1)];
        ofLean = [.. catalogue.Products.Select(p => p.Leans is { } lean && table.Leans.TryGetValue(lean, out var ofTypes) ? Row(ofTypes) : -1)];
        Otherwise = [.. table.Otherwise];
        weights = [.. rows];

        int Row(IReadOnlyList<double> ofTypes)
        {
            rows.AddRange(ofTypes.Select(w => (float)w));
            return (rows.Count / IssueWordTable.Types) - 1;
        }
    }

    /// <summary>Whether nothing was learned.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>Words, pairs and beginnings known.</summary>
    public int Count { get; }

    private double[] Otherwise { get; }

    /// <summary>Looks the words of a text up.</summary>
    /// <param name="text">The text.</param>
    /// <param name="work">Was begun for this message; takes what is found.</param>
    /// <param name="hasPlaces">Whether the places found are places of the text that evidence points into.</param>
    public void Find(ReadOnlySpan<char> text, IssueWordScratch work, bool hasPlaces)
    {
        var sink = new Known(words, work, hasPlaces);
        IssueWordFeatures.Enumerate(text, ref sink);
    }

    /// <summary>Adds up what was found; false, and nothing said, where no word is known.</summary>
    /// <param name="work">What was found; takes the scores.</param>
    /// <param name="product">Index in the catalogue, or -1.</param>
    public bool Score(IssueWordScratch work, int product)
    {
        if (work.Count == 0) return false;
        var scores = work.Scores;
        Array.Clear(scores);
        double squares = work.Count;
        for (var i = 0; i < work.Count; i++) Add(work[i].Word, 1);
        if (product >= 0 && ofProduct[product] >= 0) squares += Add(ofProduct[product], ProductValue);
        if (product >= 0 && ofLean[product] >= 0) squares += Add(ofLean[product], 1);
        var scale = 1 / Math.Sqrt(squares);
        for (var k = 0; k < scores.Length; k++) scores[k] = (scores[k] * scale) + Otherwise[k];
        return true;

        double Add(int row, double value)
        {
            var from = weights.AsSpan(row * IssueWordTable.Types, IssueWordTable.Types);
            for (var k = 0; k < from.Length; k++) scores[k] += value * from[k];
            return value * value;
        }
    }

    /// <summary>How much a word speaks for one type rather than for the others together.</summary>
    public float Speaks(int word, int type)
    {
        var from = weights.AsSpan(word * IssueWordTable.Types, IssueWordTable.Types);
        var sum = 0f;
        foreach (var weight in from) sum += weight;
        return from[type] - (sum / IssueWordTable.Types);
    }

    private readonly ref struct Known(WordHashTable words, IssueWordScratch work, bool hasPlaces) : IIssueWordSink
    {
        public static bool ReadsCharacters => false;

        public void Take(ulong hash, scoped ReadOnlySpan<char> feature, int start, int end)
        {
            if (words.Find(hash) is var word and >= 0) work.Take(word, hasPlaces ? start : -1, end);
        }
    }
}

/// <summary>The words of issue-words.csv found in one message; one per thread.</summary>
internal sealed class IssueWordScratch
{
    private (int Word, int Start, int End)[] found = new (int, int, int)[64];
    private int[] seen = [];
    private int round;

    /// <summary>The score of each issue type.</summary>
    public readonly double[] Scores = new double[IssueWordTable.Types];

    /// <summary>How many different words were found.</summary>
    public int Count { get; private set; }

    /// <summary>A word found, and where it stands first; -1 = in no place that evidence may point to.</summary>
    public (int Word, int Start, int End) this[int index] => found[index];

    /// <summary>Begins a message.</summary>
    public void Begin(int words)
    {
        Count = 0;
        if (seen.Length >= words && ++round < int.MaxValue) return;
        (seen, round) = (new int[words], 1);
    }

    /// <summary>Takes a word in, unless it is there already.</summary>
    public void Take(int word, int start, int end)
    {
        if (seen[word] == round) return;
        seen[word] = round;
        if (Count == found.Length) Array.Resize(ref found, 2 * Count);
        found[Count++] = (word, start, end);
    }
}
