using System.Numerics;
using Escalation.Core.Derived;

namespace Escalation.Core.Decisions;

/// <summary>One term of a rule's condition, as split at its top-level <c>and</c>s.</summary>
/// <param name="Text">The term as written.</param>
/// <param name="Result">Hit = true, Miss = false.</param>
/// <param name="Fact">The fact it compares, as <c>root.Member</c>; null where it is no simple comparison.</param>
/// <param name="Actual">The fact's value here.</param>
/// <param name="Wanted">The operator and constant, for example <c>&gt; 0.75</c>; null where it is no simple comparison.</param>
/// <param name="Gap">How far a number is from holding, relative to the constant; 0 where it holds, 1 where it is no number.</param>
public sealed record ClauseTrace(string Text, RuleResult Result, string? Fact, string? Actual, string? Wanted, double Gap);

/// <summary>A rule on one message, clause by clause.</summary>
public sealed record RuleTrace(string Rule, RuleResult Result, IReadOnlyList<ClauseTrace> Clauses);

/// <summary>A smallest change that changes band or team.</summary>
/// <param name="Change">In words, for example <c>without keywords/legal ("lawyer")</c>, or <c>if the frustration score were 0.75, not 0.91</c>.</param>
/// <param name="Rules">The rules that are taken away: those of signals, and those that only cap; empty where a fact is changed.</param>
/// <param name="Score">The score then.</param>
/// <param name="Band">The band then.</param>
/// <param name="Team">The team then; null below priority.</param>
public sealed record Counterfactual(string Change, IReadOnlyList<string> Rules, double Score, Band Band, string? Team)
{
    /// <summary>The fact that is changed; null where rules are taken away.</summary>
    public FactChange? Fact { get; init; }
}

/// <summary>A fact that would have had to be another.</summary>
/// <param name="Name">The fact, as <c>root.Member</c>.</param>
/// <param name="From">Its value here.</param>
/// <param name="To">The value tried.</param>
public sealed record FactChange(string Name, string From, string To);

/// <summary>A rule that nearly fired.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Failing">Its failing clauses, the nearest to holding first.</param>
public sealed record NearMiss(string Rule, IReadOnlyList<ClauseTrace> Failing);

/// <summary>Why a decision is as it is, and what would change it.</summary>
/// <param name="Counterfactuals">The smallest sets of rules without which band or team differ; empty where none fired.</param>
/// <param name="FactChanges">Changes of one fact that make band or team differ, the smallest first; each was decided by the real engine.</param>
/// <param name="NearMisses">"Why not": the live rules nearest to firing, at most three, of those that raise a signal.</param>
/// <param name="Rules">All live rules, clause by clause.</param>
public sealed record Explanation(
    IReadOnlyList<Counterfactual> Counterfactuals, IReadOnlyList<Counterfactual> FactChanges, IReadOnlyList<NearMiss> NearMisses, IReadOnlyList<RuleTrace> Rules)
{
    /// <summary>Which words the frustration score rests on; null where there is no score, or they were not asked for.</summary>
    public TextExplanation? Frustration { get; init; }
}

/// <summary>Explains decisions by exact re-evaluation: the same path as the decision, with rules taken away or a fact changed.</summary>
public static class Explainer
{
    private const int MaxNearMisses = 3;
    private const int MaxRulesForSets = 12;

    /// <summary>Explains one decision. Pure; the decision itself stays bit for bit as it was.</summary>
    /// <param name="derived">The facts decided on.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="configuration">What decided.</param>
    /// <param name="originalText">The message's original text; null = its words are not asked for.</param>
    public static Explanation Explain(DerivedFacts derived, Decision decision, Configuration configuration, string? originalText = null)
    {
        var traces = TracesInForce(derived, configuration);
        return new Explanation(Counterfactuals(derived, decision, configuration, traces), FactChanges.Of(derived, decision, configuration, traces), NearMisses(configuration.Rules, traces), traces)
        {
            Frustration = TextExplanation.Of(derived, configuration.Frustration, originalText),
        };
    }

