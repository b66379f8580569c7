namespace Escalation.Core.Derived.Text;

/// <summary>Guesses the language of a text of at least 20 letters by its function words, accents and script.</summary>
/// <remarks>Reads no more than it needs, allocates nothing, thread-safe. Names of people, addresses and hashtags do not count.</remarks>
public static class LanguageDetector
{
    private const int FewestLetters = 20;
    private const int MostRead = 2000;
    private const int Sure = 60;
    private const int PackedLetters = 12;

    /// <summary>ISO 639-1 code, or null under 20 letters and where nothing speaks for a language it knows.</summary>
    public static string? Detect(ReadOnlySpan<char> text)
    {
        Span<int> votes = stackalloc int[LanguageWords.Languages];
        votes.Clear();
        int letters = 0, foreign = 0;
        string? script = null;
        var read = Math.Min(text.Length, MostRead);
        for (var i = 0; i < read;)
        {
            var c = text[i];
            if (c is '@' or '#' || (c is 'h' or 'w' or 'H' or 'W' && WebAddress.StartsAt(text, i)))
            {
                i = WebAddress.End(text, i);
                continue;
            }
            if (!IsLetter(c))
            {
                if (c is '¿' or '¡') LanguageWords.VoteAccent(c, votes);
                i++;
                continue;
            }
            if (LanguageWords.Script(c) is { } other)
            {
                foreign++;
                // Kana decides: Japanese mixes them with Chinese characters.
                if (script is null or "zh") script = other;
                letters++;
                i++;
                continue;
            }
            ulong packed = 0;
            var start = i;
            for (; i < read && (IsLetter(text[i]) || (text[i] is '\'' or '’' && i + 1 < read && IsLetter(text[i + 1]))); i++)
            {
                c = text[i];
                if (c is '\'' or '’')
                {
                    // l'eau, c'est, dell'ordine: the part before the apostrophe is a word of its own in French and Italian.
                    LanguageWords.Vote(packed | (ulong)LanguageWords.Elided << 60, votes);
                    packed = packed << 5 | LanguageWords.Apostrophe;
                    continue;
                }
                letters++;
                if (!char.IsAscii(c)) LanguageWords.VoteAccent(c, votes);
                packed = packed << 5 | LanguageWords.Letter(c);
            }
            if (i - start <= PackedLetters) LanguageWords.Vote(packed, votes);
            if (letters >= FewestLetters && IsSure(votes)) break;
        }
        if (letters < FewestLetters) return null;
        return foreign * 3 > letters ? script : LanguageWords.Winner(votes);
    }

    private static bool IsLetter(char c) => char.IsAscii(c) ? char.IsAsciiLetter(c) : char.IsLetter(c);

    private static bool IsSure(ReadOnlySpan<int> votes)
    {
        int first = 0, second = 0;
        foreach (var vote in votes)
            if (vote > first) (first, second) = (vote, first);
            else if (vote > second) second = vote;
        return first >= Sure && first >= second * 2;
    }
}
