using System.Linq.Dynamic.Core.Exceptions;
using System.Linq.Expressions;
using System.Text.RegularExpressions;
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
            problems.Error(node.PlaceOf(OffsetOf(exception.Message, node.Text, position)), rule, Explain(exception.Message));
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The parser lets a few exceptions of System.Linq.Expressions through, for example on operators that do not fit.
            problems.Error(node.Place, rule, $"this cannot be read as an expression: {exception.Message}");
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
        var found = UnknownMember().Match(message) is { Success: true } member ? member : UnknownName().Match(message);
        var named = ExpressionTokens.Cut(expression).FindLast(t => t.Start <= position && t.Value == found.Groups["name"].Value);
        return found.Success && named.Length > 0 ? named.Start : position;
    }

    private string Explain(string message)
    {
        if (UnknownMember().Match(message) is { Success: true } member)
        {
            var (name, type) = (member.Groups["name"].Value, member.Groups["type"].Value);
            if (FactRoots.Types.FirstOrDefault(t => t.Name == type) is { } facts && facts != typeof(InputFacts))
            {
                var root = FactRoots.Routing.First(r => r.Value == facts).Key;
                return $"\"{root}\" has no \"{name}\"{Suggestion.For(name, FactRoots.MembersOf(facts))}";
            }
            if (type == nameof(InputFacts)) return UnknownRoot(name);
        }
        if (UnknownName().Match(message) is { Success: true } unknown) return UnknownRoot(unknown.Groups["name"].Value);
        return message.TrimEnd('.');
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

    private sealed class NameReplacer(IReadOnlyDictionary<string, Expression> names) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) =>
            names.TryGetValue(node.Name!, out var replacement) && replacement.Type == node.Type ? replacement : node;
    }
}
