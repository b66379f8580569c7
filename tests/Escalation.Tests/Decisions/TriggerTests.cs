using Escalation.Core.Decisions;
using Escalation.Core.Derived;

namespace Escalation.Tests.Decisions;

/// <summary>Every trigger of CONTRACTS.md, "Signals and score", through the default rules, on both sides of its boundary.</summary>
public sealed class TriggerTests
{
    private static readonly IReadOnlyList<KeywordClass> Classes = SomeRules.Default.Text.KeywordClasses;

    private static Decision Decide(DerivedFacts facts) => DecisionEngine.Decide(facts, SomeRules.Configuration);

    private static double? Confidence(DerivedFacts facts, string trigger) => ReasonWords.Strongest(trigger, Decide(facts).Signals)?.Confidence;

    [Fact]
    public void The_policy_has_the_weights_and_groups_of_the_contract()
    {
        (string, double, string, bool)[] contract =
        [
            ("high_frustration", 1, "feeling", false), ("worsening_sentiment", .7, "feeling", false), ("angry_words", .8, "feeling", false), ("keyword_match", 1, "words", false),
            ("repeat_contact", 1, "contact", false), ("slow_response", .6, "contact", false), ("legal_or_compliance", 1, "risk", false), ("safety_threat", 1, "risk", false),
            ("churn_threat", .9, "risk", false), ("business_impact", .8, "impact", false), ("multi_user_incident", 1, "incident", false), ("high_value_customer", .4, "value", true),
        ];
        Assert.Equal(contract, SomeRules.Default.Policy.Triggers.Select(t => (t.Name, t.Weight, t.Group, t.JoinsOnly)));
        Assert.Equal(contract, Policy.Default.Triggers.Select(t => (t.Name, t.Weight, t.Group, t.JoinsOnly)));
        Assert.Equal((.3, .6, .8), (SomeRules.Default.Policy.Thresholds.Monitor, SomeRules.Default.Policy.Thresholds.Priority, SomeRules.Default.Policy.Thresholds.Immediate));
    }

    [Theory, InlineData(.75, null), InlineData(.750001, .750001), InlineData(.76, .76), InlineData(1, 1d), InlineData(double.NaN, null)]
    public void Frustration_fires_strictly_above_three_quarters_and_is_its_own_confidence(double score, double? confidence) =>
        Assert.Equal(confidence, Confidence(SomeFacts.Of(score), "high_frustration"));

    [Fact]
    public void Frustration_recommends_immediate_and_repeat_contact_priority()
    {
        Assert.Equal(Band.ImmediateEscalation, ReasonWords.Strongest("high_frustration", Decide(SomeFacts.Of(.76)).Signals)!.Recommendation);
        Assert.Equal(Band.PriorityEscalation, ReasonWords.Strongest("repeat_contact", Decide(SomeFacts.Of(contacts: SomeFacts.Contacts(3))).Signals)!.Recommendation);
    }

    [Theory, InlineData(.6, .2, null), InlineData(.6, .200000001, .7), InlineData(.5, .4, null), InlineData(.500001, .4, .700001), InlineData(.9, .6, 1d), InlineData(.6, double.NaN, null), InlineData(.6, -.4, null)]
    public void Worsening_fires_at_a_trend_above_a_fifth_and_a_score_above_a_half(double score, double trend, double? confidence)
    {
        var actual = Confidence(SomeFacts.Of(score, trend), "worsening_sentiment");
        Assert.Equal(confidence is null, actual is null);
        Assert.Equal(confidence ?? 0, actual ?? 0, 1e-9);
    }

    [Theory, InlineData(0, null), InlineData(1, null), InlineData(2, null), InlineData(3, .85), InlineData(9, .85)]
    public void More_than_two_contacts_about_the_same_issue_repeat(int contacts, double? confidence) =>
        Assert.Equal(confidence, Confidence(SomeFacts.Of(contacts: SomeFacts.Contacts(contacts)), "repeat_contact"));

    [Theory, InlineData(24, null), InlineData(24.000000001, .6), InlineData(72, .6), InlineData(0, null)]
    public void A_response_is_slow_strictly_after_a_day(double hours, double? confidence) => Assert.Equal(confidence, Confidence(SomeFacts.Of(waitingHours: hours), "slow_response"));

