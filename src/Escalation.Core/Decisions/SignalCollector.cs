using Escalation.Core.Derived;

namespace Escalation.Core.Decisions;

/// <summary>Signals with what the rules behind them ask of the band.</summary>
/// <param name="Signals">In rule order.</param>
/// <param name="Suppressed">Signals that lost all their spans.</param>
/// <param name="Cap">Lowest cap of the rules that hit.</param>
/// <param name="Lift">Highest recommendation of the <c>mustEscalate</c> rules that hit.</param>
internal readonly record struct CollectedSignals(IReadOnlyList<Signal> Signals, IReadOnlyList<Signal> Suppressed, Band? Cap, Band? Lift);

/// <summary>What the signal rules of one message came to.</summary>
/// <param name="Live">Of the live rules.</param>
/// <param name="WithShadow">Of all rules; null where no shadow rule hit.</param>
/// <param name="Errors">Live rules that threw; null = none.</param>
/// <param name="ShadowErrors">Shadow rules that threw; null = none.</param>
/// <param name="Unavailable">Live rules that read an unknown fact unguarded.</param>
/// <param name="Excepted">Rules that a snooze or a quarantine set aside.</param>
/// <param name="NeedsReview">A live <c>mustEscalate</c> rule failed, could not be evaluated, or is quarantined.</param>
internal readonly record struct CollectedResults(
    CollectedSignals Live, CollectedSignals? WithShadow, List<RuleError>? Errors, List<RuleError>? ShadowErrors, IReadOnlyList<string> Unavailable, IReadOnlyList<ExceptedRule> Excepted, bool NeedsReview);

/// <summary>Turns rule results into signals with evidence, in rule order.</summary>
/// <remarks>One per thread; what it gives out is new.</remarks>
internal sealed class SignalCollector
{
    private static readonly CollectedSignals Nothing = new([], [], null, null);

    [ThreadStatic] private static SignalCollector? scratch;

    private readonly Gathered live = new(), all = new();
    private Evidence[] evidence = new Evidence[16];

    public static CollectedResults Collect(DerivedFacts derived, Configuration configuration, InForce inForce, RuleResults results) =>
        (scratch ??= new SignalCollector()).CollectAll(derived, configuration, inForce, results);

    private CollectedResults CollectAll(DerivedFacts derived, Configuration configuration, InForce inForce, RuleResults results)
    {
        var rules = configuration.Rules.SignalRules;
        live.Clear();
        all.Clear();
        List<string>? unavailable = null;
        List<RuleError>? errors = null, shadowErrors = null;
        var excepted = NotRun(rules, inForce, out var needsReview);
        var shadowHit = false;
        for (var i = 0; i < rules.Count; i++)
        {
            var result = results.Results[i];
            if (result == RuleResult.Miss) continue;
            var rule = rules[i];
            var isLive = rule.Stage != RuleStage.Shadow;
            if (result == RuleResult.Hit)
            {
                var (signal, recommendation) = SignalOf(derived, configuration, rule, results.Confidences[i]);
                if (inForce.Covering(rule.Name, derived) is { } exception)
                {
                    (excepted ??= []).Add(new ExceptedRule(exception, signal));
                    continue;
                }
                shadowHit |= !isLive;
                if (isLive) live.Add(rule, recommendation, signal);
                all.Add(rule, recommendation, signal);
            }
            else
            {
                needsReview |= isLive && rule.MustEscalate;
                if (result == RuleResult.Error) NoteError(results, rule.Name, ref isLive ? ref errors : ref shadowErrors);
                else if (isLive) (unavailable ??= []).Add(rule.Name);
            }
        }
        return new CollectedResults(live.Close(configuration.Policy), shadowHit ? all.Close(configuration.Policy) : null, errors, shadowErrors, unavailable ?? (IReadOnlyList<string>)[],
            excepted ?? (IReadOnlyList<ExceptedRule>)[], needsReview);
    }

    private static void NoteError(RuleResults results, string rule, ref List<RuleError>? errors)
    {
        foreach (var error in results.Errors)
            if (string.Equals(error.Rule, rule, StringComparison.Ordinal)) (errors ??= []).Add(error);
    }

