using Escalation.Rules.Compilation;

namespace Escalation.Tests.Rules.Compilation;

/// <summary>Changes of an expression token by token.</summary>
internal static class ExpressionMutations
{
    /// <summary>What is put in.</summary>
    public static readonly string[] Pieces =
    [
        "(", ")", "[", "]", "{", "}", ".", ",", "!", "-", "+", "*", "/", "%", "?", ":", "??", "?.", "&&", "||", "==", "!=", "<", ">", "=>", "=", "in", "new", "it", "iif", "np", "null", "true", "0", "1.5", ".5", "2147483648", "1e308", "\"\"",
        "\"a\"", "\"\\\"\"", "'", "\\", "#", "@", "$", "~", "^", "|", "&", "\u0000", "\ud800", "é", "message.Text", "ticket.Tags", "contacts.Last7d", "frustration.Score", "input1", "message", ".Contains(\"a\")", ".Length", ".Count()", ".Any()",
        "Math.Round(1.5, 99)", "StringComparison.Ordinal", "string", "DateTime.Now", ".GetType()", "-2147483648", "9223372036854775807", "not", "and", "or", "as", "is", "typeof",
    ];

    /// <summary>The expression with one change.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="other">One that may be joined to it.</param>
    /// <param name="change">What is done, at which token, with which other token or piece; each is taken modulo what there is.</param>
    public static string Of(string text, string other, (int Kind, int At, int To, int Piece) change)
    {
        var tokens = ExpressionTokens.Cut(text);
        if (tokens.Count == 0) return Pieces[change.Piece];
        var (first, second) = (tokens[change.At % tokens.Count], tokens[change.To % tokens.Count]);
        return change.Kind switch
        {
            0 => text.Remove(first.Start, first.Length),
            1 => text.Insert(first.Start, Pieces[change.Piece] + " "),
            2 => text.Remove(first.Start, first.Length).Insert(first.Start, Pieces[change.Piece]),
            3 => text.Insert(first.Start, $"{text.AsSpan(second.Start, second.Length)} "),
            _ => text.Insert(first.Start, "(" + other + ") && "),
        };
    }
}
