using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Escalation.Inference.Features;

/// <summary>Lower-cases a text and hashes its words (1 to 3, runs of punctuation counting as a word), its characters (3 to 5, across word borders) and its marks.</summary>
/// <remarks>
/// Pure, thread-safe, allocates nothing, one pass. White space and control characters count as one space; a curly apostrophe is a
/// straight one; a run of one punctuation mark is one token. A character enters the hash with its lower 12 bits. Marks are: a word in
/// capitals, a stretched word, repeated punctuation, a word after a negation, the first and the last word, the length; and names of accounts
/// and addresses (<see cref="NamesAndAddresses"/>), which leave nothing but a blank for words and characters.
/// Any change here changes what every stored weight means: raise <see cref="FeatureSchema.CurrentRevision"/> with it.
/// </remarks>
public static class NgramEnumerator
{
    /// <summary>Characters read; longer texts are scored by their beginning, so that the time of one score and its rounding stay bounded.</summary>
    public const int LongestRead = 32_768;

    private const ulong K3 = 0x9E3779B97F4A7C15, K4 = 0xC2B2AE3D27D4EB4F, K5 = 0xD6E8FEB86659FD93;
    private const ulong W1 = 0xA0761D6478BD642F, W2 = 0xE7037ED1A0B428DB, W3 = 0x8EBC6AF09C88C6E3;
    private const int CharacterBits = 13;
    private const int NewestPlace = 52;
    private const int NegatedWords = 4, ShortestRun = 3, ChunkLength = 256, ShortText = 512;

    private enum Mark : ulong { Capitals = 1, CapitalWord, Stretched, Repeated, Negated, First, Last, Length, Name, Address }

    /// <summary>Sends every feature of the text to the sink.</summary>
    /// <param name="text">Any length, read up to <see cref="LongestRead"/>; an empty one has no features.</param>
    /// <param name="schema">Which features, and how many buckets.</param>
    /// <param name="sink">Receives each occurrence.</param>
    public static void Enumerate<TSink>(ReadOnlySpan<char> text, FeatureSchema schema, ref TSink sink) where TSink : struct, INgramSink, allows ref struct
    {
        if (text.Length > LongestRead) text = text[..LongestRead];
        if (schema.SetsNamesApart && NamesAndAddresses.Next(text, 0, out var start, out var end)) WithoutNames(text, start, end, schema.Bits, ref sink);
        else EnumerateWritten(text, schema.Bits, ref sink);
    }

    private static void WithoutNames<TSink>(ReadOnlySpan<char> text, int start, int end, int bits, ref TSink sink) where TSink : struct, INgramSink, allows ref struct
    {
        var rented = text.Length <= ShortText ? null : ArrayPool<char>.Shared.Rent(text.Length);
        Span<char> rest = rented ?? stackalloc char[ShortText];
        rest = rest[..text.Length];
        text.CopyTo(rest);
        var markShift = 68 - bits;
        do
        {
            sink.Mark((1 << bits) | (text[start] == '@' ? Bucket(Mark.Name, HashOf(text[(start + 1)..end]), markShift) : Bucket(Mark.Address, 0, markShift)));
            rest[start..end].Fill(' ');
        }
        while (NamesAndAddresses.Next(text, end, out start, out end));
        EnumerateWritten(rest, bits, ref sink);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
    }

    private static void EnumerateWritten<TSink>(scoped ReadOnlySpan<char> text, int bits, ref TSink sink) where TSink : struct, INgramSink, allows ref struct
    {
        var shift = 65 - bits;
        int half = 1 << (bits - 1), firstMark = 1 << bits, markShift = 68 - bits;
        // A sink of one's own stays in registers, where one behind a reference is stored and read again at each occurrence.
        var own = sink;
        Span<uint> folded = stackalloc uint[ChunkLength + 1];
        var window = (ulong)' ' << NewestPlace;           // the last five characters, 13 bits each, newest on top
        ulong word = 0, previous = 0, beforePrevious = 0;
        uint before = ' ', last = ' ';
        int seen = 0, tokens = 0, length = 0, capitals = 0, run = 0, negated = 0;
        var stretched = false;

        for (var start = 0; start <= text.Length; start += ChunkLength)
        {
            var part = text.Slice(start, Math.Min(ChunkLength, text.Length - start));
            var count = CharacterFolding.Fold(part, folded, ref before);
            if (part.Length < ChunkLength && before != ' ') folded[count++] = ' ';
            var chunk = folded[..count];

            foreach (var c in chunk)
            {
                window = (window >> CharacterBits) | ((ulong)(c & 0xFFF) << NewestPlace);
                if (++seen < ShortestRun - 1) continue;
                own.Characters(half | (int)((window >> (2 * CharacterBits)) * K3 >> shift));
                if (seen >= ShortestRun) own.Characters(half | (int)((window >> CharacterBits) * K4 >> shift));
                if (seen > ShortestRun) own.Characters(half | (int)(window * K5 >> shift));
            }

            foreach (var character in chunk)
            {
                var c = character & 0xFFFF;
                run = c == last ? run + 1 : 0;
                last = c;
                if ((character & CharacterFolding.InWord) != 0)
                {
                    word = (word ^ c) * K3;
                    word ^= word >> 31;
                    length++;
                    capitals += (int)(character >> CharacterFolding.CapitalShift);
                    stretched |= run == 2;
                    continue;
                }
                if (word != 0)
                {
                    Words(word, previous, beforePrevious, shift, ref own);
                    if (capitals == length && length > 1)
                    {
                        own.Mark(firstMark | Bucket(Mark.Capitals, 0, markShift));
                        own.Mark(firstMark | Bucket(Mark.CapitalWord, word, markShift));
                    }
                    if (stretched) own.Mark(firstMark | Bucket(Mark.Stretched, 0, markShift));
                    if (tokens == 0) own.Mark(firstMark | Bucket(Mark.First, word, markShift));
                    if (Negations.Is(word)) negated = NegatedWords;
                    else if (negated > 0)
                    {
                        negated--;
                        own.Mark(firstMark | Bucket(Mark.Negated, word, markShift));
                    }
                    beforePrevious = previous;
                    previous = word;
                    word = 0;
                    tokens++;
                    length = capitals = 0;
                    stretched = false;
                }
                if (c == ' ') continue;
                if (run == 0)
                {
                    var mark = (c + 77) * K5;
                    mark ^= mark >> 29;
                    Words(mark, previous, beforePrevious, shift, ref own);
                    beforePrevious = previous;
                    previous = mark;
                    tokens++;
                    if (c is '.' or '!' or '?' or ',' or ';' or ':') negated = 0;
                }
                else if (run is 1 or 3) own.Mark(firstMark | Bucket(Mark.Repeated, (c << 2) + (uint)run, markShift));
            }
        }
        if (tokens > 0)
        {
            own.Mark(firstMark | Bucket(Mark.Last, previous, markShift));
            own.Mark(firstMark | Bucket(Mark.Length, (ulong)BitOperations.Log2((uint)tokens), markShift));
        }
        sink = own;
    }

    /// <summary>The hash of one word, as the enumeration makes it.</summary>
    internal static ulong HashOf(ReadOnlySpan<char> word)
    {
        ulong hash = 0;
        foreach (var c in word)
        {
            hash = (hash ^ char.ToLowerInvariant(c)) * K3;
            hash ^= hash >> 31;
        }
        return hash;
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

    private static int Bucket(Mark mark, ulong what, int shift) => (int)((what + ((ulong)mark * W2)) * W1 >> shift);
}
