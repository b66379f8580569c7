using Escalation.Core.Decisions;
using Escalation.Replay;
using Escalation.Replay.Analysis;
using NodaTime;

namespace Escalation.Tests.Replay.Analysis;

/// <summary>Impact where effective dates count: a rule that begins or ends within the history.</summary>
[Collection(ImpactHistoryTests.Name)]
public sealed class DatedImpactTests(ImpactHistory history)
{
    private const string Condition = "\"contacts.SameIssue7d > 2\"";

    [Theory]
    [InlineData("effectiveTo", Condition, RuleChangeKind.Dates)]
    [InlineData("effectiveFrom", Condition, RuleChangeKind.Dates)]
    [InlineData("effectiveTo", "\"contacts.SameIssue7d > 1\"", RuleChangeKind.Condition)]
    public void Impact_is_the_difference_of_two_replays_that_honour_dates(string date, string condition, RuleChangeKind kind)
    {
        var (baseline, dated) = (history.Configurations[0], Dated(date, condition));
        var (before, after) = (Open(baseline), Open(dated));
        var report = ImpactAnalysis.Run(before, after, int.MaxValue);
        using var replay = ReplayEngine.Run([new("baseline", baseline), new("dated", dated)], ImpactHistory.Source.Records, new ReplayOptions(), TestContext.Current.CancellationToken);

        var replayed = replay.Spool.Read().Select(c => (c.MessageId, c.Before, c.After)).ToList();
        Assert.NotEmpty(replayed);
        Assert.Equal(replayed, report.Examples.Select(e => (e.MessageId, e.Before, e.After)));
        Assert.Equal(replay.Arms[1].Bands[2] + replay.Arms[1].Bands[3], report.EscalatedAfter.Messages);
        var rule = Assert.Single(report.Rules);
        Assert.Equal(("repeat_contact", kind), (rule.Rule, rule.Kind));
        Assert.True(report.EffectiveDates && rule.Lost.Messages > 0);
        Assert.Equal(kind != RuleChangeKind.Dates, rule.Gained.Messages > 0);
    }

    [Fact]
    public void Dates_do_not_count_where_they_were_not_asked_for()
    {
        var report = ImpactAnalysis.Run(history.Open(history.Configurations[0]), history.Open(Dated("effectiveTo", Condition)));
        Assert.Equal((0, false), (report.Changed.Messages, report.EffectiveDates));
        Assert.Empty(report.Rules);
        Assert.Contains(report.Differences, d => d.Contains("effectiveTo", StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => ImpactAnalysis.Run(history.Open(history.Configurations[0]), Open(history.Configurations[0])));
    }

    /// <summary>The rule on repeated contacts with a date in the middle of the history.</summary>
    private Configuration Dated(string date, string condition)
    {
        var table = history.Open(history.Configurations[0]).Table;
        var middle = Instant.FromUnixTimeSeconds((table.ReceivedOf(0).ToUnixTimeSeconds() + table.ReceivedOf(table.Count - 1).ToUnixTimeSeconds()) / 2);
        return EditedRules.With(
            ("signals.json", Condition + ",\n        \"Properties\": {", condition + $",\n        \"Properties\": {{ \"{date}\": \"{middle}\","));
    }

    private DecidedHistory Open(Configuration configuration)
    {
        var opened = history.Open(configuration);
        return new DecidedHistory(opened.Table, opened.Store, configuration, effectiveDates: true);
    }
}
