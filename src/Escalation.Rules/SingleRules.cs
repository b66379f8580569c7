using System.Linq.Expressions;
using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Rules.Compilation;

namespace Escalation.Rules;

/// <summary>What the results of one rule depend on.</summary>
/// <param name="Name">The rule.</param>
/// <param name="Key">Hash of the expressions and of what they take from elsewhere in the folder, 64 hex digits: over the same facts, equal keys give equal results and confidences.</param>
/// <param name="Confidence">The confidence where it is a constant; null where it is an expression, empty where the rule makes no signal.</param>
/// <param name="Facts">Facts read, as <c>root.Member</c>; a bare root stands for all of it.</param>
public sealed record RuleIdentity(string Name, string Key, string? Confidence, IReadOnlyList<string> Facts);

/// <summary>The rules of a snapshot one by one, for analysis: the same trees as the fused plane, each compiled when first asked for.</summary>
/// <remarks>Safe to share between threads.</remarks>
public sealed class SingleRules
{
    private readonly Lazy<SignalFunction>[] signals;
    private readonly Lazy<RuleFunction>[] routes;
    private readonly Lazy<IReadOnlyList<RuleIdentity>> signalIdentities;
    private readonly Lazy<IReadOnlyList<RuleIdentity>> routeIdentities;

    internal SingleRules(RuleSetParts parts, RuleCompiler compiler)
    {
        signals = [.. parts.ParsedSignals.Select(r => new Lazy<SignalFunction>(() => compiler.Isolate(r, 0)))];
        routes = [.. parts.Routes.Select(r => new Lazy<RuleFunction>(() => compiler.Compile(r.Rule)))];
        Routes = [.. parts.Routes.Select(r => r.Choice)];
        signalIdentities = new(() => [.. parts.ParsedSignals.Select(r => IdentityOf(r, parts))]);
        routeIdentities = new(() => [.. parts.Routes.Select(r => IdentityOf(r.Rule, parts))]);
    }

    /// <summary>The signal rules, in the order of <see cref="IRuleSet.SignalRules"/>.</summary>
    public IReadOnlyList<RuleIdentity> Signals => signalIdentities.Value;

    /// <summary>The routing rules in file order.</summary>
    public IReadOnlyList<RuleIdentity> RouteIdentities => routeIdentities.Value;

    /// <summary>All of them: signal rules, then routing rules. Names are unique over both.</summary>
    public IEnumerable<RuleIdentity> Identities => Signals.Concat(RouteIdentities);

    /// <summary>What each routing rule chooses.</summary>
    public IReadOnlyList<RouteChoice> Routes { get; }

    /// <summary>Evaluates one signal rule, confidence included: the result that the fused plane gives it.</summary>
    /// <param name="rule">Its place in <see cref="Signals"/>.</param>
    /// <param name="derived">At least the facts that it reads.</param>
    /// <param name="results">Scratch; afterwards holds the one result at 0.</param>
    public RuleResult Evaluate(int rule, DerivedFacts derived, RuleResults results)
    {
        results.Reset(1);
        signals[rule].Value(derived, results.Results, results.Confidences, results.Errors);
        return results.Results[0];
    }

    /// <summary>Evaluates the condition of one routing rule.</summary>
    public RuleResult EvaluateRoute(int route, DerivedFacts derived, RecommendationFacts recommendation, List<RuleError> errors) => routes[route].Value(derived, recommendation, errors);

    private static RuleIdentity IdentityOf(ParsedRule rule, RuleSetParts parts)
    {
        var reads = new RuleFactReads(parts.Scripts, rule.Condition, rule.Confidence);
        var text = new StringBuilder().Append(rule.Condition).Append('\n').Append(rule.Confidence).Append('\n').Append(reads.Constants);
        if (reads.Facts.Any(f => f.StartsWith("policy.", StringComparison.Ordinal))) text.Append('\n').Append(PolicyFacts.Of(parts.Policy));
        if (reads.Facts.Any(f => f.StartsWith("lists.", StringComparison.Ordinal))) text.Append('\n').AppendJoin('\n', parts.ListHashes.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key} {l.Value}"));
        // Whatever is no fact may change with any file of the folder.
        if (!reads.Facts.All(IsPlainFact)) text.Append('\n').Append(parts.Version.Value);
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        return new RuleIdentity(rule.Name, key, rule.Confidence switch { null => "", ConstantExpression constant => constant.ToString(), _ => null }, reads.Facts);
    }

    private static bool IsPlainFact(string fact)
    {
        var dot = fact.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && FactRoots.Routing.ContainsKey(fact[..dot]);
    }
}
