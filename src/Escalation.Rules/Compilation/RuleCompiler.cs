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

    /// <summary>One function over some of the rules; each rule has its own try, so that one that throws leaves the others alone.</summary>
    public SignalFunction Fuse(IReadOnlyList<ParsedRule> rules, int from, int count)
    {
        var results = Expression.Parameter(typeof(RuleResult[]), "results");
        var confidences = Expression.Parameter(typeof(double[]), "confidences");
        var body = new List<Expression>();
        for (var i = from; i < from + count; i++)
        {
            var index = Expression.Constant(i);
            body.Add(Body(rules[i], Expression.ArrayAccess(results, index), Expression.ArrayAccess(confidences, index)));
        }
        return Expression.Lambda<SignalFunction>(Expression.Block([unknown], [.. body, Expression.Empty()]), "Signals", [facts, results, confidences, errors]).Compile();
    }

    /// <summary>A function of one rule's condition alone.</summary>
    public RuleFunction Compile(ParsedRule rule)
    {
        var result = Expression.Variable(typeof(RuleResult), "result");
        var body = Expression.Block([unknown, result], Body(rule with { Confidence = null }, result, null), result);
        return Expression.Lambda<RuleFunction>(body, rule.Name, [facts, recommendation, errors]).Compile();
    }

    private TryExpression Body(ParsedRule rule, Expression result, Expression? confidence)
    {
        var rewriter = new FactRewriter(facts, recommendation, unknown, resources);
        var condition = rewriter.Rewrite(rule.Condition);
        var mayBeUnknown = rewriter.CanBeUnavailable;
        var hit = Expression.Variable(typeof(bool), "hit");
        var steps = new List<Expression> { Expression.Assign(hit, condition) };
        if (rule.Confidence is not null && confidence is not null)
        {
            var value = Expression.Call(Clamp, rewriter.Rewrite(rule.Confidence));
            var wanted = mayBeUnknown ? Expression.AndAlso(hit, Expression.Not(unknown)) : (Expression)hit;
            mayBeUnknown |= rewriter.CanBeUnavailable;
            steps.Add(Expression.IfThen(wanted, Expression.Assign(confidence, value)));
        }
        Expression outcome = Expression.Condition(hit, Expression.Constant(RuleResult.Hit), Expression.Constant(RuleResult.Miss));
        if (mayBeUnknown)
        {
            steps.Insert(0, Expression.Assign(unknown, Expression.Constant(false)));
            outcome = Expression.Condition(unknown, Expression.Constant(RuleResult.Unavailable), outcome);
        }
        steps.Add(Expression.Assign(result, outcome));
        var exception = Expression.Parameter(typeof(Exception), "exception");
        var failure = Expression.Call(
            Failed, exception, mayBeUnknown ? unknown : Expression.Constant(false), Expression.Constant(rule.Name), Expression.Constant(rule.MustEscalate), errors);
        return Expression.TryCatch(
            Expression.Block(typeof(void), [hit], steps),
            Expression.Catch(exception, Expression.Block(typeof(void), Expression.Assign(result, failure))));
    }
}
