using Escalation.Replay.Analysis;

namespace Escalation.Tests.Replay.Analysis;

[Collection(ImpactHistoryTests.Name)]
public sealed class OverlapAnalysisTests(ImpactHistory history)
{
    private static readonly (string File, string Old, string New) Odd = EditedRules.Added("""
        {"RuleName": "never", "Expression": "message.WordCount > 100000", "Properties": {"trigger": "keyword_match", "confidence": 0.7}},
        {"RuleName": "always", "Expression": "message.WordCount >= 0", "Properties": {"trigger": "slow_response", "confidence": 0.1}},
        {"RuleName": "again", "Expression": "contacts.SameIssue7d >= 3", "Properties": {"trigger": "repeat_contact", "confidence": 0.7, "recommendation": "monitor"}},
        {"RuleName": "often", "Expression": "contacts.SameIssue7d > 3", "Properties": {"trigger": "repeat_contact", "confidence": 0.7, "recommendation": "monitor"}}
        """);

    private static readonly (string File, string Old, string New) Routes = ("routing.json", "\"RuleName\": \"recognised\"", """
        "RuleName": "hidden", "Expression": "context.BusinessImpact == \"critical\" && context.Severity >= 0",
                "Properties": {"team": "senior-support", "priority": "high", "slaHours": 4}},
              {"RuleName": "recognised"
        """);

    private OverlapReport Report => OverlapAnalysis.Run(history.Open(EditedRules.With(Odd, Routes)));

    [Fact]
    public void Finds_rules_that_never_and_always_fire()
    {
        var report = Report;

        Assert.Contains(report.Findings, f => f is { Kind: RuleFindingKind.NeverFired, Rule: "never" });
        Assert.Equal("always", Assert.Single(report.Findings, f => f.Kind == RuleFindingKind.AlwaysFired).Rule);
    }

    [Fact]
    public void Finds_duplicates_and_contained_rules_and_says_which_could_go()
    {
        var report = Report;

        Assert.Contains(report.Findings, f => f is { Kind: RuleFindingKind.Duplicate, Rule: "again", Other: "repeat_contact", IsRedundant: true });
        Assert.Contains(report.Findings, f => f is { Kind: RuleFindingKind.Subsumed, Rule: "often", Other: "repeat_contact", IsRedundant: true });
        Assert.DoesNotContain(report.Findings, f => f is { Rule: "repeat_contact", IsRedundant: true });
    }

    [Fact]
    public void What_it_calls_redundant_changes_nothing_when_taken_out()
    {
        var with = history.Open(EditedRules.With(Odd));
        var without = history.Open(EditedRules.With((Odd.File, Odd.Old, Odd.New
            .Replace("\"RuleName\": \"again\",", "\"RuleName\": \"again\", \"Enabled\": false,", StringComparison.Ordinal)
            .Replace("\"RuleName\": \"often\",", "\"RuleName\": \"often\", \"Enabled\": false,", StringComparison.Ordinal))));

        Assert.Equal(0, ImpactAnalysis.Run(with, without).Changed.Messages);
    }

    [Fact]
    public void Finds_routing_rules_that_are_never_reached_or_disagree()
    {
        var report = Report;

        var hidden = Assert.Single(report.Findings, f => f is { Kind: RuleFindingKind.Unreachable, Rule: "hidden" });
        Assert.Equal("critical_impact", hidden.Other);
        Assert.Contains(report.Findings, f => f is { Kind: RuleFindingKind.ConflictingRouting, Rule: "critical_impact", Other: "hidden" } && f.Messages == hidden.Messages);
    }

    [Fact]
    public void Statistics_count_hits_failures_and_the_last_hit()
    {
        var decided = history.Open(EditedRules.With(EditedRules.Added("""
            {"RuleName": "divides", "Expression": "1 / (ticket.MessageCount - 1) >= 0", "Properties": {"trigger": "keyword_match", "confidence": 0.2}},
            {"RuleName": "unguarded", "Expression": "customer.LifetimeValue >= 0", "Properties": {"trigger": "keyword_match", "confidence": 0.2}}
            """)));

        var statistics = RuleStatistics.Of(decided).Rules.ToDictionary(s => s.Rule, StringComparer.Ordinal);

        var count = decided.Table.Count;
        var firsts = Enumerable.Range(0, count).Count(row => decided.Table.Read(row, Escalation.History.Facts.FactColumns.Ticket).Ticket.MessageCount == 1);
        Assert.InRange(firsts, 1, count - 1);
        Assert.Equal(firsts / (double)count, statistics["divides"].ErrorRate, 12);
        Assert.Equal(count - firsts, statistics["divides"].Hits.Messages);
        Assert.Equal(count, statistics["unguarded"].Hits.Messages + (int)Math.Round(statistics["unguarded"].UnavailableRate * count));
        Assert.Equal(decided.Table.AtOf(decided.Bits[1].Hit.Last()), statistics["unguarded"].LastHit);
        Assert.True(statistics["divides"].CostNs > 0);
    }
}
