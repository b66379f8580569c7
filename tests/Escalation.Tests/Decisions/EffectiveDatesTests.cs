using Escalation.Core.Decisions;
using NodaTime;

namespace Escalation.Tests.Decisions;

public sealed class EffectiveDatesTests
{
    private static readonly Instant From = Instant.FromUtc(2026, 3, 2, 0, 0), To = Instant.FromUtc(2026, 3, 9, 0, 0);
    private const string Dates = "'effectiveFrom':'2026-03-02','effectiveTo':'2026-03-09T00:00:00Z'";

    [Fact]
    public void A_rule_counts_from_its_first_instant_to_before_its_last_by_the_time_of_the_decision()
    {
        var configuration = SomeRules.Of(SomeRules.Signal("sale", "message.WordCount > 0", "keyword_match", .9, Dates));
        Assert.Equal([false, true, true, false], ((Instant[])[From - Duration.Epsilon, From, To - Duration.Epsilon, To]).Select(at => DecisionEngine.Decide(SomeFacts.Of(at: at), configuration).Signals.Count == 1));
    }

    [Fact]
    public void A_shadow_rule_past_its_end_neither_runs_nor_is_recorded()
    {
        var configuration = SomeRules.Of(SomeRules.Signal("try", "10 / (contacts.Last7d - contacts.Last24h) > 1", "keyword_match", .9, "'stage':'shadow'," + Dates), SomeRules.Signal("other", "message.WordCount > 0", "keyword_match", .5, "'stage':'shadow'," + Dates));
        var before = DecisionEngine.Decide(SomeFacts.Of(at: From), configuration);
        Assert.Equal("try", Assert.Single(before.ShadowErrors).Rule);
        Assert.Equal("other", Assert.Single(before.Shadow!.Signals).Rule);
        var after = DecisionEngine.Decide(SomeFacts.Of(at: To), configuration);
        Assert.Empty(after.ShadowErrors);
        Assert.Null(after.Shadow);
    }

    [Fact]
    public void Where_dates_do_not_count_every_rule_does_and_the_id_says_so()
    {
        var dated = SomeRules.Of(SomeRules.Signal("sale", "message.WordCount > 0", "keyword_match", .9, Dates));
        Assert.Single(DecisionEngine.Decide(SomeFacts.Of(at: To), dated.Timeless()).Signals);
        Assert.NotEqual(dated.Id, dated.Timeless().Id);
        var undated = SomeRules.Of(SomeRules.Signal("sale", "message.WordCount > 0", "keyword_match", .9));
        Assert.Equal(undated.Id, undated.Timeless().Id);
    }

    [Fact]
    public void An_explanation_leaves_out_rules_that_are_not_in_effect()
    {
        var configuration = SomeRules.Of(SomeRules.Signal("sale", "message.WordCount > 99", "keyword_match", .9, Dates), SomeRules.Signal("other", "message.WordCount > 0", "keyword_match", .9));
        Assert.Equal(["sale", "other"], Explained(From));
        Assert.Equal(["other"], Explained(To));

        IEnumerable<string> Explained(Instant at)
        {
            var facts = SomeFacts.Of(at: at);
            return Explainer.Explain(facts, DecisionEngine.Decide(facts, configuration), configuration).Rules.Select(r => r.Rule);
        }
    }
}