    /// <summary>Rules that are set aside on every message, so that nobody looks for them in vain; one that must escalate and is quarantined has a person look.</summary>
    private static List<ExceptedRule>? NotRun(IReadOnlyList<SignalRule> rules, InForce inForce, out bool needsReview)
    {
        needsReview = false;
        List<ExceptedRule>? found = null;
        var off = inForce.Off;
        for (var i = 0; i < off.Length; i++)
        {
            if (!off[i] || inForce.EverywhereOf(rules[i].Name) is not { } exception) continue;
            (found ??= []).Add(new ExceptedRule(exception, null));
            needsReview |= exception.Kind == RuleExceptionKind.Quarantine && rules[i] is { MustEscalate: true, Stage: RuleStage.Live };
        }
        return found;
    }

    private (Signal? Signal, Band Recommendation) SignalOf(DerivedFacts derived, Configuration configuration, SignalRule rule, double confidence)
    {
        var rounded = Rounding.Score(Math.Clamp(double.IsNaN(confidence) ? 0 : confidence, 0, 1));
        var recommendation = rule.Recommendation ?? configuration.Policy.Thresholds.RecommendationOf(rounded);
        if (rule.TriggerIndex < 0) return (null, recommendation);
        var trigger = configuration.Policy.Triggers[rule.TriggerIndex];
        return (new Signal(trigger.Name, trigger.Group, rounded, recommendation, rule.Name, EvidenceOf(derived, configuration, rule)), recommendation);
    }

    private Evidence[] EvidenceOf(DerivedFacts derived, Configuration configuration, SignalRule rule)
    {
        var count = 0;
        if (rule.KeywordClasses.Count > 0)
        {
            var classes = configuration.Rules.Text.KeywordClasses;
            var hits = derived.Keywords.Hits;
            for (var i = 0; i < hits.Count; i++)
                if (rule.KeywordClasses.Contains(hits[i].Class)) Add(Evidence.Span(EvidenceKind.Keyword, classes[hits[i].Class].Field, hits[i].Start, hits[i].End), ref count);
        }
        if (rule.ContextFields != ContextFields.None)
        {
            var spans = derived.Context.Spans;
            for (var i = 0; i < spans.Count; i++)
                if ((spans[i].Field & rule.ContextFields) != 0) Add(Evidence.Span(EvidenceKind.Context, FieldName(spans[i].Field), spans[i].Start, spans[i].End), ref count);
        }
        for (var i = 0; i < rule.Facts.Count; i++)
        {
            var fact = rule.Facts[i];
            if (FactCatalog.Read(derived, fact) is { } value)
                Add(Evidence.Of(fact.StartsWith("frustration.", StringComparison.Ordinal) || fact.StartsWith("team.", StringComparison.Ordinal) ? EvidenceKind.Model : EvidenceKind.Fact, fact, value), ref count);
        }
        return count == 0 ? [] : evidence.AsSpan(0, count).ToArray();
    }

    private void Add(in Evidence piece, ref int count)
    {
        if (count == evidence.Length) Array.Resize(ref evidence, count * 2);
        evidence[count++] = piece;
    }

    private static string FieldName(ContextFields field) => field switch
    {
        ContextFields.Product => "context.Product",
        ContextFields.IssueType => "context.IssueType",
        ContextFields.Urgency => "context.Urgency",
        ContextFields.BusinessImpact => "context.BusinessImpact",
        _ => "context.Severity",
    };

    /// <summary>Signals, cap and lift of some of the rules.</summary>
    private sealed class Gathered
    {
        private readonly List<Signal> signals = [];
        private Band? cap, lift;

        public void Clear()
        {
            signals.Clear();
            (cap, lift) = (null, null);
        }

        public void Add(SignalRule rule, Band recommendation, Signal? signal)
        {
            if (rule.Cap is { } highest && (cap is null || highest < cap)) cap = highest;
            if (rule.MustEscalate && (lift is null || recommendation > lift)) lift = recommendation;
            if (signal is not null) signals.Add(signal);
        }

        public CollectedSignals Close(Policy policy)
        {
            if (signals.Count == 0) return cap is null && lift is null ? Nothing : new CollectedSignals([], [], cap, lift);
            var suppressed = signals.Count > 1 ? SpanOwnership.Resolve(signals, policy) : [];
            return new CollectedSignals(signals.ToArray(), suppressed, cap, lift);
        }
    }
}
