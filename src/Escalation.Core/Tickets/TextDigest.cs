using Escalation.Core.Metrics;

namespace Escalation.Core.Tickets;

/// <summary>128 bits that stand for texts in memory of this process where the texts themselves would take too much room; never written to a disk.</summary>
/// <remarks>Not cryptographic. Unlike texts do not meet in practice: 2^-64 at a billion of them.</remarks>
public static class TextDigest
{
    /// <summary>The digest of two texts and a number.</summary>
    /// <param name="kind">What they are: the same texts of another kind have another digest.</param>
    /// <param name="first">A text.</param>
    /// <param name="second">A text.</param>
    /// <param name="number">A number.</param>
    public static UInt128 Of(uint kind, string first, string second, int number)
    {
        ulong a = 0x9E3779B97F4A7C15ul ^ kind, b = 0xC2B2AE3D27D4EB4Ful + kind;
        Mix(first, ref a, ref b);
        Mix(second, ref a, ref b);
        a = SplitMix.Mix(a ^ (uint)number);
        b = SplitMix.Mix(b + (uint)number * 0x165667B19E3779F9ul);
        return new UInt128(SplitMix.Mix(a + b), SplitMix.Mix(b ^ (a << 1)));
    }

    private static void Mix(string text, ref ulong a, ref ulong b)
    {
        foreach (var c in text)
        {
            a = (a ^ c) * 0x100000001B3ul;
            b = ((b << 5) | (b >> 59)) * 0x9FB21C651E98DF25ul + c;
        }
        a = SplitMix.Mix(a ^ (ulong)text.Length);
        b = SplitMix.Mix(b + (ulong)text.Length);
    }
}
