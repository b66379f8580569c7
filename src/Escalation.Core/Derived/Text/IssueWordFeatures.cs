namespace Escalation.Core.Derived.Text;

/// <summary>Receives the features of a text, one by one.</summary>
internal interface IIssueWordSink
{
    /// <summary>Takes a feature.</summary>
    /// <param name="feature">As it stands in issue-words.csv; holds until the next one.</param>
    /// <param name="start">Where its words begin in the text.</param>
    /// <param name="end">Their exclusive end.</param>
    void Take(scoped ReadOnlySpan<char> feature, int start, int end);
}

/// <summary>Cuts a text into what issue-words.csv may know: words, pairs of words, beginnings of words, question and exclamation marks.</summary>
/// <remarks>Pure, allocates nothing. Training and decisions share it. Words are those of <see cref="PhraseScanner"/>; other signs are passed over.</remarks>
internal static class IssueWordFeatures
{
    /// <summary>Characters read of a longer text, so that the time of one message stays bounded.</summary>
    public const int LongestRead = 8192;

    /// <summary>The two lengths of a beginning; a word must be longer.</summary>
    public const int ShortBeginning = 4, LongBeginning = 6;

    private const int LongestWord = 30;

    /// <summary>Sends every occurrence to the sink.</summary>
    public static void Enumerate<TSink>(ReadOnlySpan<char> text, ref TSink sink) where TSink : struct, IIssueWordSink, allows ref struct
    {
        if (text.Length > LongestRead) text = text[..LongestRead];
        Span<char> pair = stackalloc char[(2 * LongestWord) + 1];       // the word before, a space, the word
        Span<char> beginning = stackalloc char[LongBeginning + 1];
        int before = 0, beforeStart = 0;
        for (var i = 0; i < text.Length;)
        {
            var kind = CharKinds.Of(text[i]);
            var start = i;
            if (kind is CharKinds.Letter or CharKinds.Digit)
            {
                if (text[i] is 'h' or 'H' or 'w' or 'W' && WebAddress.StartsAt(text, i))
                {
                    (i, before) = (WebAddress.End(text, i), 0);
                    continue;
                }
                i = EndOfWord(text, i);
            }
            else
            {
                i++;
                if (text[start] is not ('?' or '!')) continue;
            }
            if (i - start > LongestWord)
            {
                before = 0;
                continue;
            }
            var word = pair.Slice(before == 0 ? 0 : before + 1, i - start);
            for (var k = 0; k < word.Length; k++) word[k] = CharKinds.Fold(text[start + k]);
            sink.Take(word, start, i);
            if (before > 0)
            {
                pair[before] = ' ';
                sink.Take(pair[..(before + 1 + word.Length)], beforeStart, i);
            }
            Beginning(word, ShortBeginning, start, i, beginning, ref sink);
            Beginning(word, LongBeginning, start, i, beginning, ref sink);
            word.CopyTo(pair);
            (before, beforeStart) = (word.Length, start);
        }
    }

    private static void Beginning<TSink>(scoped ReadOnlySpan<char> word, int length, int start, int end, scoped Span<char> buffer, ref TSink sink) where TSink : struct, IIssueWordSink, allows ref struct
    {
        if (word.Length <= length) return;
        word[..length].CopyTo(buffer);
        buffer[length] = '*';
        sink.Take(buffer[..(length + 1)], start, end);
    }

    private static int EndOfWord(ReadOnlySpan<char> text, int start)
    {
        var i = start + 1;
        while (i < text.Length)
        {
            var kind = CharKinds.Of(text[i]);
            var inside = kind is CharKinds.Letter or CharKinds.Digit
                || (kind == CharKinds.Apostrophe && i + 1 < text.Length && CharKinds.Of(text[i - 1]) == CharKinds.Letter && CharKinds.Of(text[i + 1]) == CharKinds.Letter);
            if (!inside) return i;
            i++;
        }
        return i;
    }
}
