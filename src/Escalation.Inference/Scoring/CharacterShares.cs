namespace Escalation.Inference.Scoring;

/// <summary>Divides a linear score among the characters of its text: every n-gram gives its part to the characters that it is made of.</summary>
/// <remarks>
/// Exact, since a score is a sum over n-grams once the norms of its blocks are known. A word n-gram gives each of its words the same, a run of
/// characters each of its characters but spaces, a mark its word. One text, one instance; not for threads to share.
/// </remarks>
internal sealed class CharacterShares
{
    private const int LongestRun = 5, ShortestRun = 3;

    private readonly int[] positions = new int[LongestRun];             // of the last characters, by number; -1 = a space
    private readonly List<(int Start, int End)> tokens = [];
    private int characters, runs, words;
    private bool isPlaced;

    /// <summary>For a text of so many characters.</summary>
    public CharacterShares(int length)
    {
        OfCharacters = new double[length];
        Array.Fill(positions, -1);
    }

    /// <summary>What each character got.</summary>
    public double[] OfCharacters { get; }

    /// <summary>What is no character's: the length of the text.</summary>
    public double Unplaced { get; private set; }

    /// <summary>Words and marks of punctuation, in order.</summary>
    public IReadOnlyList<(int Start, int End)> Tokens => tokens;

    public void Character(int at, bool isSpace)
    {
        positions[characters++ % LongestRun] = isSpace ? -1 : at;
        runs = 0;
    }

    public void Token(int start, int end)
    {
        isPlaced = end > 0;
        words = 0;
        if (isPlaced) tokens.Add((start, end));
    }

    /// <summary>The next word n-gram of the last token: of one word, then of two, then of three.</summary>
    public void Word(double part)
    {
        words++;
        for (var k = 1; k <= words; k++) Give(tokens[^k], part / words);
    }

    /// <summary>The next run of the last character: of three, then of four, then of five.</summary>
    public void Run(double part)
    {
        var length = ShortestRun + runs++;
        var written = 0;
        for (var k = 1; k <= length; k++)
            if (Place(k) >= 0) written++;
        if (written == 0)
        {
            Unplaced += part;
            return;
        }
        for (var k = 1; k <= length; k++)
            if (Place(k) is >= 0 and var at) OfCharacters[at] += part / written;
    }

    public void Mark(double part)
    {
        if (isPlaced) Give(tokens[^1], part);
        else Unplaced += part;
    }

    private int Place(int back) => characters >= back ? positions[(characters - back) % LongestRun] : -1;

    private void Give((int Start, int End) token, double part)
    {
        for (var at = token.Start; at < token.End; at++) OfCharacters[at] += part / (token.End - token.Start);
    }
}
