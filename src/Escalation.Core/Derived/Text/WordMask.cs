using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Escalation.Core.Derived.Text;

/// <summary>Which characters of a text belong to words, 64 at a time.</summary>
internal static class WordMask
{
    /// <summary>Characters of one mask.</summary>
    public const int Width = 64;

    /// <summary>Bit i is set where the character at <paramref name="from"/> + i is a letter or a digit; bits behind the end are clear.</summary>
    public static ulong Of(ReadOnlySpan<char> text, int from)
    {
        var part = MemoryMarshal.Cast<char, ushort>(text[from..Math.Min(text.Length, from + Width)]);
        ulong words = 0, others = 0;
        var i = 0;
        for (; i + Vector128<ushort>.Count <= part.Length; i += Vector128<ushort>.Count)
        {
            var units = Vector128.Create(part[i..]);
            var letters = Vector128.LessThan((units | Vector128.Create((ushort)0x20)) - Vector128.Create((ushort)'a'), Vector128.Create((ushort)26));
            var digits = Vector128.LessThan(units - Vector128.Create((ushort)'0'), Vector128.Create((ushort)10));
            var lines = Vector128.Equals(units, Vector128.Create((ushort)'_'));
            words |= (ulong)(letters | digits | lines).ExtractMostSignificantBits() << i;
            others |= (ulong)Vector128.GreaterThan(units, Vector128.Create((ushort)0x7F)).ExtractMostSignificantBits() << i;
        }
        if (i < part.Length) others |= ((1ul << (part.Length - i)) - 1) << i;
        for (; others != 0; others &= others - 1)
        {
            var at = BitOperations.TrailingZeroCount(others);
            var bit = 1ul << at;
            words = CharKinds.Of((char)part[at]) is CharKinds.Letter or CharKinds.Digit ? words | bit : words & ~bit;
        }
        return words;
    }
}
