using System.Text;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;

namespace Escalation.Tests.Decisions;

public sealed class DecisionEngineTests
{
    private const string Broken = "10 / (contacts.Last7d - contacts.Last24h) > 1";
    private const string Unknown = "customer.LifetimeValue > 5";

    private static Decision Decide(DerivedFacts facts, params string[] rules) => DecisionEngine.Decide(facts, SomeRules.Of(rules));

    private static Decision Decide(params string[] rules) => Decide(SomeFacts.Of(), rules);

    [Fact]
    public void One_group_alone_gives_at_most_its_own_recommendation_and_two_groups_the_band_of_the_score()
    {
        var alone = Decide(SomeRules.Signal("a", "true", "repeat_contact", .95, "'recommendation':'priority_escalation'"), SomeRules.Signal("b", "true", "slow_response", .9, "'recommendation':'monitor'"));
        Assert.Equal((.95, Band.PriorityEscalation), (alone.Recommendation.Score, alone.Recommendation.Band));
        var both = Decide(SomeRules.Signal("a", "true", "repeat_contact", .95, "'recommendation':'priority_escalation'"), SomeRules.Signal("b", "true", "keyword_match", .2));
        Assert.Equal(Band.ImmediateEscalation, both.Recommendation.Band);
        Assert.Equal(1 - .05 * .8, both.Recommendation.Score, 1e-9);
    }

    [Fact]
    public void A_recommendation_never_lifts_a_low_score() =>
        Assert.Equal(Band.Monitor, Decide(SomeRules.Signal("a", "true", "slow_response", .6, "'recommendation':'immediate_escalation'")).Recommendation.Band);

    [Fact]
    public void A_cap_only_rule_lowers_the_band_and_adds_nothing()
    {
        var decision = Decide(SomeRules.Signal("a", "true", "legal_or_compliance", .95), SomeRules.Rule("cap", "true", "'cap':'monitor'"), SomeRules.Rule("higher_cap", "true", "'cap':'priority_escalation'"));
        Assert.Equal((.95, Band.Monitor), (decision.Recommendation.Score, decision.Recommendation.Band));
        Assert.Equal("a", Assert.Single(decision.Signals).Rule);
        Assert.Null(decision.Route);
    }

    [Fact]
    public void Must_escalate_lifts_after_all_caps_and_leaves_the_score()
    {
        var decision = Decide(SomeRules.Signal("a", "true", "slow_response", .6, "'recommendation':'priority_escalation','mustEscalate':true"), SomeRules.Rule("cap", "true", "'cap':'none'"));
        Assert.Equal((.36, Band.PriorityEscalation, "general-escalation"), (decision.Recommendation.Score, decision.Recommendation.Band, decision.Route?.Team));
    }

    [Fact]
    public void There_is_one_signal_per_rule_in_file_order_and_the_strongest_of_a_trigger_counts()
    {
        var decision = Decide(SomeRules.Signal("weak", "true", "keyword_match", .5), SomeRules.Signal("miss", "false || contacts.Last7d > 99", "keyword_match", .9), SomeRules.Signal("strong", "true", "keyword_match", .7));
        Assert.Equal(["weak", "strong"], decision.Signals.Select(s => s.Rule));
        Assert.Equal(.7, decision.Recommendation.Score);
        Assert.Equal(("keyword_match", .7), (Assert.Single(decision.Recommendation.Contributions).Trigger, decision.Recommendation.Contributions[0].Share));
    }

    [Fact]
    public void A_rule_that_throws_degrades_the_decision_and_the_others_count()
    {
        var decision = Decide(SomeRules.Signal("bad", Broken, "repeat_contact", .9), SomeRules.Signal("good", "true", "keyword_match", .9));
        Assert.Equal((true, false, .9), (decision.Degraded, decision.NeedsReview, decision.Recommendation.Score));
        Assert.Equal(("bad", false), (Assert.Single(decision.Errors).Rule, decision.Errors[0].MustEscalate));
        Assert.NotEmpty(decision.Errors[0].Message);
        Assert.Empty(decision.Unavailable);
        Assert.Equal("good", Assert.Single(decision.Signals).Rule);
    }

    [Fact]
    public void A_shadow_rule_that_throws_leaves_the_decision_in_force_as_sound_as_it_is()
    {
        var shadow = SomeRules.Signal("bad", Broken, "legal_or_compliance", .9, "'stage':'shadow','mustEscalate':true,'recommendation':'immediate_escalation'");
        var sound = Decide(shadow, SomeRules.Signal("good", "true", "keyword_match", .9));
        Assert.False(sound.Degraded || sound.NeedsReview);
        Assert.Empty(sound.Errors);
        Assert.Equal("bad", Assert.Single(sound.ShadowErrors).Rule);
        Assert.Contains("\"degraded\":false,\"shadowErrors\":[{\"rule\":\"bad\"", Json(sound), StringComparison.Ordinal);

        var both = Decide(shadow, SomeRules.Signal("live", Broken, "keyword_match", .9));
        Assert.True(both.Degraded);
        Assert.Equal(("live", "bad"), (Assert.Single(both.Errors).Rule, Assert.Single(both.ShadowErrors).Rule));
    }

    [Fact]
    public void An_unguarded_unknown_fact_is_unavailable_and_neither_an_error_nor_a_hit()
    {
        var decision = Decide(SomeRules.Signal("unknown", Unknown, "repeat_contact", .9), SomeRules.Signal("not", $"!({Unknown})", "keyword_match", .9), SomeRules.Signal("guarded", "customer.LifetimeValueKnown && " + Unknown, "churn_threat", .9));
        Assert.Equal(["unknown", "not"], decision.Unavailable);
        Assert.Empty(decision.Signals);
        Assert.False(decision.Degraded || decision.NeedsReview);
        Assert.Equal(Recommendation.None, decision.Recommendation);
    }

