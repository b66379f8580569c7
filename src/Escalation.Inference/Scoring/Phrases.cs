using Escalation.Core.Derived;

namespace Escalation.Inference.Scoring;

/// <summary>Words and phrases of a text from the parts of its characters: neighbours that speak loudly for the same side are one phrase.</summary>
internal static class Phrases
{
    private const int MostWords = 5;
    private const double Loud = .15;        // of the loudest word of the text

    /// <summary>Every word or phrase, in the order of the text; together they hold all that characters got.</summary>
    public static List<TextContribution> Of(CharacterShares shares)
    {
        var words = Words(shares);
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

    private static List<TextContribution> Words(CharacterShares shares)
    {
        var words = new List<TextContribution>(shares.Tokens.Count);
        foreach (var (start, end) in shares.Tokens)
        {
            double sum = 0;
            for (var at = start; at < end; at++) sum += shares.OfCharacters[at];
            words.Add(new TextContribution(start, end, sum));
        }
        return words;
    }
}
