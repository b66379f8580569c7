using System.Text.Json;
using Escalation.Core.Decisions;

namespace Escalation.Rules;

/// <summary>Why a rule set needs a second person before it may become active, by <c>policy.json: approval</c>.</summary>
/// <remarks>The active rules and the candidate both may ask for it, so that nobody takes the question away together with what it is about.</remarks>
public static class ApprovalNeeds
{
    /// <summary>What asks for a second person, a sentence each; empty where nothing does.</summary>
    public static IReadOnlyList<string> Of(RuleSet active, RuleSet candidate)
    {
        var (asked, also) = (active.Policy.Approval, candidate.Policy.Approval);
        var needs = new List<string>();
        if ((asked.MustEscalate || also.MustEscalate) && MustEscalateChanges(active, candidate) is { Length: > 0 } rules) needs.Add($"mustEscalate: {string.Join(", ", rules)}");
        if ((asked.Routing || also.Routing) && !Routing(active).SequenceEqual(Routing(candidate), StringComparer.Ordinal)) needs.Add("routing: the routing rules or their tables change");
        if ((asked.MustEscalate && !also.MustEscalate) || (asked.Routing && !also.Routing)) needs.Add("approval: policy.json asks for a second person less often than before");
        return needs;
    }

    private static string[] MustEscalateChanges(RuleSet active, RuleSet candidate)
    {
        var (before, after) = (Signals(active), Signals(candidate));
        return [.. before.Keys.Union(after.Keys).Where(n => before.GetValueOrDefault(n).MustEscalate || after.GetValueOrDefault(n).MustEscalate)
            .Where(n => !string.Equals(before.GetValueOrDefault(n).Content, after.GetValueOrDefault(n).Content, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <remarks>The words of keyword classes are part of the rules that read them; drafts are not run and so are no rules here.</remarks>
    private static Dictionary<string, (bool MustEscalate, string Content)> Signals(RuleSet rules)
    {
        var confidences = rules.Describe().ToDictionary(r => r.Name, r => r.Confidence, StringComparer.Ordinal);
        return rules.SignalRules.Select((rule, i) => (Rule: rule, rules.Single.Signals[i].Key)).ToDictionary(r => r.Rule.Name, r => (r.Rule.MustEscalate, JsonSerializer.Serialize(new
        {
            r.Key,
            r.Rule.Expression,
            r.Rule.Stage,
            r.Rule.Trigger,
            r.Rule.Recommendation,
            r.Rule.Cap,
            r.Rule.MustEscalate,
            From = r.Rule.EffectiveFrom?.ToUnixTimeMilliseconds(),
            To = r.Rule.EffectiveTo?.ToUnixTimeMilliseconds(),
            Confidence = confidences[r.Rule.Name],
            Words = r.Rule.KeywordClasses.Select(c => rules.Text.KeywordClasses[c].Words),
        })), StringComparer.Ordinal);
    }

    private static IEnumerable<string> Routing(RuleSet rules) =>
        rules.Describe().Where(r => r.Kind == "routing" && r.Stage == RuleStage.Live).Select(r => JsonSerializer.Serialize(new { r.Name, r.Expression, r.Effect }));
}