    [Theory, InlineData(Broken), InlineData(Unknown)]
    public void A_must_escalate_rule_that_could_not_be_evaluated_goes_to_the_review_list(string expression)
    {
        Assert.True(Decide(SomeRules.Signal("must", expression, "legal_or_compliance", .9, "'mustEscalate':true,'recommendation':'immediate_escalation'")).NeedsReview);
        Assert.False(Decide(SomeRules.Signal("may", expression, "legal_or_compliance", .9)).NeedsReview);
    }

    [Fact]
    public void A_confidence_that_throws_is_an_error_of_its_rule()
    {
        var decision = Decide(SomeRules.Rule("bad", "true", "'trigger':'keyword_match','confidence':'1 / (contacts.Last7d - contacts.Last24h)'"), SomeRules.Signal("good", "true", "repeat_contact", .7));
        Assert.Equal(("bad", "good"), (Assert.Single(decision.Errors).Rule, Assert.Single(decision.Signals).Rule));
    }

    [Fact]
    public void Shadow_rules_are_recorded_and_never_count_or_show()
    {
        var decision = Decide(SomeFacts.Of(.72), SomeRules.Signal("live", "true", "keyword_match", .5), SomeRules.Signal("shadow", "true", "legal_or_compliance", .95, "'stage':'shadow'"),
            SomeRules.Rule("shadow_cap", "true", "'cap':'none','stage':'shadow'"), SomeRules.Signal("draft", "true", "safety_threat", .95, "'stage':'draft'"));
        Assert.Equal(("live", .5, Band.Monitor), (Assert.Single(decision.Signals).Rule, decision.Recommendation.Score, decision.Recommendation.Band));
        Assert.Equal(["live", "shadow"], decision.Shadow!.Signals.Select(s => s.Rule));
        Assert.Equal((.975, Band.None), (decision.Shadow.Recommendation.Score, decision.Shadow.Recommendation.Band));
        Assert.DoesNotContain("shadow", Json(decision), StringComparison.Ordinal);
        Assert.Null(Decide(SomeRules.Signal("live", "true", "keyword_match", .5), SomeRules.Signal("shadow", "contacts.Last7d > 99", "legal_or_compliance", .95, "'stage':'shadow'")).Shadow);
    }

    [Fact]
    public void The_shadow_routes_by_its_own_recommendation()
    {
        var decision = Decide(SomeRules.Signal("shadow", "true", "legal_or_compliance", .95, "'stage':'shadow'"));
        Assert.Null(decision.Route);
        Assert.Equal("general-escalation", decision.Shadow!.Route!.Team);
    }

    [Fact]
    public void The_score_without_the_incident_leaves_only_that_out()
    {
        var decision = Decide(SomeRules.Signal("incident", "true", "multi_user_incident", .75), SomeRules.Signal("word", "true", "keyword_match", .5));
        Assert.Equal((.875, .5), (decision.Recommendation.Score, decision.ScoreWithoutIncident));
        Assert.Equal(.5, Decide(SomeRules.Signal("word", "true", "keyword_match", .5)).ScoreWithoutIncident);
    }

    [Fact]
    public void A_word_is_evidence_for_one_group_and_the_other_signal_says_who_took_it()
    {
        var configuration = SomeRules.Of([SomeRules.Signal("never", "contacts.Last7d > 99", "repeat_contact", .5)], null, ("keywords.json", """
            {"classes":{"angry":{"trigger":"angry_words","confidence":0.6,"words":["useless legal team"]},"legal":{"trigger":"legal_or_compliance","confidence":0.9,"words":["legal team"]}}}
            """));
        const string text = "Your useless legal team!";
        var analyzed = configuration.Analyzer.Analyze(Some.Message(text));
        var decision = DecisionEngine.Decide(SomeFacts.Of(keywords: analyzed.Keywords, message: analyzed.Message), configuration);
        Assert.Equal(("keywords/legal", .9), (Assert.Single(decision.Signals).Rule, decision.Recommendation.Score));
        Assert.Equal(("keywords/angry", "keywords/legal"), (Assert.Single(decision.Suppressed).Rule, decision.Suppressed[0].SuppressedBy));
        Assert.Equal("legal team", decision.Signals[0].Evidence.Single(e => e.HasSpan).Words(text));
    }

    [Fact]
    public void The_same_facts_and_configuration_give_the_same_bits()
    {
        var configuration = SomeRules.Configuration;
        var facts = SomeFacts.Of(.8123456, .31, SomeFacts.Contacts(4), 30, SomeFacts.Worth(20_000), Some.Context("app", IssueType.Technical));
        Assert.Equal(Json(DecisionEngine.Decide(facts, configuration)), Json(DecisionEngine.Decide(facts, configuration)));
        Assert.Equal(64, configuration.Id.Value.Length);
        Assert.Equal(configuration.Id, new Configuration(SomeRules.Default, null, null).Id);
        Assert.NotEqual(configuration.Id, SomeRules.Of(SomeRules.Signal("a", "true", "keyword_match", .5)).Id);
    }

    private static string Json(Decision decision)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) DecisionJson.Write(json, Some.Message(id: "m"), new("t"), ContextFacts.Empty, decision);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