    [Theory, InlineData("legal", "legal_or_compliance", .9), InlineData("safety", "safety_threat", .95), InlineData("churn", "churn_threat", .7)]
    public void Keyword_classes_have_the_confidences_of_the_contract(string name, string trigger, double confidence)
    {
        var facts = SomeFacts.Of(keywords: SomeFacts.Keywords(Classes, name));
        Assert.Equal(confidence, Confidence(facts, trigger));
        Assert.Contains(Decide(facts).Signals, s => s.Rule == "keywords/" + name);
    }

    [Theory, InlineData(BusinessImpact.Minor, null), InlineData(BusinessImpact.Major, .75), InlineData(BusinessImpact.Critical, 1d)]
    public void Business_impact_fires_from_major_on(BusinessImpact impact, double? confidence) =>
        Assert.Equal(confidence, Confidence(SomeFacts.Of(context: new ContextFacts { ImpactFound = new(impact, 1) }), "business_impact"));

    [Theory, InlineData(5, .75), InlineData(11, .93), InlineData(12, .95), InlineData(400, .95)]
    public void An_incident_grows_more_certain_with_its_customers(int customers, double confidence) =>
        Assert.Equal(confidence, Confidence(SomeFacts.Of(incident: new IncidentFacts(true, customers, "k")), "multi_user_incident")!.Value, 1e-9);

    [Fact]
    public void A_busy_key_that_is_no_incident_fires_nothing() => Assert.Empty(Decide(SomeFacts.Of(incident: new IncidentFacts(false, 400, "k"))).Signals);

    [Theory, InlineData(10_000, false), InlineData(10_000.01, true)]
    public void High_value_is_strictly_above_the_amount_and_joins_a_problem(double value, bool fires)
    {
        var context = Some.Context("app", IssueType.Technical);
        var decision = Decide(SomeFacts.Of(.8, customer: SomeFacts.Worth(value), context: context));
        Assert.Equal(fires, decision.Signals.Any(s => s.TriggerType == "high_value_customer"));
        Assert.Equal(fires ? .84 : .8, decision.Recommendation.Score, 1e-9);
        Assert.Equal(0, Decide(SomeFacts.Of(customer: SomeFacts.Worth(value), context: context)).Recommendation.Score);
    }

    [Theory, InlineData(.6, Band.Monitor), InlineData(.600000001, Band.PriorityEscalation), InlineData(.8, Band.PriorityEscalation), InlineData(.800000001, Band.ImmediateEscalation), InlineData(.3, Band.None), InlineData(.2, Band.None)]
    public void A_keyword_class_recommends_by_its_confidence_strictly(double confidence, Band band)
    {
        var configuration = SomeRules.Of([SomeRules.Signal("never", "contacts.Last7d > 999", "repeat_contact", .5)], null, ("keywords.json",
            FormattableString.Invariant($$$"""{"classes":{"word":{"trigger":"keyword_match","confidence":{{{confidence}}},"words":["word"]},"quiet":{"confidence":0.9,"words":["quiet"]} } }""")));
        var decision = DecisionEngine.Decide(SomeFacts.Of(keywords: SomeFacts.Keywords(configuration.Rules.Text.KeywordClasses, "word")), configuration);
        Assert.Equal(band, decision.Recommendation.Band);
        Assert.Equal(confidence, Assert.Single(decision.Signals).Confidence);
        Assert.Equal(band < Band.Monitor ? Band.Monitor : band, decision.Signals[0].Recommendation);
        Assert.Empty(DecisionEngine.Decide(SomeFacts.Of(keywords: SomeFacts.Keywords(configuration.Rules.Text.KeywordClasses, "quiet")), configuration).Signals);
    }

    [Fact]
    public void Confidences_are_cut_to_the_range_and_rounded_to_nine_decimals()
    {
        var configuration = SomeRules.Of(
            SomeRules.Rule("above", "true", "'trigger':'keyword_match','confidence':'contacts.Last7d * 1.7'"), SomeRules.Rule("below", "true", "'trigger':'repeat_contact','confidence':'0.0 - contacts.Last7d'"),
            SomeRules.Rule("third", "true", "'trigger':'churn_threat','confidence':'contacts.Last7d / 3.0'"));
        Assert.Equal([1, 0, .333333333], DecisionEngine.Decide(SomeFacts.Of(), configuration).Signals.Select(s => s.Confidence));
    }
}
