using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Escalation.Core.Derived.Text;

/// <summary>Bitmaps over the first characters of phrases: most places of a text are ruled out by one to three looks.</summary>
/// <remarks>
/// Every form of a beginning is put in: white space may be doubled, apostrophes are ' or `, a possessive 's may stand between, any sign may follow a word. Characters
/// are compared with bit 5 set, which folds ASCII letters. Places near control characters or such beyond ASCII, or near the end, are never ruled out.
/// </remarks>
internal sealed class BeginningFilter
{
    private const int Loaded = 8;
    private const int Few = 4, Many = 6, Most = 8;
    private const ulong Fold = 0x2020_2020_2020_2020;
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    private static readonly char[] NoWord = [.. Enumerable.Range(' ', '\u007F' - ' ').Select(c => (char)c).Where(c => CharKinds.Of(c) is not (CharKinds.Letter or CharKinds.Digit))];

    private readonly ulong[] threes = new ulong[64];        // beginnings that end before the fourth character
    private readonly ulong[] fours = new ulong[256];
    private readonly ulong[] endedFours = new ulong[256];   // of beginnings that end before the sixth
    private readonly ulong[] sixes = new ulong[512];
    private readonly ulong[] endedSixes = new ulong[512];   // of beginnings that end before the eighth
    private readonly ulong[] eights = new ulong[1024];
    private bool rulesNothingOut;

    /// <summary>Takes the beginning of a phrase.</summary>
    /// <param name="text">Folded words with one space between them.</param>
    /// <param name="isOpen">Whether its last word may go on.</param>
    public void Add(string text, bool isOpen)
    {
        Add(text, 0, isOpen, 0, 0, Few);
        Add(text, 0, isOpen, 0, 0, Many);
        Add(text, 0, isOpen, 0, 0, Most);
    }

    /// <summary>False where no phrase begins at an offset.</summary>
    public bool MayBeginAt(ReadOnlySpan<char> text, int start)
    {
        if (start + Loaded > text.Length || rulesNothingOut) return true;
        var units = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(MemoryMarshal.Cast<char, ushort>(text)), (nuint)start);
        if (Vector128.GreaterThanAny(units - Vector128.Create((ushort)' '), Vector128.Create((ushort)('\u007F' - ' ')))) return true;
        var key = Vector128.Narrow(units, units).AsUInt64()[0] | Fold;
        // Without jumps: which of these looks decides is different at every word, and a wrong guess of the processor costs more than all of them.
        var four = PlaceOf(key, Few, 14);
        var six = PlaceOf(key, Many, 15);
        return (Bit(threes, PlaceOf(key, 3, 12)) | (Bit(fours, four) & (Bit(endedFours, four) | (Bit(sixes, six) & (Bit(endedSixes, six) | Bit(eights, PlaceOf(key, Most, 16))))))) != 0;
    }

    private void Add(string text, int at, bool isOpen, ulong key, int lane, int lanes)
    {
        if (lane == lanes) SetAll(key, lanes);
        else if (at == text.Length) AddEnd(key, lane, lanes, isOpen);
        else if (text[at] == ' ')
        {
            Next([' '], at);
            Next([' '], at + 1);
            foreach (var apostrophe in "'`")
                if (lane + 1 == lanes) Next([apostrophe], at);
                else Add(text, at, isOpen, With(With(key, lane, apostrophe), lane + 1, 's'), lane + 2, lanes);
        }
        else if (text[at] <= '\u007F') Next(text[at] == '\'' ? ['\'', '`'] : [text[at]], at + 1);

        void Next(ReadOnlySpan<char> forms, int next)
        {
            foreach (var form in forms) Add(text, next, isOpen, With(key, lane, form), lane + 1, lanes);
        }
    }

    private void SetAll(ulong key, int lanes)
    {
        if (lanes == Few) Set(fours, PlaceOf(key, Few, 14));
        else if (lanes == Many) Set(sixes, PlaceOf(key, Many, 15));
        else Set(eights, PlaceOf(key, Most, 16));
    }

    /// <summary>The beginning ends after <c>lane</c> characters: what follows is anything, or any sign and then anything.</summary>
    private void AddEnd(ulong key, int lane, int lanes, bool isOpen)
    {
        if (lane == lanes - 1 && !isOpen)
            foreach (var form in NoWord) SetAll(With(key, lane, form), lanes);
        else if (lane >= Many) Set(endedSixes, PlaceOf(key, Many, 15));
        else if (lane == Many - 1 && !isOpen)
            foreach (var form in NoWord) Set(endedSixes, PlaceOf(With(key, lane, form), Many, 15));
        else if (lane >= Few) Set(endedFours, PlaceOf(key, Few, 14));
        else AddShort(key, lane, isOpen);
    }

    /// <summary>What follows is anything, or any sign and then anything.</summary>
    private void AddShort(ulong key, int lane, bool isOpen)
    {
        if (lane == 3) Set(threes, PlaceOf(key, 3, 12));
        else if (lane < 2) rulesNothingOut = true;
        else
            for (var form = ' '; form <= '\u007F'; form++)
                if (isOpen || CharKinds.Of(form) is not (CharKinds.Letter or CharKinds.Digit)) Set(threes, PlaceOf(With(key, lane, form), 3, 12));
    }

    private static ulong With(ulong key, int lane, char c) => key | ((ulong)(c | 0x20) << (8 * lane));

    private static int PlaceOf(ulong key, int lanes, int bits) => (int)((key << (64 - (8 * lanes))) * Multiplier >> (64 - bits));

    private static void Set(ulong[] bits, int at) => bits[at >> 6] |= 1ul << (at & 63);

    /// <summary>Its lowest bit is the one asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bit(ulong[] bits, int at) => bits[at >> 6] >> (at & 63) & 1;
}
