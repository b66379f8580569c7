using System.Runtime.CompilerServices;

namespace Escalation.Inference.Features;

/// <summary>Lower-cases a text and hashes its words (1 to 3, runs of punctuation counting as a word) and its characters (3 to 5, across word borders).</summary>
/// <remarks>
/// Pure, thread-safe, allocates nothing, one pass. White space and control characters count as one space; a curly apostrophe is a
/// straight one; a run of one punctuation mark is one token. A character enters the hash with its lower 12 bits.
/// Any change here changes what every stored weight means: raise <see cref="FeatureSchema.CurrentRevision"/> with it.
/// </remarks>
public static class NgramEnumerator
{
    private const ulong K3 = 0x9E3779B97F4A7C15, K4 = 0xC2B2AE3D27D4EB4F, K5 = 0xD6E8FEB86659FD93;
    private const ulong W1 = 0xA0761D6478BD642F, W2 = 0xE7037ED1A0B428DB, W3 = 0x8EBC6AF09C88C6E3;
    /// <summary>Characters read; longer texts are scored by their beginning, so that the time of one score and its rounding stay bounded.</summary>
    public const int LongestRead = 32_768;

    private const int CharacterBits = 13;
    private const ulong NewestPlace = 52;

    private static readonly ushort[] Lower = BuildLower();
    private static readonly bool[] IsWord = BuildIsWord();

    /// <summary>Sends every n-gram of the text to the sink, in text order.</summary>
    /// <param name="text">Any length, read up to <see cref="LongestRead"/>; an empty one has no n-grams.</param>
    /// <param name="bits">Buckets = 2^bits, 10 to 24.</param>
    /// <param name="sink">Receives each occurrence.</param>
    public static void Enumerate<TSink>(ReadOnlySpan<char> text, int bits, ref TSink sink) where TSink : struct, INgramSink, allows ref struct
    {
        if (text.Length > LongestRead) text = text[..LongestRead];
        var shift = 64 - bits;
        var window = (ulong)' ' << (int)NewestPlace;      // the last five characters, 13 bits each, newest on top
        ulong word = 0, previous = 0, beforePrevious = 0;
        uint last = ' ';
        var seen = 0;

        for (var i = 0; i <= text.Length; i++)
        {
            uint c = ' ';
            var inWord = false;
            if (i < text.Length)
            {
                c = text[i];
                if (c < 128)
                {
                    c = Lower[c];
                    inWord = IsWord[c];
                }
                else (c, inWord) = Beyond((char)c);
            }
            if (c == ' ' && last == ' ') continue;

            window = (window >> CharacterBits) | ((ulong)(c & 0xFFF) << (int)NewestPlace);
            seen++;
            if (seen >= 2) sink.Characters((int)((window >> (2 * CharacterBits)) * K3 >> shift));
            if (seen >= 3) sink.Characters((int)((window >> CharacterBits) * K4 >> shift));
            if (seen >= 4) sink.Characters((int)(window * K5 >> shift));

            if (inWord)
            {
                word = (word ^ c) * K3;
                word ^= word >> 31;
            }
            else
            {
                if (word != 0)
                {
                    Words(word, previous, beforePrevious, shift, ref sink);
                    beforePrevious = previous;
                    previous = word;
                    word = 0;
                }
                if (c != ' ' && c != last)
                {
                    var mark = (c + 77) * K5;
                    mark ^= mark >> 29;
                    Words(mark, previous, beforePrevious, shift, ref sink);
                    beforePrevious = previous;
                    previous = mark;
                }
            }
            last = c;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Words<TSink>(ulong word, ulong previous, ulong beforePrevious, int shift, ref TSink sink)
        where TSink : struct, INgramSink, allows ref struct
    {
        sink.Word((int)(word * W1 >> shift));
        if (previous == 0) return;
        var pair = (previous * 31) + word;
        sink.Word((int)(pair * W2 >> shift));
        if (beforePrevious != 0) sink.Word((int)(((beforePrevious * 0x51ED27) + pair) * W3 >> shift));
    }

    private static (uint Character, bool InWord) Beyond(char c)
    {
        if (c == '’') return ('\'', true);
        if (char.IsWhiteSpace(c)) return (' ', false);
        c = char.ToLowerInvariant(c);
        return (c, char.IsLetterOrDigit(c) || char.IsSurrogate(c));
    }

    private static ushort[] BuildLower()
    {
        var table = new ushort[128];
        for (var c = 0; c < table.Length; c++) table[c] = c <= ' ' || c == 127 ? ' ' : char.ToLowerInvariant((char)c);
        return table;
    }

    private static bool[] BuildIsWord()
    {
        var table = new bool[128];
        for (var c = 0; c < table.Length; c++) table[c] = char.IsLetterOrDigit((char)c) || (char)c is '_' or '\'';
        return table;
    }
}
