using Escalation.Core.Decisions;
using Escalation.Core.Derived;

namespace Escalation.Rules.Compilation;

/// <summary>What one rule came to on the two planes.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Reference">What RulesEngine says.</param>
/// <param name="Compiled">What the compiled rules say.</param>
public readonly record struct PlaneResult(string Rule, RuleResult Reference, RuleResult Compiled)
{
    /// <summary>Whether both say the same.</summary>
    public bool Agrees => Reference == Compiled;
}

/// <summary>Evaluates the same facts by the compiled rules and by RulesEngine.</summary>
/// <remarks>For one thread at a time.</remarks>
public sealed class PlaneComparison(RuleSet rules, ReferencePlane reference)
{
    private readonly RuleResults results = new();
    private readonly List<RuleError> errors = [];

    /// <summary>Every signal rule, in the order of <see cref="IRuleSet.SignalRules"/>.</summary>
    public IReadOnlyList<PlaneResult> Signals(DerivedFacts derived)
    {
        rules.EvaluateSignals(derived, results);
        return [.. reference.EvaluateSignals(derived).Select((expected, i) => new PlaneResult(rules.SignalRules[i].Name, expected, results.Results[i]))];
    }

    /// <summary>Every routing rule in file order, also those after the one that is taken.</summary>
    public IReadOnlyList<PlaneResult> Routing(DerivedFacts derived, RecommendationFacts recommendation)
    {
        errors.Clear();
        return [.. reference.EvaluateRouting(derived, recommendation).Select((expected, i) =>
            new PlaneResult(rules.Single.Routes[i].Rule, expected, rules.Single.EvaluateRoute(i, derived, recommendation, errors)))];
    }
}