    /// <summary>The traces of the rules that are run at the decision's time.</summary>
    private static IReadOnlyList<RuleTrace> TracesInForce(DerivedFacts derived, Configuration configuration)
    {
        var traces = configuration.Rules.Trace(derived);
        var off = configuration.At(derived.DecidedAt).Off;
        if (off.IsEmpty) return traces;
        var silent = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < off.Length; i++)
            if (off[i]) silent.Add(configuration.Rules.SignalRules[i].Name);
        return [.. traces.Where(t => !silent.Contains(t.Rule))];
    }

    private static IReadOnlyList<Counterfactual> Counterfactuals(DerivedFacts derived, Decision decision, Configuration configuration, IReadOnlyList<RuleTrace> traces)
    {
        var results = new RuleResults();
        results.Reset(configuration.Rules.SignalRules.Count);
        var inForce = configuration.At(derived.DecidedAt);
        configuration.Rules.EvaluateSignals(derived, results, inForce.Off);
        var hits = Enumerable.Range(0, configuration.Rules.SignalRules.Count)
            .Where(i => results.Results[i] == RuleResult.Hit && configuration.Rules.SignalRules[i].Stage == RuleStage.Live).ToArray();
        var subsets = hits.Length > MaxRulesForSets ? Enumerable.Range(0, hits.Length).Select(i => 1L << i) : Enumerable.Range(1, (1 << hits.Length) - 1).Select(m => (long)m);
        var found = new List<Counterfactual>();
        foreach (var size in subsets.GroupBy(m => BitOperations.PopCount((ulong)m)).OrderBy(g => g.Key))
        {
            foreach (var mask in size)
                if (Without([.. hits.Where((_, i) => (mask >> i & 1) != 0)], results) is { } change) found.Add(change);
            if (found.Count > 0) break;
        }
        return found;

        Counterfactual? Without(int[] removed, RuleResults given)
        {
            foreach (var rule in removed) given.Results[rule] = RuleResult.Miss;
            var then = DecisionEngine.Conclude(derived, configuration, inForce, given);
            foreach (var rule in removed) given.Results[rule] = RuleResult.Hit;
            if (then.Recommendation.Band == decision.Recommendation.Band && then.Route?.Team == decision.Route?.Team) return null;
            string[] names = [.. removed.Select(i => configuration.Rules.SignalRules[i].Name)];
            var words = string.Join(" and ", names.Select(name => InWords(name, traces)));
            return new Counterfactual("without " + words, names, then.Recommendation.Score, then.Recommendation.Band, then.Route?.Team);
        }
    }

    private static string InWords(string rule, IReadOnlyList<RuleTrace> traces)
    {
        var clause = traces.FirstOrDefault(t => t.Rule == rule)?.Clauses.FirstOrDefault(c => c.Fact is not null && c.Wanted is not null && c.Wanted != c.Actual);
        return clause is null ? rule : $"{rule} ({clause.Fact} is {clause.Actual}, the rule asks {clause.Wanted})";
    }

    /// <remarks>A rule that only caps would have escalated nothing.</remarks>
    private static IReadOnlyList<NearMiss> NearMisses(IRuleSet rules, IReadOnlyList<RuleTrace> traces) =>
    [
        .. traces.Where(t => (t.Result is RuleResult.Miss or RuleResult.Unavailable) && rules.SignalRules.Any(r => r.Name == t.Rule && r.Trigger is not null))
            .Select(t => new NearMiss(t.Rule, [.. t.Clauses.Where(c => c.Result != RuleResult.Hit).OrderBy(c => c.Gap)]))
            .Where(m => m.Failing.Count > 0)
            .OrderBy(m => m.Failing.Count).ThenBy(m => m.Failing.Sum(c => c.Gap)).ThenBy(m => m.Rule, StringComparer.Ordinal)
            .Take(MaxNearMisses),
    ];
}
