namespace Escalation.Core.Derived.Text;

/// <summary>One configured word or phrase, cut into what a text is compared with.</summary>
/// <remarks>
/// Words are compared whole and case-folded; white space around and between them does not matter, so that <c>" outage"</c> is <c>outage</c>.
/// <c>cancel*</c> is any word that begins so; <c>&lt;number&gt;</c> is a number, <c>&lt;time&gt;</c> a clock time, <c>&lt;word&gt;</c> any one word.
/// </remarks>
internal static class PhrasePattern
{
    /// <summary>Most parts of one phrase.</summary>
    public const int MaxParts = 16;

    /// <summary>What is wrong with a phrase, and the way out; null for a good one.</summary>
    public static string? Problem(string phrase)
    {
        var parts = new List<PatternPart>();
        if (Parse(phrase, parts) is { } problem) return problem;
        if (parts.Count == 0) return "it holds no word; write at least one letter, digit or sign";
        if (parts.Count > MaxParts) return $"it has {parts.Count} words; at most {MaxParts} are compared, shorten it";
        return parts[0].Kind == PartKind.AnyWord || parts[^1].Kind == PartKind.AnyWord ? "<word> may only stand between other words" : null;
    }

    /// <summary>Cuts a phrase; the problem, or null.</summary>
    public static string? Parse(string phrase, List<PatternPart> parts)
    {
        for (var i = 0; i < phrase.Length;)
        {
            var kind = CharKinds.Of(phrase[i]);
            if (kind == CharKinds.Space) i++;
            else if (phrase[i] == '<' && phrase.IndexOf('>', i) is > 0 and var close)
            {
                PartKind? placeholder = phrase[i..(close + 1)] switch
                {
                    "<number>" => PartKind.Number,
                    "<time>" => PartKind.Time,
                    "<word>" => PartKind.AnyWord,
                    _ => null,
                };
                if (placeholder is not { } known) return $"'{phrase[i..(close + 1)]}' is unknown; <number>, <time> and <word> are known";
                parts.Add(new(known, ""));
                i = close + 1;
            }
            else if (kind is CharKinds.Letter or CharKinds.Digit)
            {
                var end = WordEnd(phrase, i);
                var word = string.Create(end - i, (phrase, i), static (span, at) =>
                {
                    for (var k = 0; k < span.Length; k++) span[k] = CharKinds.Fold(at.phrase[at.i + k]);
                });
                var star = end < phrase.Length && phrase[end] == '*';
                parts.Add(new(star ? PartKind.Prefix : PartKind.Word, word));
                i = star ? end + 1 : end;
            }
            else if (phrase[i] == '*') return "'*' stands only at the end of a word, as in cancel*";
            else parts.Add(new(PartKind.Word, CharKinds.Fold(phrase[i++]).ToString()));
        }
        return null;
    }

    /// <summary>Where the word that starts at <paramref name="start"/> ends: letters, digits, inner apostrophes, and separators inside numbers.</summary>
    public static int WordEnd(ReadOnlySpan<char> text, int start)
    {
        var number = CharKinds.Of(text[start]) == CharKinds.Digit;
        var i = start + 1;
        for (; i < text.Length; i++)
        {
            var kind = CharKinds.Of(text[i]);
            if (kind == CharKinds.Digit) continue;
            if (kind == CharKinds.Letter) number = false;
            else if (i + 1 >= text.Length || !Joins(kind, text[i], CharKinds.Of(text[i - 1]), CharKinds.Of(text[i + 1]), number)) break;
        }
        return i;
    }

    private static bool Joins(byte kind, char c, byte before, byte after, bool number) =>
        kind == CharKinds.Apostrophe
            ? before == CharKinds.Letter && after == CharKinds.Letter
            : number && (c is '.' or ',' or ':') && before == CharKinds.Digit && after == CharKinds.Digit;
}

/// <summary>What one part of a phrase is compared with.</summary>
internal enum PartKind { Word, Prefix, Number, Time, AnyWord }

/// <summary>One part of a phrase.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The folded word of <see cref="PartKind.Word"/> and <see cref="PartKind.Prefix"/>.</param>
internal readonly record struct PatternPart(PartKind Kind, string Text);
