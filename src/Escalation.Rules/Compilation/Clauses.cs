using System.Linq.Expressions;
using Escalation.Rules.Documents;

namespace Escalation.Rules.Compilation;

/// <summary>One term of a condition: as written, and as tree over the roots.</summary>
internal readonly record struct Clause(string Text, Expression Tree);

/// <summary>Splits conditions at their outermost <c>and</c>s, text and tree alike.</summary>
internal static class Clauses
{
    /// <summary>The clauses of a rule; the whole as one where text and tree do not split alike (a name may stand for several terms).</summary>
    public static IReadOnlyList<Clause> Of(Condition condition, Expression tree)
    {
        var texts = TextsOf(condition);
        var trees = new List<Expression>();
        Split(tree, trees);
        return texts.Count == trees.Count ? [.. texts.Zip(trees, (t, e) => new Clause(t, e))] : [new Clause(condition.Text, tree)];
    }

    private static List<string> TextsOf(Condition condition) => condition switch
    {
        Condition.Leaf leaf => Split(leaf.Node.Text),
        Condition.Joined { All: true } all => [.. all.Parts.SelectMany(TextsOf)],
        _ => [condition.Text],
    };

    private static void Split(Expression tree, List<Expression> parts)
    {
        if (tree is BinaryExpression { NodeType: ExpressionType.AndAlso } and)
        {
            Split(and.Left, parts);
            Split(and.Right, parts);
        }
        else parts.Add(tree);
    }

    private static List<string> Split(string text)
    {
        var tokens = ExpressionTokens.Cut(text);
        if (tokens.Count == 0) return [text];
        if (IsBracketed(tokens)) return Split(text[(tokens[0].Start + 1)..tokens[^1].Start]);
        var parts = new List<string>();
        var (depth, from) = (0, 0);
        foreach (var token in tokens)
        {
            if (token.Kind == TokenKind.Symbol && token.Value is "(" or "[") depth++;
            else if (token.Kind == TokenKind.Symbol && token.Value is ")" or "]") depth--;
            else if (depth == 0 && IsWeakerThanAnd(token)) return [text.Trim()];
            else if (depth == 0 && IsAnd(token))
            {
                parts.Add(text[from..token.Start]);
                from = token.Start + token.Length;
            }
        }
        if (parts.Count == 0) return [text.Trim()];
        parts.Add(text[from..]);
        return [.. parts.SelectMany(Split)];
    }

    private static bool IsBracketed(List<Token> tokens)
    {
        if (tokens[0].Value != "(" || tokens[^1].Value != ")") return false;
        var depth = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i] is { Kind: TokenKind.Symbol, Value: "(" }) depth++;
            else if (tokens[i] is { Kind: TokenKind.Symbol, Value: ")" } && --depth == 0 && i < tokens.Count - 1) return false;
        }
        return true;
    }

    private static bool IsAnd(Token token) => token is { Kind: TokenKind.Symbol, Value: "&&" } or { Kind: TokenKind.Name, Value: "and" or "And" or "AND" or "AndAlso" };

    private static bool IsWeakerThanAnd(Token token) =>
        token is { Kind: TokenKind.Symbol, Value: "||" or "?" or "??" } or { Kind: TokenKind.Name, Value: "or" or "Or" or "OR" or "OrElse" };
}
