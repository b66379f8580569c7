using System.Linq.Dynamic.Core.Exceptions;
using System.Linq.Expressions;
using System.Text.RegularExpressions;
using Escalation.Core.Tickets;
using Escalation.Rules.Documents;
using RulesEngine.ExpressionBuilders;
using RulesEngine.Models;

namespace Escalation.Rules.Compilation;

/// <summary>Parses expressions by RulesEngine's own parser, and gives every error its place and a way out.</summary>
internal sealed partial class ExpressionParser
{
    /// <summary>Longest expression, in UTF-16 characters.</summary>
    public const int MaxLength = 4_000;

    /// <summary>Deepest nesting of brackets, prefixes and choices: the parser calls itself for each.</summary>
    public const int MaxDepth = 50;

    /// <summary>Most tokens: about twice the nodes that the guard lets through.</summary>
    private const int MaxTokens = 2 * ExpressionGuard.MaxNodes;

    private static readonly Dictionary<string, string> Signs = new(StringComparer.Ordinal)
    {
        ["Equal"] = "==",
        ["NotEqual"] = "!=",
        ["LessThan"] = "<",
        ["LessThanOrEqual"] = "<=",
        ["GreaterThan"] = ">",
        ["GreaterThanOrEqual"] = ">=",
        ["Add"] = "+",
        ["Subtract"] = "-",
        ["Multiply"] = "*",
        ["Divide"] = "/",
    };

    private readonly RuleExpressionParser parser = new(Settings());
    private readonly ParameterExpression[] roots;
    private readonly ProblemList problems;

    /// <summary>A parser for signal rules, or for routing rules, which also see <c>recommendation</c>.</summary>
    public ExpressionParser(bool routing, ProblemList problems)
    {
        this.problems = problems;
        var names = routing ? FactRoots.Routing : FactRoots.Signal;
        roots = [.. names.Select(r => Expression.Parameter(r.Value, r.Key)), Expression.Parameter(typeof(InputFacts), "input1")];
    }

    /// <summary>The settings that both planes use. Nothing but the fact types may be called, and names are case-sensitive.</summary>
    public static ReSettings Settings() => new()
    {
        CustomTypes = FactRoots.Types,
        AutoRegisterInputType = false,
        IsExpressionCaseSensitive = true,
        AutoExecuteActions = false,
        EnableFormattedErrorMessage = false,
        EnableExceptionAsErrorMessage = true,
        EnableExceptionAsErrorMessageForRuleExpressionParsing = true,
        IgnoreException = false,
        EnableScopedParams = false,
        UseFastExpressionCompiler = false,
        NestedRuleExecutionMode = NestedRuleExecutionMode.Performance,
    };

    /// <summary>The tree of an expression; null, with a problem, where it is wrong.</summary>
    /// <param name="node">The text with its place.</param>
    /// <param name="rule">The rule, for problems.</param>
    /// <param name="type">What it must come to; null = whatever it is.</param>
    /// <param name="names">Trees of names that the expression may use.</param>
    public Expression? Parse(DocumentNode node, string rule, Type? type, IReadOnlyDictionary<string, Expression> names)
    {
        if (node.Text.Length > MaxLength)
        {
            problems.Error(node.Place, rule, $"the expression has {node.Text.Length} characters, {MaxLength} are the most; use a keyword class or a list");
            return null;
        }
        if (!IsWellWritten(node, rule)) return null;
        var (text, inserted) = ExpressionTokens.ForParser(node.Text);
        try
        {
            var placeholders = names.Select(n => Expression.Parameter(n.Value.Type, n.Key)).ToArray();
            var tree = parser.Parse(text, [.. roots, .. placeholders], type);
            return names.Count == 0 ? tree : new NameReplacer(names).Visit(tree);
        }
        catch (ParseException exception)
        {
            var position = exception.Position - inserted.Count(i => i < exception.Position);
            var offset = OffsetOf(exception.Message, node.Text, position);
            problems.Error(node.PlaceOf(offset), rule, Explain(exception.Message, node.Text, Math.Clamp(offset, 0, node.Text.Length)));
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The parser lets a few exceptions of System.Linq.Expressions through, for example on operators that do not fit.
            if (MismatchOf(exception.Message, node.Text) is var (at, sign)) problems.Error(node.PlaceOf(at), rule, $"{sign} stands between a text and a number or true or false; compare texts with texts in double quotes, or ask for .Length");
            else problems.Error(node.Place, rule, $"this cannot be read as an expression: {exception.Message}");
            return null;
        }
    }

    private bool IsWellWritten(DocumentNode node, string rule)
    {
        var tokens = ExpressionTokens.Cut(node.Text);
        if (tokens.Count > MaxTokens || ExpressionTokens.Depth(tokens) > MaxDepth)
        {
            problems.Error(node.Place, rule, tokens.Count > MaxTokens
                ? $"the expression has more than {MaxTokens} words and signs; split the rule, or use a keyword class or a list"
                : $"the expression is nested more than {MaxDepth} deep; split the rule, or give parts names in LocalParams");
            return false;
        }
        foreach (var token in tokens)
        {
            var wrong = token switch
            {
                { Kind: TokenKind.Symbol, Value: "=" } => "one = stands for nothing here; write == to compare",
                { Kind: TokenKind.Symbol, Value: "<>" } => "write != instead of <>",
                { Kind: TokenKind.Symbol, Value: "'" } => "texts stand in double quotes: \\\"gold\\\", not 'gold'",
                { Kind: TokenKind.Symbol, Value: "=>" } => "functions of functions are not allowed; for lists use .Contains(\\\"x\\\")",
                _ => null,
            };
            if (wrong is null) continue;
            problems.Error(node.PlaceOf(token.Start), rule, wrong);
            return false;
        }
        return true;
    }

