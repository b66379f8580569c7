using Escalation.Core.Decisions;
using Escalation.Core.Derived;

namespace Escalation.Tests.Decisions;

public sealed class SpanOwnershipTests
{
    [Fact]
    public void An_overlapping_span_goes_to_the_strongest_signal_and_the_other_is_suppressed()
    {
        var signals = new List<Signal> { Some.Signal("angry_words", .8, null, Some.Span(3, 10)), Some.Signal("legal_or_compliance", .9, null, Some.Span(5, 12)) };
        var suppressed = SpanOwnership.Resolve(signals, Policy.Default);
        Assert.Equal("legal_or_compliance", Assert.Single(signals).TriggerType);
        Assert.Equal("rule/legal_or_compliance", Assert.Single(suppressed).SuppressedBy);
    }

    [Fact]
    public void Spans_of_one_group_do_not_compete()
    {
        var signals = new List<Signal> { Some.Signal("churn_threat", .7, null, Some.Span(3, 10)), Some.Signal("legal_or_compliance", .9, null, Some.Span(5, 12)) };
        Assert.Empty(SpanOwnership.Resolve(signals, Policy.Default));
        Assert.Equal(2, signals.Count);
    }

    [Fact]
    public void A_signal_that_keeps_another_span_stays_with_that_one()
    {
        var signals = new List<Signal> { Some.Signal("angry_words", .8, null, Some.Span(3, 10), Some.Span(20, 25)), Some.Signal("legal_or_compliance", .9, null, Some.Span(5, 12)) };
        Assert.Empty(SpanOwnership.Resolve(signals, Policy.Default));
        Assert.Equal([Some.Span(20, 25)], signals[0].Evidence);
    }

    [Fact]
    public void Touching_spans_do_not_overlap_and_facts_claim_none()
    {
        var fact = Evidence.Of(EvidenceKind.Model, "frustration.Score", "0.9");
        var signals = new List<Signal> { Some.Signal("high_frustration", .9, null, fact), Some.Signal("angry_words", .8, null, Some.Span(0, 5)), Some.Signal("legal_or_compliance", .9, null, Some.Span(5, 9)) };
        Assert.Empty(SpanOwnership.Resolve(signals, Policy.Default));
        Assert.Equal(3, signals.Count);
    }

    [Fact]
    public void What_only_joins_others_stays_when_they_own_its_words_and_takes_none_from_them()
    {
        var value = Evidence.Of(EvidenceKind.Fact, "customer.LifetimeValue", "50000");
        var signals = new List<Signal> { Some.Signal("high_value_customer", 1, null, Some.Span(5, 12), value), Some.Signal("legal_or_compliance", .9, null, Some.Span(5, 12)), Some.Signal("slow_response", .1, null, Some.Span(20, 25)), };
        Assert.Empty(SpanOwnership.Resolve(signals, Policy.Default));
        Assert.Equal([value], signals[0].Evidence);
        signals[0] = Some.Signal("high_value_customer", 1, null, Some.Span(20, 25), value);
        signals[1] = Some.Signal("slow_response", .1, null, Some.Span(20, 25));
        Assert.Empty(SpanOwnership.Resolve(signals, Policy.Default));
    }

    [Fact]
    public void A_valuable_customer_counts_also_where_a_keyword_owns_the_words_of_the_severity()
    {
        var context = new ContextFacts { Severity = 8, SeverityConfidence = .9, Spans = [new ContextSpan(ContextFields.Severity, "8", 0, 5)] };
        var decision = DecisionEngine.Decide(SomeFacts.Of(customer: SomeFacts.Worth(50_000), context: context, keywords: SomeFacts.Keywords(SomeRules.Default.Text.KeywordClasses, "legal")), SomeRules.Configuration);
        Assert.Contains(decision.Recommendation.Contributions, c => c.Trigger == "high_value_customer");
        Assert.DoesNotContain(decision.Suppressed, s => s.TriggerType == "high_value_customer");
    }

    [Fact]
    public void Equal_strength_is_settled_by_policy_order()
    {
        var signals = new List<Signal> { Some.Signal("legal_or_compliance", .8, null, Some.Span(0, 5)), Some.Signal("keyword_match", .8, null, Some.Span(0, 5)) };
        SpanOwnership.Resolve(signals, Policy.Default);
        Assert.Equal("keyword_match", Assert.Single(signals).TriggerType);
    }
}
