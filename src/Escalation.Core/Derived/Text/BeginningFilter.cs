using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Escalation.Core.Derived.Text;

/// <summary>Bitmaps over the first characters of phrases: most places of a text are ruled out by one or two looks.</summary>
/// <remarks>
/// Every form of a beginning is put in: white space may be doubled, apostrophes are ' or `, a possessive 's may stand between, any sign may follow a word. Characters
/// are compared with bit 5 set, which folds ASCII letters. Places near control characters or such beyond ASCII, or near the end, are never ruled out.
/// </remarks>
internal sealed class BeginningFilter
{
    private const int Loaded = 8;
    private const int Few = 4, Many = 6;
    private const ulong Fold = 0x2020_2020_2020_2020;
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    private static readonly char[] NoWord = [.. Enumerable.Range(' ', '\u007F' - ' ').Select(c => (char)c).Where(c => CharKinds.Of(c) is not (CharKinds.Letter or CharKinds.Digit))];

    private readonly ulong[] threes = new ulong[64];        // beginnings that end before the fourth character
    private readonly ulong[] fours = new ulong[256];
    private readonly ulong[] endBefore = new ulong[256];    // fours of beginnings that end before the sixth
    private readonly ulong[] sixes = new ulong[512];
    private bool rulesNothingOut;

    /// <summary>Takes the beginning of a phrase.</summary>
    /// <param name="text">Folded words with one space between them.</param>
    /// <param name="isOpen">Whether its last word may go on.</param>
    public void Add(string text, bool isOpen)
    {
        Add(text, 0, isOpen, 0, 0, Few);
        Add(text, 0, isOpen, 0, 0, Many);
    }

    /// <summary>False where no phrase begins at an offset.</summary>
    public bool MayBeginAt(ReadOnlySpan<char> text, int start)
    {
        if (start + Loaded > text.Length || rulesNothingOut) return true;
        var units = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(MemoryMarshal.Cast<char, ushort>(text)), (nuint)start);
        if (Vector128.GreaterThanAny(units - Vector128.Create((ushort)' '), Vector128.Create((ushort)('\u007F' - ' ')))) return true;
        var key = Vector128.Narrow(units, units).AsUInt64()[0] | Fold;
        if (Has(threes, PlaceOf(key, 3, 12))) return true;
        var four = PlaceOf(key, Few, 14);
        return Has(fours, four) && (Has(endBefore, four) || Has(sixes, PlaceOf(key, Many, 15)));
    }

    private void Add(string text, int at, bool isOpen, ulong key, int lane, int lanes)
    {
        if (lane == lanes) Set(lanes == Few ? fours : sixes, lanes == Few ? PlaceOf(key, Few, 14) : PlaceOf(key, Many, 15));
        else if (at == text.Length && lane == lanes - 1 && !isOpen) Next(NoWord, at);
        else if (at == text.Length && lane >= Few) Set(endBefore, PlaceOf(key, Few, 14));
        else if (at == text.Length) AddShort(key, lane, isOpen);
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

    private static bool Has(ulong[] bits, int at) => (bits[at >> 6] >> (at & 63) & 1) != 0;
}