    /// <summary>Where the name that an error is about stands: the parser has often read on when it finds that there is no such name.</summary>
    private static int OffsetOf(string message, string expression, int position)
    {
        var found = ((Regex[])[UnknownMember(), UnknownName(), UnknownType()]).Select(r => r.Match(message)).FirstOrDefault(m => m.Success) ?? Match.Empty;
        var named = ExpressionTokens.Cut(expression).FindLast(t => t.Start <= position && t.Value == found.Groups["name"].Value);
        return found.Success && named.Length > 0 ? named.Start : position;
    }

    /// <summary>The sign that joins what does not fit, and where it stands: the one beside a value that is written out; null for all other errors.</summary>
    private static (int At, string Sign)? MismatchOf(string message, string expression)
    {
        if (Mismatch().Match(message) is not { Success: true } match || !Signs.TryGetValue(match.Groups["operator"].Value, out var sign)) return null;
        var tokens = ExpressionTokens.Cut(expression);
        int[] found = [.. Enumerable.Range(0, tokens.Count).Where(i => tokens[i].Value == sign)];
        if (found.Length == 0) return null;
        var beside = found.Where(i => (i > 0 && tokens[i - 1].Kind == TokenKind.Number) || (i + 1 < tokens.Count && tokens[i + 1].Kind == TokenKind.Number)).DefaultIfEmpty(found[0]);
        return (tokens[found.Length == 1 ? found[0] : beside.First()].Start, sign);
    }

    /// <param name="message">What the parser says.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="offset">The place in it that the error is about.</param>
    private string Explain(string message, string expression, int offset)
    {
        var before = expression[..offset];
        if (UnknownType().Match(message) is { Success: true } type)
        {
            // The parser takes the name before a point for a type when it is no member.
            var ownerName = ExpressionTokens.Cut(before) is [.., { Kind: TokenKind.Name } rootToken, { Value: "." }] ? rootToken.Value : "";
            var unknownName = type.Groups["name"].Value;
            return FactRoots.Routing.TryGetValue(ownerName, out var members) ? $"\"{ownerName}\" has no \"{unknownName}\"{Suggestion.For(unknownName, FactRoots.MembersOf(members))}" : UnknownRoot(unknownName);
        }
        if (UnknownMember().Match(message) is { Success: true } member)
        {
            var (name, owner) = (member.Groups["name"].Value, member.Groups["type"].Value);
            if (FactRoots.Routing.FirstOrDefault(r => r.Value.Name == owner) is { Key: { } root, Value: var facts }) return $"\"{root}\" has no \"{name}\"{Suggestion.For(name, FactRoots.MembersOf(facts))}";
            if (owner == nameof(InputFacts)) return UnknownRoot(name);
        }
        if (UnknownName().Match(message) is { Success: true } unknown) return UnknownRoot(unknown.Groups["name"].Value);
        return SyntaxOf(message, ExpressionTokens.Cut(expression), offset) ?? message.TrimEnd('.');
    }

    /// <summary>What the parser's shortest words mean here; null where they are no shorter than ours.</summary>
    private static string? SyntaxOf(string message, IReadOnlyList<Token> tokens, int offset)
    {
        var before = tokens.LastOrDefault(t => t.Start < offset);
        var at = tokens.FirstOrDefault(t => t.Start >= offset);
        if (message is "Syntax error" && at.Value == "," && before.Kind == TokenKind.Number) return $"a comma stands between two numbers; decimals are written with a point, {before.Value}.{tokens.FirstOrDefault(t => t.Start > at.Start).Value}";
        if (message is "Expression expected") return at.Length == 0 ? $"the expression ends behind {before.Value}; write what is asked for, or take it away" : $"a fact or a value is missing before {at.Value}";
        if (message is "Syntax error") return $"{(at.Length == 0 ? before.Value : at.Value)} is not expected here; conditions are joined by && or ||";
        return null;
    }

    private string UnknownRoot(string name)
    {
        var known = roots.Select(r => r.Name!).Where(r => r != "input1").ToArray();
        var home = known.FirstOrDefault(r => FactRoots.MembersOf(FactRoots.Routing[r]).Contains(name));
        if (home is not null) return $"there is no \"{name}\" by itself; write \"{home}.{name}\"";
        if (name == "recommendation") return "\"recommendation\" is there for routing rules only: signals come before it";
        return $"there is no \"{name}\"{Suggestion.For(name, known)}";
    }

    [GeneratedRegex("^No property or field '(?<name>[^']*)' exists in type '(?<type>[^']*)'|^No applicable method '(?<name>[^']*)' exists in type '(?<type>[^']*)'")]
    private static partial Regex UnknownMember();

    [GeneratedRegex("^Unknown identifier '(?<name>[^']*)'|^No property or field '(?<name>[^']*)' exists in type 'Object'")]
    private static partial Regex UnknownName();

    [GeneratedRegex("^Type '(?<name>[^']*)' not found")]
    private static partial Regex UnknownType();

    [GeneratedRegex("^The binary operator (?<operator>\\w+) is not defined for the types '(System\\.String' and '|.*' and 'System\\.String')")]
    private static partial Regex Mismatch();

    private sealed class NameReplacer(IReadOnlyDictionary<string, Expression> names) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) =>
            names.TryGetValue(node.Name!, out var replacement) && replacement.Type == node.Type ? replacement : node;
    }
}
