using System.Globalization;

namespace Escalation.Core.Derived.Text;

/// <summary>What a UTF-16 unit is to the scanners: one table look-up.</summary>
internal static class CharKinds
{
    /// <summary>White space, control and invisible characters: between words.</summary>
    public const byte Space = 0;

    /// <summary>A letter or <c>_</c>: part of a word.</summary>
    public const byte Letter = 1;

    /// <summary>A decimal digit: part of a word.</summary>
    public const byte Digit = 2;

    /// <summary>An apostrophe, straight or curly: part of a word between two letters, else a symbol.</summary>
    public const byte Apostrophe = 3;

    /// <summary>Anything else: a word of its own.</summary>
    public const byte Symbol = 4;

    private static readonly byte[] Kinds = Build();

    /// <summary>The kind of a character.</summary>
    public static byte Of(char c) => Kinds[c];

    /// <summary>Lower case, and every apostrophe straight.</summary>
    public static char Fold(char c) => Kinds[c] == Apostrophe ? '\'' : char.ToLowerInvariant(c);

    private static byte[] Build()
    {
        var kinds = new byte[char.MaxValue + 1];
        for (var i = 0; i <= char.MaxValue; i++)
        {
            var c = (char)i;
            kinds[i] = c switch
            {
                '\'' or '’' or '‘' or 'ʼ' or '`' or '´' => Apostrophe,
                '_' => Letter,
                _ when char.IsAsciiDigit(c) => Digit,
                _ when char.IsLetterOrDigit(c) => Letter,
                _ when char.IsWhiteSpace(c) || char.IsControl(c) => Space,
                _ when char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format => Space,
                _ => Symbol,
            };
        }
        return kinds;
    }
}
