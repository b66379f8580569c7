using System.Linq.Expressions;
using System.Reflection;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Rules.Documents;
using Escalation.Rules.Functions;

namespace Escalation.Rules.Compilation;

/// <summary>A rule whose trees passed the guard.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Condition">Comes to bool, over the roots.</param>
/// <param name="Confidence">Comes to double, over the roots; null for rules that make no signal.</param>
/// <param name="MustEscalate">For errors.</param>
internal sealed record ParsedRule(string Name, Expression Condition, Expression? Confidence, bool MustEscalate);

/// <summary>What compiled rules ask beyond the facts of a message.</summary>
internal sealed record RuleResources(
    IReadOnlyList<KeywordClass> Classes, IReadOnlyDictionary<string, ValueList> Lists, IReadOnlyDictionary<string, ScriptFunction> Scripts, PolicyFacts Policy);

/// <summary>Evaluates all signal rules of one message.</summary>
internal delegate void SignalFunction(DerivedFacts facts, RuleResult[] results, double[] confidences, List<RuleError> errors);

/// <summary>Evaluates one rule of one message.</summary>
internal delegate RuleResult RuleFunction(DerivedFacts facts, RecommendationFacts? recommendation, List<RuleError> errors);

/// <summary>Compiles guarded trees: all signal rules into one function, and any rule into one of its own.</summary>
internal sealed class RuleCompiler(RuleResources resources)
{
    private static readonly MethodInfo Failed = typeof(RuleRuntime).GetMethod(nameof(RuleRuntime.Failed))!;
    private static readonly MethodInfo Clamp = typeof(RuleRuntime).GetMethod(nameof(RuleRuntime.Confidence))!;

    private readonly ParameterExpression facts = Expression.Parameter(typeof(DerivedFacts), "facts");
    private readonly ParameterExpression recommendation = Expression.Parameter(typeof(RecommendationFacts), "recommendation");
    private readonly ParameterExpression unknown = Expression.Variable(typeof(bool), "unknown");
    private readonly ParameterExpression errors = Expression.Parameter(typeof(List<RuleError>), "errors");
    private readonly ParameterExpression results = Expression.Parameter(typeof(RuleResult[]), "results");
    private readonly ParameterExpression confidences = Expression.Parameter(typeof(double[]), "confidences");

    /// <summary>One function over some of the rules; what one throws ends it.</summary>
    public SignalFunction Fuse(IReadOnlyList<ParsedRule> rules, int from, int count) => Signals(Enumerable.Range(from, count).Select(i => Place(rules[i], i)));

    /// <summary>A function of one rule that never throws.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="place">Its index among the results.</param>
    public SignalFunction Isolate(ParsedRule rule, int place) => Signals([Isolated(rule, Place(rule, place), Expression.ArrayAccess(results, Expression.Constant(place)))]);

    private SignalFunction Signals(IEnumerable<Expression> rules) =>
        Expression.Lambda<SignalFunction>(Expression.Block([unknown], [.. rules, Expression.Empty()]), "Signals", [facts, results, confidences, errors]).Compile();

    private Expression Place(ParsedRule rule, int place) =>
        Body(rule, Expression.ArrayAccess(results, Expression.Constant(place)), Expression.ArrayAccess(confidences, Expression.Constant(place)));

    /// <summary>A function of one rule's condition alone.</summary>
    public RuleFunction Compile(ParsedRule rule)
    {
        var result = Expression.Variable(typeof(RuleResult), "result");
        var body = Expression.Block([unknown, result], Isolated(rule, Body(rule with { Confidence = null }, result, null), result), result);
        return Expression.Lambda<RuleFunction>(body, rule.Name, [facts, recommendation, errors]).Compile();
    }

    private Expression Body(ParsedRule rule, Expression result, Expression? confidence)
    {
        var rewriter = new FactRewriter(facts, recommendation, unknown, resources);
        var condition = rewriter.Rewrite(rule.Condition);
        var mayBeUnknown = rewriter.CanBeUnavailable;
        Expression SetTo(RuleResult to) => Expression.Assign(result, Expression.Constant(to));
        var onHit = SetTo(RuleResult.Hit);
        if (rule.Confidence is not null && confidence is not null)
        {
            var value = rewriter.Rewrite(rule.Confidence);
            var known = value is ConstantExpression { Value: >= 0d and <= 1d } ? value : Expression.Call(Clamp, value);
            onHit = Expression.Block(typeof(void), Expression.Assign(confidence, known), rewriter.CanBeUnavailable ? UnlessUnknown(onHit) : onHit);
            mayBeUnknown |= rewriter.CanBeUnavailable;
        }
        if (!mayBeUnknown) return Expression.IfThenElse(condition, onHit, SetTo(RuleResult.Miss));
        var hit = Expression.Variable(typeof(bool), "hit");
        return Expression.Block(
            typeof(void),
            [hit],
            Expression.Assign(unknown, Expression.Constant(false)),
            Expression.Assign(hit, condition),
            UnlessUnknown(Expression.IfThenElse(hit, onHit, SetTo(RuleResult.Miss))));

        Expression UnlessUnknown(Expression then) => Expression.IfThenElse(unknown, SetTo(RuleResult.Unavailable), then);
    }

    /// <summary>What a rule throws is its result. A fact that was unknown before counts as that.</summary>
    private TryExpression Isolated(ParsedRule rule, Expression body, Expression result)
    {
        var exception = Expression.Parameter(typeof(Exception), "exception");
        var failure = Expression.Call(Failed, exception, unknown, Expression.Constant(rule.Name), Expression.Constant(rule.MustEscalate), errors);
        return Expression.TryCatch(
            Expression.Block(typeof(void), Expression.Assign(unknown, Expression.Constant(false)), body),
            Expression.Catch(exception, Expression.Block(typeof(void), Expression.Assign(result, failure))));
    }
}
