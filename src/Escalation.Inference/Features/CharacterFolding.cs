using System.Runtime.CompilerServices;

namespace Escalation.Inference.Features;

/// <summary>The first look at a text: each character in lower case with what it is, white space as one blank.</summary>
/// <remarks>Apart from the hashing so that both are short loops: here the only jump is for characters beyond ASCII. Part of the feature revision.</remarks>
internal static class CharacterFolding
{
    /// <summary>Set beside a character that belongs to a word.</summary>
    public const uint InWord = 1 << 16;

    /// <summary>How far the bit of a character that was a capital is shifted.</summary>
    public const int CapitalShift = 17;

    private const uint Capital = 1u << CapitalShift;

    private static readonly uint[] Ascii = Build();

    /// <summary>Writes the folded characters and gives their number.</summary>
    /// <param name="text">Some of a text.</param>
    /// <param name="folded">As long as the text at least.</param>
    /// <param name="last">The folded character before, a blank at the beginning; becomes the last one written or skipped.</param>
    public static int Fold(ReadOnlySpan<char> text, Span<uint> folded, ref uint last)
    {
        var (count, before) = (0, last);
        foreach (var c in text)
        {
            var now = c < 128 ? Ascii[c] : Beyond(c);
            folded[count] = now;
            count += now == ' ' & before == ' ' ? 0 : 1;
            before = now;
        }
        last = before;
        return count;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static uint Beyond(char c)
    {
        if (c == '’') return '\'' | InWord;
        if (char.IsWhiteSpace(c)) return ' ';
        var lower = char.ToLowerInvariant(c);
        return lower | (char.IsLetterOrDigit(lower) || char.IsSurrogate(lower) ? InWord : 0) | (lower != c ? Capital : 0);
    }

    private static uint[] Build()
    {
        var table = new uint[128];
        for (var c = 0; c < table.Length; c++)
        {
            var isCapital = char.IsAsciiLetterUpper((char)c);
            table[c] = c <= ' ' || c == 127 ? ' '
                : char.ToLowerInvariant((char)c) | (char.IsLetterOrDigit((char)c) || (char)c is '_' or '\'' ? InWord : 0) | (isCapital ? Capital : 0);
        }
        return table;
    }
}
