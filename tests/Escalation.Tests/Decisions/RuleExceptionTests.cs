using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Tests.Decisions;

public sealed class RuleExceptionTests
{
    private static readonly Instant Noon = Some.Noon;
    private static readonly Configuration Rules = SomeRules.Of(
        SomeRules.Signal("loud", "message.WordCount > 0", "keyword_match", .9), SomeRules.Signal("again", "contacts.Last7d >= 1", "repeat_contact", .85), SomeRules.Rule("calm", "message.WordCount > 0", "'cap':'monitor'"));

    [Fact]
    public void A_snoozed_rule_is_shown_with_its_signal_and_counts_for_nothing()
    {
        var decision = Decide(SomeFacts.Of(), Snooze("loud", customer: "c1"));
        Assert.Equal("again", Assert.Single(decision.Signals).Rule);
        Assert.Equal(.85, decision.Recommendation.Score);
        var excepted = Assert.Single(decision.Excepted);
        Assert.Equal(("loud", "loud", .9), (excepted.Exception.Rule, excepted.Signal!.Rule, excepted.Signal.Confidence));
    }

    [Fact]
    public void A_snoozed_cap_does_not_lower_the_band()
    {
        Assert.Equal(Band.Monitor, Decide(SomeFacts.Of()).Recommendation.Band);
        var decision = Decide(SomeFacts.Of(), Snooze("calm", customer: "c1"));
        Assert.Equal(Band.ImmediateEscalation, decision.Recommendation.Band);
        Assert.Null(Assert.Single(decision.Excepted).Signal);
    }

    [Theory]
    [InlineData("c1", null, true)]
    [InlineData("c2", null, false)]
    [InlineData(null, "checkout", true)]
    [InlineData(null, "app", false)]
    [InlineData("c1", "app", false)]
    public void It_holds_for_its_customer_or_product_only(string? customer, string? product, bool holds) =>
        Assert.Equal(holds, Decide(SomeFacts.Of(context: Some.Context("checkout")), Snooze("loud", customer, product)).Excepted.Count == 1);

    [Fact]
    public void An_unknown_customer_or_product_is_never_meant()
    {
        Assert.Empty(Decide(SomeFacts.Of(customer: new CustomerFacts(null, null, null, null, 1)), Snooze("loud", customer: "")).Excepted);
        Assert.Empty(Decide(SomeFacts.Of(), Snooze("loud", product: "checkout")).Excepted);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(59, true)]
    [InlineData(60, false)]
    public void It_holds_from_its_start_to_before_its_end_by_the_time_of_the_decision(int minutes, bool holds)
    {
        var snooze = Snooze("loud", customer: "c1") with { Until = Noon + Duration.FromHours(1) };
        Assert.Equal(holds, Decide(SomeFacts.Of(at: Noon + Duration.FromMinutes(minutes)), snooze).Excepted.Count == 1);
    }

    [Fact]
    public void The_id_of_a_configuration_names_what_is_in_force_at_the_decision_and_nothing_else()
    {
        var snooze = Snooze("loud", customer: "c1") with { Until = Noon + Duration.FromHours(1) };
        var configuration = Rules.With([snooze]);
        Assert.Equal(Rules.Id, configuration.Id);
        Assert.Equal(Rules.Id, IdAt(configuration, -1));
        Assert.NotEqual(Rules.Id, IdAt(configuration, 0));
        Assert.Equal(Rules.Id, IdAt(configuration, 60));
        Assert.Equal(IdAt(configuration, 0), Decide(SomeFacts.Of(), snooze).Configuration);
        // Who asked, why and until when decides nothing; rule, scope and kind do.
        Assert.Equal(IdAt(configuration, 0), IdAt(Rules.With([snooze with { Id = "other", Reason = "other", Actor = "other", Until = null }]), 0));
        Assert.Equal(IdAt(configuration, 0), IdAt(Rules.With([snooze, snooze with { Id = "twice" }]), 0));
        Assert.All([snooze with { Rule = "again" }, snooze with { Customer = new CustomerId("c2") }, snooze with { Product = "p" }, snooze with { Kind = RuleExceptionKind.Quarantine }],
            other => Assert.NotEqual(IdAt(configuration, 0), IdAt(Rules.With([other]), 0)));
        Assert.NotEqual(IdAt(Rules.With([Snooze("a", customer: "b c")]), 0), IdAt(Rules.With([Snooze("a 1:b", customer: "c")]), 0));
    }

    [Fact]
    public void A_rule_in_quarantine_is_not_run_and_the_decision_says_so()
    {
        var broken = SomeRules.Of(SomeRules.Signal("bad", "10 / (contacts.Last7d - contacts.Last24h) > 1", "repeat_contact", .9), SomeRules.Signal("good", "message.WordCount > 0", "keyword_match", .9));
        Assert.True(DecisionEngine.Decide(SomeFacts.Of(), broken).Degraded);
        var quarantine = new RuleException { Id = "q", Kind = RuleExceptionKind.Quarantine, Rule = "bad", From = Noon, Reason = "kept failing", Actor = "serve" };
        var decision = DecisionEngine.Decide(SomeFacts.Of(), broken.With([quarantine]));
        Assert.False(decision.Degraded);
        Assert.Equal("good", Assert.Single(decision.Signals).Rule);
        Assert.Equal(new ExceptedRule(quarantine, null), Assert.Single(decision.Excepted));
    }

    [Fact]
    public void A_snoozed_shadow_rule_is_left_out_of_what_shadow_would_have_done()
    {
        var shadowed = SomeRules.Of(SomeRules.Signal("live", "message.WordCount > 0", "repeat_contact", .5), SomeRules.Signal("try", "message.WordCount > 0", "keyword_match", .9, "'stage':'shadow'"));
        Assert.Equal(2, DecisionEngine.Decide(SomeFacts.Of(), shadowed).Shadow!.Signals.Count);
        var decision = DecisionEngine.Decide(SomeFacts.Of(), shadowed.With([Snooze("try", customer: "c1")]));
        Assert.Null(decision.Shadow);
        Assert.Equal("try", Assert.Single(decision.Excepted).Exception.Rule);
    }

    [Fact]
    public void An_explanation_never_says_that_a_snoozed_rule_made_the_difference()
    {
        var configuration = Rules.With([Snooze("loud", customer: "c1"), Snooze("calm", customer: "c1")]);
        var decision = DecisionEngine.Decide(SomeFacts.Of(), configuration);
        var change = Assert.Single(Explainer.Explain(SomeFacts.Of(), decision, configuration).Counterfactuals);
        Assert.Equal(["again"], change.Rules);
    }

    private static Decision Decide(DerivedFacts facts, params RuleException[] exceptions) => DecisionEngine.Decide(facts, Rules.With(exceptions));

    private static ConfigurationId IdAt(Configuration configuration, int minutes) => configuration.At(Noon + Duration.FromMinutes(minutes)).Id;

    private static RuleException Snooze(string rule, string? customer = null, string? product = null) => new()
    {
        Id = "s1",
        Kind = RuleExceptionKind.Snooze,
        Rule = rule,
        Customer = customer is null ? null : new CustomerId(customer),
        Product = product,
        From = Noon,
        Reason = "moving house",
        Actor = "ann",
    };
}
