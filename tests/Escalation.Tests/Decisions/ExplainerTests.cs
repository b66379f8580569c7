using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Tests.Rules;

namespace Escalation.Tests.Decisions;

public sealed class ExplainerTests
{
    private static Explanation Explain(DerivedFacts facts, Configuration configuration) => Explainer.Explain(facts, DecisionEngine.Decide(facts, configuration), configuration);

    private static Decision Without(DerivedFacts facts, Configuration configuration, params IReadOnlyCollection<string> rules) =>
        DecisionEngine.Decide(facts, new Configuration(new WithoutRules(configuration.Rules, rules), null, null));

    [Fact]
    public void The_smallest_change_is_named_with_what_comes_of_it()
    {
        var configuration = SomeRules.Of(SomeRules.Signal("word", "contacts.Last7d > 0", "keyword_match", .65), SomeRules.Signal("slow", "ticket.WaitingHours > 24", "slow_response", .6));
        var change = Assert.Single(Explain(SomeFacts.Of(waitingHours: 30), configuration).Counterfactuals);
        Assert.Equal(("word", .36, Band.Monitor, null), (string.Join(' ', change.Rules), change.Score, change.Band, change.Team));
        Assert.Contains("word", change.Change, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_single_rule_decides_pairs_are_tried()
    {
        var configuration = SomeRules.Of(SomeRules.Signal("a", "true", "legal_or_compliance", .95), SomeRules.Signal("b", "true", "safety_threat", .95));
        Assert.Equal(["a", "b"], Assert.Single(Explain(SomeFacts.Of(), configuration).Counterfactuals).Rules);
    }

    [Fact]
    public void A_rule_that_only_caps_is_a_change_too()
    {
        var configuration = SomeRules.Of(SomeRules.Signal("a", "true", "legal_or_compliance", .95), SomeRules.Rule("cap", "true", "'cap':'monitor'"));
        var changes = Explain(SomeFacts.Of(), configuration).Counterfactuals;
        Assert.Contains(changes, c => c.Rules is ["cap"] && c.Band == Band.ImmediateEscalation && c.Team == "general-escalation");
    }

    [Fact]
    public void A_rule_that_only_caps_did_not_nearly_escalate()
    {
        var configuration = SomeRules.Of(SomeRules.Rule("cap", "contacts.Last7d > 2", "'cap':'monitor'"), SomeRules.Signal("a", "contacts.Last7d > 9", "legal_or_compliance", .95));
        Assert.Equal(["a"], Explain(SomeFacts.Of(), configuration).NearMisses.Select(m => m.Rule));
    }

    [Fact]
    public void Without_the_signal_that_took_its_words_another_signal_counts_again()
    {
        var configuration = SomeRules.Of([SomeRules.Signal("never", "contacts.Last7d > 99", "repeat_contact", .5)], null, ("keywords.json", """
            {"classes":{"plain":{"trigger":"keyword_match","confidence":0.85,"words":["legal team"]},"legal":{"trigger":"legal_or_compliance","confidence":0.9,"words":["legal team"]}}}
            """));
        var facts = SomeFacts.Of(keywords: configuration.Analyzer.Analyze(Some.Message("your legal team")).Keywords);
        Assert.Equal(Band.ImmediateEscalation, Without(facts, configuration, ["keywords/legal"]).Recommendation.Band);      // keywords/plain has the words then
        Assert.All(Explain(facts, configuration).Counterfactuals, c => Assert.Equal(["keywords/legal", "keywords/plain"], c.Rules.Order()));
    }

    [Fact]
    public void A_must_escalate_rule_lifts_also_where_another_is_taken_away()
    {
        var configuration = SomeRules.Of(SomeRules.Signal("must", "true", "slow_response", .7, "'mustEscalate':true,'recommendation':'priority_escalation'"), SomeRules.Signal("word", "true", "keyword_match", .65));
        AssertExact(SomeFacts.Of(), configuration);
    }

    [Fact]
    public void Every_change_really_flips_band_or_team_by_the_real_engine_and_no_smaller_one_does()
    {
        var facts = new RandomFacts(23, SomeRules.Default.Text.KeywordClasses);
        var seen = 0;
        for (var round = 0; round < 400; round++) seen += AssertExact(facts.Next(), SomeRules.Configuration);
        Assert.True(seen > 300, $"only {seen} changes were checked");
    }

    /// <summary>Checks each counterfactual against the engine, and all smaller sets of rules; the number of counterfactuals.</summary>
    private static int AssertExact(DerivedFacts facts, Configuration configuration)
    {
        var decision = DecisionEngine.Decide(facts, configuration);
        var changes = Explainer.Explain(facts, decision, configuration).Counterfactuals;
        foreach (var change in changes)
        {
            var then = Without(facts, configuration, change.Rules);
            Assert.Equal((then.Recommendation.Score, then.Recommendation.Band, then.Route?.Team), (change.Score, change.Band, change.Team));
            Assert.True(Differs(then, decision), $"without {string.Join(", ", change.Rules)} nothing changes");
        }
        if (changes.Count == 0) return 0;
        Assert.Single(changes.Select(c => c.Rules.Count).Distinct());
        if (changes[0].Rules.Count == 1) return changes.Count;
        foreach (var rule in configuration.Rules.SignalRules.Where(r => r.Stage == RuleStage.Live))
            Assert.False(Differs(Without(facts, configuration, [rule.Name]), decision), $"{rule.Name} alone would do");
        return changes.Count;
    }

    private static bool Differs(Decision one, Decision other) => one.Recommendation.Band != other.Recommendation.Band || one.Route?.Team != other.Route?.Team;

    [Fact]
    public void The_smallest_change_of_a_fact_is_named_in_both_directions()
    {
        var configuration = SomeRules.Of(SomeRules.Signal("angry", "frustration.Available && frustration.Score > 0.75", "high_frustration", .7), SomeRules.Signal("again", "contacts.SameIssue7d > 2", "repeat_contact", .85));
        var calm = Explain(SomeFacts.Of(.6, contacts: SomeFacts.Contacts(2)), configuration).FactChanges;
        Assert.Equal(["if the frustration score were 0.76, not 0.6", "if the contacts about the same issue in 7 days were 3, not 2"], calm.Select(c => c.Change));
        Assert.Equal((Band.PriorityEscalation, .7), (calm[0].Band, calm[0].Score));
        var angry = Explain(SomeFacts.Of(.91), configuration).FactChanges;
        Assert.Contains(angry, c => c.Fact is { Name: "frustration.Score", From: "0.91", To: "0.75" } && c.Band == Band.None && c.Rules.Count == 0);
    }

    [Fact]
    public void A_fact_that_only_routing_reads_is_changed_as_well()
    {
        var technical = new ContextFacts { IssueTypeFound = new(IssueType.Technical, .9), Severity = 9, SeverityConfidence = .9 };
        var changes = Explain(SomeFacts.Of(.95, context: technical), SomeRules.Configuration).FactChanges;
        Assert.Contains(changes, c => c.Fact is { Name: "context.Severity", From: "9", To: "8" } && c.Team == "senior-support");
        Assert.Contains(changes, c => c.Fact is { Name: "context.BusinessImpact", To: "critical" } && c.Team == "executive");
        Assert.Contains(changes, c => c.Fact is { Name: "context.IssueType", To: "unknown" } && c.Team == "general-escalation");
    }

    [Fact]
    public void What_is_unknown_is_not_changed_and_every_change_of_a_fact_really_changes_something()
    {
        var facts = new RandomFacts(31, SomeRules.Default.Text.KeywordClasses);
        var seen = 0;
        for (var round = 0; round < 200; round++)
        {
            var derived = facts.Next();
            var decision = DecisionEngine.Decide(derived, SomeRules.Configuration);
            var changes = Explainer.Explain(derived, decision, SomeRules.Configuration).FactChanges;
            Assert.True(changes.Count <= 5);
            Assert.All(changes, c => Assert.True(c.Band != decision.Recommendation.Band || c.Team != decision.Route?.Team, c.Change));
            Assert.All(changes, c => Assert.NotEqual("unknown", c.Fact!.From));
            Assert.Equal(changes, Explainer.Explain(derived, decision, SomeRules.Configuration).FactChanges, (x, y) => (x.Change, x.Score, x.Band, x.Team) == (y.Change, y.Score, y.Band, y.Team));
            seen += changes.Count;
        }
        Assert.True(seen > 200, $"only {seen} changes were checked");
    }

    [Fact]
    public void Why_not_names_the_nearest_rule_with_the_clause_that_fails()
    {
        var configuration = SomeRules.Of(
            SomeRules.Signal("far", "frustration.Available && frustration.Score > 0.99 && contacts.Last7d > 50", "high_frustration", .9), SomeRules.Signal("near", "frustration.Available && frustration.Score > 0.75", "high_frustration", .9),
            SomeRules.Signal("middle", "contacts.SameIssue7d > 4", "repeat_contact", .9), SomeRules.Signal("hit", "true", "keyword_match", .4));
        var misses = Explain(SomeFacts.Of(.74), configuration).NearMisses;
        Assert.Equal(["near", "middle", "far"], misses.Select(m => m.Rule));
        var clause = Assert.Single(misses[0].Failing);
        Assert.Equal(("frustration.Score > 0.75", "frustration.Score", "0.74", "> 0.75", RuleResult.Miss), (clause.Text, clause.Fact, clause.Actual, clause.Wanted, clause.Result));
    }

    [Fact]
    public void Why_not_says_that_a_fact_is_unknown()
    {
        var misses = Explain(SomeFacts.Of(), SomeRules.Of(SomeRules.Signal("rich", "customer.LifetimeValue > 5", "keyword_match", .9))).NearMisses;
        var clause = Assert.Single(Assert.Single(misses).Failing);
        Assert.Equal(("unknown", RuleResult.Unavailable), (clause.Actual, clause.Result));
    }

    [Fact]
    public void The_default_rules_explain_a_miss_by_the_boundary_that_was_met_exactly()
    {
        var near = Explain(SomeFacts.Of(.75), SomeRules.Configuration).NearMisses;
        Assert.Contains(near, m => m.Rule == "high_frustration" && m.Failing is [{ Actual: "0.75", Wanted: "> 0.75" }]);
    }

    [Fact]
    public void Explaining_changes_nothing()
    {
        var facts = SomeFacts.Of(.8, contacts: SomeFacts.Contacts(3));
        var decision = DecisionEngine.Decide(facts, SomeRules.Configuration);
        var (score, signals) = (decision.Recommendation.Score, decision.Signals.ToArray());
        Explainer.Explain(facts, decision, SomeRules.Configuration);
        Assert.Equal(score, decision.Recommendation.Score);
        Assert.Equal(signals, decision.Signals);
        Assert.Empty(Explain(SomeFacts.Of(), SomeRules.Configuration).Counterfactuals);
    }
}
