using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Escalation.Rules.Functions;

namespace Escalation.Rules.Compilation;

/// <summary>What a token of an expression is.</summary>
internal enum TokenKind { Name, Number, Text, Symbol }

/// <summary>A token with its place in the expression; a text's value is without quotes.</summary>
internal readonly record struct Token(TokenKind Kind, string Value, int Start, int Length);

/// <summary>Cuts an expression into tokens: enough to give findings a place and to put expressions in for names.</summary>
internal static class ExpressionTokens
{
    private static readonly string[] Pairs = ["==", "!=", "<=", ">=", "&&", "||", "<>", "=>", "??", "?."];

    /// <summary>The tokens of an expression; what is no token of the language comes out as single symbols.</summary>
    public static List<Token> Cut(string expression)
    {
        var tokens = new List<Token>();
        for (var i = 0; i < expression.Length;)
        {
            var start = i;
            var c = expression[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
                continue;
            }
            if (char.IsLetter(c) || c == '_')
            {
                while (i < expression.Length && (char.IsLetterOrDigit(expression[i]) || expression[i] == '_')) i++;
                tokens.Add(new Token(TokenKind.Name, expression[start..i], start, i - start));
            }
            else if (char.IsDigit(c) || StartsFraction(expression, i))
            {
                while (i < expression.Length && (char.IsLetterOrDigit(expression[i]) || expression[i] == '.')) i++;
                tokens.Add(new Token(TokenKind.Number, expression[start..i], start, i - start));
            }
            else if (c == '"')
            {
                for (i++; i < expression.Length && expression[i] != '"'; i++)
                    if (expression[i] == '\\') i++;
                i = Math.Min(expression.Length, i + 1);
                tokens.Add(new Token(TokenKind.Text, Unescaped(expression, start, i), start, i - start));
            }
            else
            {
                i += i + 1 < expression.Length && Pairs.Contains(expression.Substring(i, 2)) ? 2 : 1;
                tokens.Add(new Token(TokenKind.Symbol, expression[start..i], start, i - start));
            }
        }
        return tokens;
    }

    /// <summary>How deep the expression nests: brackets that are open, prefixes such as ! in a row, and choices (<c>? :</c>) one in another.</summary>
    public static int Depth(IReadOnlyList<Token> tokens)
    {
        var (open, choices, prefixes, most) = (0, 0, 0, 0);
        foreach (var token in tokens)
        {
            var isPrefix = token is { Kind: TokenKind.Symbol, Value: "!" or "-" or "+" or "~" } or { Kind: TokenKind.Name, Value: "not" or "Not" or "NOT" };
            prefixes = isPrefix ? prefixes + 1 : 0;
            if (token is { Kind: TokenKind.Symbol, Value: "(" or "[" or "{" }) open++;
            else if (token is { Kind: TokenKind.Symbol, Value: ")" or "]" or "}" }) open--;
            else if (token is { Kind: TokenKind.Symbol, Value: "?" or "??" }) choices++;
            most = Math.Max(most, open + choices + prefixes);
        }
        return most;
    }

    /// <summary>The expression with names put in for their own expressions, in brackets.</summary>
    public static string Substitute(string expression, IReadOnlyDictionary<string, string> names)
    {
        if (names.Count == 0) return expression;
        var result = new StringBuilder();
        var (copied, afterDot) = (0, false);
        foreach (var token in Cut(expression))
        {
            if (token.Kind == TokenKind.Name && !afterDot && names.TryGetValue(token.Value, out var replacement))
            {
                result.Append(expression, copied, token.Start - copied).Append(CultureInfo.InvariantCulture, $"({replacement})");
                copied = token.Start + token.Length;
            }
            afterDot = token.Value == ".";
        }
        return result.Append(expression, copied, expression.Length - copied).ToString();
    }

    /// <summary>What people write and the parser does not know: <c>.5</c> wants a digit before the point, <c>script("x")</c> is <c>script.Holds("x")</c>.</summary>
    /// <returns>The expression as the parser wants it, and the offsets in it of what was put in.</returns>
    public static (string Text, IReadOnlyList<int> Inserted) ForParser(string expression)
    {
        List<int>? inserted = null;
        var result = new StringBuilder(expression);
        var tokens = Cut(expression);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind == TokenKind.Number && tokens[i].Value[0] == '.') Insert(tokens[i].Start, "0");
            else if (tokens[i] is { Kind: TokenKind.Symbol, Value: "(" } && i > 0 && tokens[i - 1] is { Kind: TokenKind.Name, Value: "script" }) Insert(tokens[i].Start, "." + nameof(ScriptFacts.Holds));
        }
        return inserted is null ? (expression, []) : (result.ToString(), inserted);

        void Insert(int start, string text)
        {
            inserted ??= [];
            var at = start + inserted.Count;
            result.Insert(at, text);
            inserted.AddRange(Enumerable.Range(at, text.Length));
        }
    }

    /// <summary>A text without its quotes, escapes read as the parser reads them; one that ends nowhere is for the parser to refuse.</summary>
    private static string Unescaped(string expression, int start, int end)
    {
        var inner = expression[(start + 1)..Math.Max(start + 1, end - 1)];
        if (!inner.Contains('\\', StringComparison.Ordinal)) return inner;
        try
        {
            return Regex.Unescape(inner);
        }
        catch (ArgumentException)
        {
            return inner;
        }
    }

    private static bool StartsFraction(string expression, int at) =>
        expression[at] == '.' && at + 1 < expression.Length && char.IsDigit(expression[at + 1])
        && (at == 0 || !(char.IsLetterOrDigit(expression[at - 1]) || expression[at - 1] is ')' or ']' or '_'));
}
