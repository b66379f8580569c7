using System.Globalization;
using System.Linq.Expressions;
using Escalation.Core.Tickets;
using Escalation.Rules.Compilation;

namespace Escalation.Rules.Documents;

/// <summary>A column of a decision table that compares: <c>context.Severity &gt;=</c> is an expression and an operator.</summary>
internal sealed class TableColumn
{
    private static readonly string[] ForTruth = ["==", "!="];
    private static readonly string[] ForNumbers = ["==", "!=", "<", "<=", ">", ">=", "in", "not in"];
    private static readonly string[] ForTexts = ["==", "!=", "in", "not in", "contains", "not contains"];
    private static readonly string[] ForLists = ["contains", "not contains"];

    private readonly string expression;
    private readonly string operation;
    private readonly Type type;
    private readonly string guard;

    private TableColumn(string expression, string operation, Type type, string guard) =>
        (this.expression, this.operation, this.type, this.guard) = (expression, operation, type, guard);

    /// <summary>Every operator that a header may end with.</summary>
    public static IReadOnlyList<string> Operators => [.. ForNumbers.Union(ForTexts)];

    /// <summary>The column of a header; null, with a problem, where it is wrong.</summary>
    /// <param name="header">The header with its place.</param>
    /// <param name="table">For problems.</param>
    /// <param name="parse">Parses and guards an expression; null with a problem.</param>
    /// <param name="problems">Where problems go.</param>
    public static TableColumn? Read(DocumentNode header, string table, Func<DocumentNode, Expression?> parse, ProblemList problems)
    {
        var (expression, operation) = Cut(header.Text);
        if (operation is not null && !Operators.Contains(operation)) return Wrong($"there is no operator \"{operation}\"{Suggestion.For(operation, Operators)}; a header is a fact and an operator, as in \"context.Severity >=\"");
        if (parse(DocumentNode.OnePlace(expression, header.Place)) is not { } tree) return null;
        var type = tree.Type == typeof(int) || tree.Type == typeof(double) ? typeof(double) : tree.Type;
        if (OperatorsFor(type) is not { } allowed) return Wrong($"{expression} is no text, number, list or true and false, so that no cell can be compared with it");
        operation ??= allowed[0];
        if (!allowed.Contains(operation)) return Wrong($"{expression} is {NameOf(type)}, and \"{operation}\" does not fit; use {string.Join(", ", allowed)}");
        var guard = string.Concat(GuardedReads.Unguarded(tree).Select(r => r.Twin + " && "));
        return new TableColumn(expression, operation, type, guard);

        TableColumn? Wrong(string message)
        {
            problems.Error(header.Place, table, message);
            return null;
        }
    }

    /// <summary>The condition of a cell; null, with a problem, where the cell does not fit the column. An unknown fact fits no cell.</summary>
    public DocumentNode? Condition(DocumentNode cell, string row, ProblemList problems)
    {
        var alternatives = operation is "in" or "not in" ? Alternatives(cell.Text) : [cell.Text];
        foreach (var value in alternatives)
            if (Literal(value) is null)
            {
                problems.Error(cell.Place, row, value.Length == 0
                    ? "a value is blank; write - for any"
                    : $"\"{value}\" is not {NameOf(type)}, and {expression} is; write {(type == typeof(bool) ? "true, false or - for any" : "a number such as 8 or 0.5, or - for any")}");
                return null;
            }
        var literals = alternatives.Select(a => Literal(a)!);
        var test = operation switch
        {
            "in" => $"{expression} in ({string.Join(", ", literals)})",
            "not in" => $"!({expression} in ({string.Join(", ", literals)}))",
            "contains" => $"{expression}.Contains({literals.First()})",
            "not contains" => $"!{expression}.Contains({literals.First()})",
            _ => $"{expression} {operation} {literals.First()}",
        };
        return DocumentNode.OnePlace(guard + test, cell.Place);
    }

    /// <summary>Whether whatever fits the cell <paramref name="narrow"/> also fits the cell <paramref name="wide"/>.</summary>
    public bool Covers(string wide, string narrow)
    {
        if (wide == narrow || wide == TableDocument.Any) return true;
        if (narrow == TableDocument.Any) return false;
        return operation switch
        {
            "in" => Alternatives(narrow).All(Alternatives(wide).Contains),
            "not in" => Alternatives(wide).All(Alternatives(narrow).Contains),
            ">" or ">=" => Number(narrow) >= Number(wide),
            "<" or "<=" => Number(narrow) <= Number(wide),
            "contains" when type == typeof(string) => narrow.Contains(wide, StringComparison.Ordinal),
            _ => type == typeof(double) && Number(narrow) == Number(wide),
        };
    }

    /// <summary>The operator is what follows the expression: signs, or words that no dot stands before.</summary>
    private static (string Expression, string? Operator) Cut(string header)
    {
        var tokens = ExpressionTokens.Cut(header);
        var first = tokens.Count;
        while (first > 1 && IsOfOperator(tokens, first - 1)) first--;
        return first == tokens.Count
            ? (header, null)
            : (header[..tokens[first].Start].Trim(), string.Join(' ', header[tokens[first].Start..].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    private static bool IsOfOperator(List<Token> tokens, int at) => tokens[at].Kind switch
    {
        TokenKind.Symbol => tokens[at].Value is not (")" or "]" or "." or "(" or "["),
        TokenKind.Name => tokens[at - 1].Value != ".",
        _ => false,
    };

    private string? Literal(string value)
    {
        if (value.Length == 0) return null;
        if (type == typeof(bool)) return value.ToLowerInvariant() switch { "true" => "true", "false" => "false", _ => null };
        if (type == typeof(double)) return !double.IsNaN(Number(value)) ? value : null;
        return $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && char.IsAsciiDigit(text[^1]) && text[0] != '+' ? number : double.NaN;

    private static string[] Alternatives(string cell) => cell.Split('|', StringSplitOptions.TrimEntries);

    private static string[]? OperatorsFor(Type type) =>
        type == typeof(bool) ? ForTruth : type == typeof(double) ? ForNumbers : type == typeof(string) ? ForTexts : typeof(IEnumerable<string>).IsAssignableFrom(type) ? ForLists : null;

    private static string NameOf(Type type) => type == typeof(bool) ? "true or false" : type == typeof(double) ? "a number" : type == typeof(string) ? "a text" : "a list";
}
