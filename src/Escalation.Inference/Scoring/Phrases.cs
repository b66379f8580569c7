using Escalation.Core.Derived;

namespace Escalation.Inference.Scoring;

/// <summary>Words and phrases of a text from the parts of its tokens: neighbours that speak loudly for the same side are one phrase.</summary>
internal static class Phrases
{
    private const int MostWords = 5;
    private const double Loud = .15;        // of the loudest word of the text

    /// <summary>Every word or phrase, in the order of the text; together they hold all that tokens got.</summary>
    public static List<TextContribution> Of(TokenShares shares)
    {
        List<TextContribution> words = [.. shares.Tokens.Select((t, i) => new TextContribution(t.Start, t.End, shares.OfTokens[i])).OrderBy(t => t.Start)];
        double loudest = 0;
        foreach (var word in words) loudest = Math.Max(loudest, Math.Abs(word.Contribution));
        var phrases = new List<TextContribution>();
        var joined = 0;
        foreach (var word in words)
        {
            var isLoud = Math.Abs(word.Contribution) >= Loud * loudest;
            if (isLoud && joined is > 0 and < MostWords && Math.Sign(word.Contribution) == Math.Sign(phrases[^1].Contribution))
            {
                phrases[^1] = new TextContribution(phrases[^1].Start, word.End, phrases[^1].Contribution + word.Contribution);
                joined++;
            }
            else
            {
                phrases.Add(word);
                joined = isLoud ? 1 : 0;
            }
        }
        return phrases;
    }
}
