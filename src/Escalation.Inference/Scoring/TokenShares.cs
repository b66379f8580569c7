using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>Divides a linear score among the words of its text: every n-gram gives its part to the words that it is made of.</summary>
/// <remarks>
/// Exact, since a score is a sum over n-grams once the norms of its blocks are known. A word n-gram gives each of its words the same, a run of
/// characters each of its characters but spaces, and so their words, a mark its word. Which place an n-gram has follows from the order in which
/// <see cref="NgramEnumerator"/> sends them: first a mark for each name of an account and each address; after each character the runs of three, four and five that end with it, after each token the n-grams
/// of one, two and three words that end with it and then its marks. One text, one instance; not for threads to share.
/// </remarks>
internal sealed class TokenShares(TextPlaces places)
{
    private const int ShortestRun = 3, RunLengths = 3, MostWords = 3;

    private readonly int[] owners = places.Owners;
    private readonly double[] shares = new double[places.Tokens.Length];
    private int character = 1, runs, token = -1, words, names = places.Words;
    private int held = -1;          // the token of the last mark, which may turn out to be the text's length
    private double heldPart;

    /// <summary>What each token got.</summary>
    public IReadOnlyList<double> OfTokens => shares;

    /// <summary>What is no word's: the length of the text.</summary>
    public double Unplaced { get; private set; }

    /// <summary>Words and marks of punctuation, in order; after them names of accounts and addresses.</summary>
    public IReadOnlyList<(int Start, int End)> Tokens => places.Tokens;

    /// <summary>The next word n-gram.</summary>
    public void Word(double part)
    {
        if (token < 0 || words == Math.Min(token + 1, MostWords)) (token, words) = (token + 1, 0);
        words++;
        for (var k = 0; k < words; k++) shares[token - k] += part / words;
    }

    /// <summary>The next run of characters.</summary>
    public void Run(double part)
    {
        if (runs == Math.Min(character, RunLengths)) (character, runs) = (character + 1, 0);
        var run = owners.AsSpan(Math.Max(0, character - (ShortestRun + runs++) + 1)..(character + 1));
        var written = 0;
        foreach (var owner in run)
            if (owner >= 0) written++;
        foreach (var owner in run)
            if (owner >= 0) shares[owner] += part / written;
        if (written == 0) Unplaced += part;
    }

    /// <summary>The next mark.</summary>
    public void Mark(double part)
    {
        if (names < shares.Length)
        {
            shares[names++] += part;
            return;
        }
        if (held >= 0) shares[held] += heldPart;
        (held, heldPart) = (token, part);
    }

    /// <summary>No more comes: the last mark was the text's length.</summary>
    public void End() => Unplaced += heldPart;
}
