using System.Globalization;
using Escalation.Core.Derived;

namespace Escalation.Core.Decisions;

/// <summary>What the signal rules of one message came to.</summary>
internal readonly record struct CollectedSignals(
    IReadOnlyList<Signal> Signals, IReadOnlyList<Signal> Suppressed, Band? Cap, Band? Lift, IReadOnlyList<string> Unavailable, bool NeedsReview, bool ShadowHit);

/// <summary>Turns rule results into signals with evidence, in rule order.</summary>
internal static class SignalCollector
{
    private static readonly CollectedSignals Nothing = new([], [], null, null, [], false, false);

    public static CollectedSignals Collect(DerivedFacts derived, Configuration configuration, RuleResults results, bool withShadow)
    {
        var rules = configuration.Rules.SignalRules;
        List<Signal>? signals = null;
        List<string>? unavailable = null;
        Band? cap = null, lift = null;
        bool needsReview = false, shadowHit = false;
        for (var i = 0; i < rules.Count; i++)
        {
            var result = results.Results[i];
            if (result == RuleResult.Miss) continue;
            var rule = rules[i];
            if (rule.Stage == RuleStage.Shadow && !withShadow)
            {
                shadowHit |= result == RuleResult.Hit;
                continue;
            }
            if (result == RuleResult.Hit) Take(derived, configuration, rule, results.Confidences[i], ref signals, ref cap, ref lift);
            else needsReview |= rule.MustEscalate;
            if (result == RuleResult.Unavailable) (unavailable ??= []).Add(rule.Name);
        }
        if (signals is null && cap is null && lift is null && unavailable is null && !needsReview && !shadowHit) return Nothing;
        var suppressed = signals is { Count: > 1 } ? SpanOwnership.Resolve(signals, configuration.Policy) : [];
        return new CollectedSignals(signals ?? [], suppressed, cap, lift, unavailable ?? [], needsReview, shadowHit);
    }

    private static void Take(DerivedFacts derived, Configuration configuration, SignalRule rule, double confidence, ref List<Signal>? signals, ref Band? cap, ref Band? lift)
    {
        var rounded = Rounding.Score(Math.Clamp(double.IsNaN(confidence) ? 0 : confidence, 0, 1));
        var recommendation = rule.Recommendation ?? configuration.Policy.Thresholds.RecommendationOf(rounded);
        if (rule.Cap is { } highest && (cap is null || highest < cap)) cap = highest;
        if (rule.MustEscalate && (lift is null || recommendation > lift)) lift = recommendation;
        if (rule.TriggerIndex < 0) return;
        var trigger = configuration.Policy.Triggers[rule.TriggerIndex];
        (signals ??= new List<Signal>(2)).Add(new Signal(trigger.Name, trigger.Group, rounded, recommendation, rule.Name, EvidenceOf(derived, configuration, rule)));
    }

    private static IReadOnlyList<Evidence> EvidenceOf(DerivedFacts derived, Configuration configuration, SignalRule rule)
    {
        var evidence = new List<Evidence>(rule.Facts.Count + 2);
        if (rule.KeywordClasses.Count > 0)
        {
            var classes = configuration.Rules.Text.KeywordClasses;
            foreach (var hit in derived.Keywords.Hits)
                if (rule.KeywordClasses.Contains(hit.Class))
                    evidence.Add(new Evidence(EvidenceKind.Keyword, "keywords." + classes[hit.Class].Name, hit.Start, hit.End, ""));
        }
        if (rule.ContextFields != ContextFields.None)
        {
            foreach (var span in derived.Context.Spans)
                if ((span.Field & rule.ContextFields) != 0)
                    evidence.Add(new Evidence(EvidenceKind.Context, FieldName(span.Field), span.Start, span.End, ""));
        }
        foreach (var fact in rule.Facts)
            if (FactCatalog.Describe(derived, fact) is { } value)
                evidence.Add(Evidence.Of(fact.StartsWith("frustration.", StringComparison.Ordinal) || fact.StartsWith("team.", StringComparison.Ordinal) ? EvidenceKind.Model : EvidenceKind.Fact, fact, value));
        return evidence;
    }

    private static string FieldName(ContextFields field) => field switch
    {
        ContextFields.Product => "context.Product",
        ContextFields.IssueType => "context.IssueType",
        ContextFields.Urgency => "context.Urgency",
        ContextFields.BusinessImpact => "context.BusinessImpact",
        ContextFields.Severity => "context.Severity",
        _ => string.Create(CultureInfo.InvariantCulture, $"context.{field}"),
    };
}
