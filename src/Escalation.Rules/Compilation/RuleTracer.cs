using System.Globalization;
using System.Linq.Expressions;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;

namespace Escalation.Rules.Compilation;

/// <summary>Evaluates one rule clause by clause with the actual values: for explanations, compiled when first asked.</summary>
internal sealed class RuleTracer(string rule, IReadOnlyList<Clause> clauses, RuleCompiler compiler)
{
    private readonly Lazy<TracedClause[]> traced = new(() => [.. clauses.Select(c => new TracedClause(
        c, compiler.Compile(new ParsedRule(rule, c.Tree, null, false)), Comparison.Of(c.Tree)))]);

    /// <summary>The clauses on one message; each is evaluated by itself, so a guarded read may be unavailable where its guard fails.</summary>
    /// <param name="derived">The facts.</param>
    /// <param name="result">The result of the rule as a whole.</param>
    public RuleTrace Trace(DerivedFacts derived, RuleResult result)
    {
        var errors = new List<RuleError>();
        return new RuleTrace(rule, result, [.. traced.Value.Select(c => c.Trace(derived, errors))]);
    }

    private sealed record TracedClause(Clause Clause, RuleFunction Function, Comparison? Comparison)
    {
        public ClauseTrace Trace(DerivedFacts derived, List<RuleError> errors)
        {
            var result = Function(derived, null, errors);
            var actual = Comparison is null ? null : FactCatalog.Describe(derived, Comparison.Fact);
            var gap = result == RuleResult.Hit ? 0 : Comparison?.Gap(actual) ?? 1;
            return new ClauseTrace(Clause.Text.Trim(), result, Comparison?.Fact, actual, Comparison?.Wanted, gap);
        }
    }

    /// <summary>A fact compared with a constant.</summary>
    private sealed record Comparison(string Fact, string Wanted, double? Limit)
    {
        /// <summary>The comparison that a clause is; null where it is none.</summary>
        public static Comparison? Of(Expression tree)
        {
            if (FactRoots.FactOf(tree) is { } flag && tree.Type == typeof(bool)) return new Comparison(flag, "true", null);
            if (tree is UnaryExpression { NodeType: ExpressionType.Not } not && FactRoots.FactOf(not.Operand) is { } negated) return new Comparison(negated, "false", null);
            if (tree is not BinaryExpression binary || Symbol(binary.NodeType) is not { } symbol) return null;
            var (left, right) = (ExpressionGuard.Unwrapped(binary.Left), ExpressionGuard.Unwrapped(binary.Right));
            if (FactRoots.FactOf(left) is { } fact && right is ConstantExpression constant) return Compared(fact, symbol, constant);
            return FactRoots.FactOf(right) is { } mirrored && left is ConstantExpression before ? Compared(mirrored, Mirrored(symbol), before) : null;
        }

        /// <summary>How far the fact is from holding, relative to the constant, 0 to 1.</summary>
        public double Gap(string? actual)
        {
            if (Limit is not { } limit || !double.TryParse(actual, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return 1;
            return Math.Min(1, Math.Abs(value - limit) / Math.Max(Math.Abs(limit), 1e-9));
        }

        private static Comparison? Compared(string fact, string symbol, ConstantExpression constant) => constant.Value switch
        {
            string text => new Comparison(fact, $"{symbol} \"{text}\"", null),
            bool flag => new Comparison(fact, $"{symbol} {(flag ? "true" : "false")}", null),
            IConvertible number => new Comparison(fact, string.Create(CultureInfo.InvariantCulture, $"{symbol} {number}"), number.ToDouble(CultureInfo.InvariantCulture)),
            _ => null,
        };

        private static string? Symbol(ExpressionType type) => type switch
        {
            ExpressionType.Equal => "==",
            ExpressionType.NotEqual => "!=",
            ExpressionType.GreaterThan => ">",
            ExpressionType.GreaterThanOrEqual => ">=",
            ExpressionType.LessThan => "<",
            ExpressionType.LessThanOrEqual => "<=",
            _ => null,
        };

        private static string Mirrored(string symbol) => symbol switch { ">" => "<", ">=" => "<=", "<" => ">", "<=" => ">=", _ => symbol };
    }
}
