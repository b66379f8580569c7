namespace Escalation.Core.Derived.Text;

/// <summary>Receives the features of a text, one by one.</summary>
internal interface IIssueWordSink
{
    /// <summary>Whether it reads the characters of features; else their hashes are all that is computed, and the spans are empty.</summary>
    static abstract bool ReadsCharacters { get; }

    /// <summary>Takes a feature.</summary>
    /// <param name="hash">Its hash, <see cref="WordHashTable.HashOf"/>.</param>
    /// <param name="feature">As it stands in issue-words.csv; holds until the next one.</param>
    /// <param name="start">Where its words begin in the text.</param>
    /// <param name="end">Their exclusive end.</param>
    void Take(ulong hash, scoped ReadOnlySpan<char> feature, int start, int end);
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
        Span<char> buffer = stackalloc char[(2 * LongestWord) + 1];     // the word before, a space, the word
        var (before, beforeStart, beforeHash) = (0, 0, 0UL);
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
            var length = i - start;
            if (length > LongestWord)
            {
                before = 0;
                continue;
            }
            var (hash, ofShort, ofLong) = (0UL, 0UL, 0UL);
            var word = buffer.Slice(before == 0 ? 0 : before + 1, length);
            for (var k = 0; k < length; k++)
            {
                if (k == ShortBeginning) ofShort = hash;
                else if (k == LongBeginning) ofLong = hash;
                var folded = CharKinds.Fold(text[start + k]);
                if (TSink.ReadsCharacters) word[k] = folded;
                hash = WordHashTable.With(hash, folded);
            }
            sink.Take(hash, TSink.ReadsCharacters ? word : [], start, i);
            if (before > 0)
            {
                if (TSink.ReadsCharacters) buffer[before] = ' ';
                sink.Take(WordHashTable.Join(WordHashTable.With(beforeHash, ' '), hash, length), TSink.ReadsCharacters ? buffer[..(before + 1 + length)] : [], beforeStart, i);
            }
            if (length > ShortBeginning) Beginning(ofShort, word[..ShortBeginning], start, i, ref sink);
            if (length > LongBeginning) Beginning(ofLong, word[..LongBeginning], start, i, ref sink);
            if (TSink.ReadsCharacters) word.CopyTo(buffer);
            (before, beforeStart, beforeHash) = (length, start, hash);
        }
    }

    private static void Beginning<TSink>(ulong hash, scoped ReadOnlySpan<char> word, int start, int end, ref TSink sink) where TSink : struct, IIssueWordSink, allows ref struct
    {
        if (!TSink.ReadsCharacters)
        {
            sink.Take(WordHashTable.With(hash, '*'), [], start, end);
            return;
        }
        Span<char> beginning = stackalloc char[LongBeginning + 1];
        word.CopyTo(beginning);
        beginning[word.Length] = '*';
        sink.Take(WordHashTable.With(hash, '*'), beginning[..(word.Length + 1)], start, end);
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
