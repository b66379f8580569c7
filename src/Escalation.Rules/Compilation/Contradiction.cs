using System.Globalization;
using System.Linq.Expressions;

namespace Escalation.Rules.Compilation;

/// <summary>Finds conditions that no message can meet: false by themselves, or asking two things of one fact that exclude each other.</summary>
/// <remarks>Only what is certain is found; a condition without a finding may still never hold.</remarks>
internal static class Contradiction
{
    private static readonly Dictionary<string, (double Least, double Most)> Ranges = new(StringComparer.Ordinal)
    {
        ["frustration.Score"] = (0, 1),
        ["frustration.Max7d"] = (0, 1),
        ["clock.Hour"] = (0, 23),
        ["message.WordCount"] = (0, double.PositiveInfinity),
    };

    /// <summary>Why a guarded condition never holds; null where it may.</summary>
    public static string? Of(Expression condition)
    {
        if (ValueOf(condition) is false) return "it is false whatever the facts are";
        switch (condition)
        {
            case BinaryExpression { NodeType: ExpressionType.OrElse } or:
                return Of(or.Left) is { } left && Of(or.Right) is not null ? left : null;
            case BinaryExpression { NodeType: ExpressionType.AndAlso }:
                var terms = new List<Expression>();
                Split(condition, terms);
                return terms.Select(Of).FirstOrDefault(r => r is not null) ?? Among(terms);
            case BinaryExpression:
                return Among([condition]);
            default:
                return null;
        }
    }

    /// <summary>What terms that must all hold ask of one fact.</summary>
    private static string? Among(IReadOnlyList<Expression> terms)
    {
        var spans = new Dictionary<string, Span>(StringComparer.Ordinal);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var term in terms)
        {
            if (Comparison(term) is not var (fact, operation, value)) continue;
            if (value is string text && operation == ExpressionType.Equal)
            {
                if (texts.TryGetValue(fact, out var other) && other != text) return $"{fact} cannot be \"{other}\" and \"{text}\"";
                texts[fact] = text;
            }
            else if (value is int or long or double)
            {
                var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
                var before = spans.TryGetValue(fact, out var span) ? span : Span.Of(Ranges.GetValueOrDefault(fact, (double.NegativeInfinity, double.PositiveInfinity)));
                spans[fact] = before.With(operation, number);
                if (spans[fact].IsEmpty) return $"{fact} is nowhere within what is asked of it";
            }
        }
        return null;
    }

    /// <summary>A comparison of a fact with a value, the fact to the left; null for all else.</summary>
    private static (string Fact, ExpressionType Operation, object Value)? Comparison(Expression term)
    {
        if (term is not BinaryExpression binary) return null;
        var (left, right) = (ExpressionGuard.Unwrapped(binary.Left), ExpressionGuard.Unwrapped(binary.Right));
        if (FactRoots.FactOf(left) is { } fact && ValueOf(right) is { } value) return (fact, binary.NodeType, value);
        return FactRoots.FactOf(right) is { } other && ValueOf(left) is { } first ? (other, Turned(binary.NodeType), first) : null;
    }

    private static ExpressionType Turned(ExpressionType operation) => operation switch
    {
        ExpressionType.LessThan => ExpressionType.GreaterThan,
        ExpressionType.LessThanOrEqual => ExpressionType.GreaterThanOrEqual,
        ExpressionType.GreaterThan => ExpressionType.LessThan,
        ExpressionType.GreaterThanOrEqual => ExpressionType.LessThanOrEqual,
        _ => operation,
    };

    /// <summary>The value of an expression without facts; null where it has facts, fails, or is null.</summary>
    private static object? ValueOf(Expression expression)
    {
        if (expression is ConstantExpression constant) return constant.Value;
        var facts = new FactFinder();
        facts.Visit(expression);
        if (facts.Found) return null;
        try
        {
            return Expression.Lambda<Func<object>>(Expression.Convert(expression, typeof(object))).Compile(preferInterpretation: true)();
        }
        catch (Exception exception) when (exception is ArithmeticException or ArgumentException)
        {
            return null;
        }
    }

    private static void Split(Expression tree, List<Expression> terms)
    {
        if (tree is BinaryExpression { NodeType: ExpressionType.AndAlso } and)
        {
            Split(and.Left, terms);
            Split(and.Right, terms);
        }
        else terms.Add(tree);
    }

    /// <summary>The numbers that a fact may still be.</summary>
    private readonly record struct Span(double Least, bool LeastOut, double Most, bool MostOut)
    {
        public bool IsEmpty => Least > Most || (Least == Most && (LeastOut || MostOut));

        public static Span Of((double Least, double Most) range) => new(range.Least, false, range.Most, false);

        public Span With(ExpressionType operation, double value) => operation switch
        {
            ExpressionType.GreaterThan when value >= Least => this with { Least = value, LeastOut = true },
            ExpressionType.GreaterThanOrEqual when value > Least => this with { Least = value, LeastOut = false },
            ExpressionType.LessThan when value <= Most => this with { Most = value, MostOut = true },
            ExpressionType.LessThanOrEqual when value < Most => this with { Most = value, MostOut = false },
            ExpressionType.Equal => With(ExpressionType.GreaterThanOrEqual, value).With(ExpressionType.LessThanOrEqual, value),
            _ => this,
        };
    }

    private sealed class FactFinder : ExpressionVisitor
    {
        public bool Found { get; private set; }

        public override Expression? Visit(Expression? node) => Found ? node : base.Visit(node);

        protected override Expression VisitParameter(ParameterExpression node)
        {
            Found = true;
            return node;
        }
    }
}
