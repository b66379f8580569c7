using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.Replay.Analysis;
using Escalation.Rules;

namespace Escalation.Tests.Replay.Analysis;

[Collection(ImpactHistoryTests.Name)]
public sealed class RuleSuggesterTests(ImpactHistory history)
{
    private SuggestionReport Run() => RuleSuggester.Run(history.Open(history.Configurations[0]), RuleFiles.BuiltIn());

    [Fact]
    public void Suggested_rules_are_sound_drafts_of_the_rule_language()
    {
        var suggestions = Run().Rules;

        Assert.NotEmpty(suggestions);
        using var file = JsonDocument.Parse(RuleSuggester.FileOf(suggestions));
        var rules = file.RootElement[0].GetProperty("Rules").EnumerateArray().ToList();
        Assert.All(rules, r => Assert.Equal("draft", r.GetProperty("Properties").GetProperty("stage").GetString()));
        // With accepts no problem.
        EditedRules.With(EditedRules.Added(string.Join(',', rules.Select(r => r.GetRawText()))));
    }

    [Fact]
    public void The_figures_are_those_of_an_impact_and_drops_were_mined_from_more_dismissed_than_needed()
    {
        var suggestion = Run().Rules.First(s => s.Purpose == SuggestionPurpose.Drop);
        var live = suggestion.Rule.Replace("\"draft\"", "\"live\"", StringComparison.Ordinal);

        var whole = ImpactAnalysis.Run(history.Open(history.Configurations[0]), history.Open(EditedRules.With(EditedRules.Added(live)))).Moves;

        Assert.True(suggestion.Mined.NoLonger.Dismissed > suggestion.Mined.NoLonger.Confirmed + suggestion.Mined.NoLonger.Missed);
        Assert.True(suggestion.OtherCustomers.NoLonger.Messages >= suggestion.Later.NoLonger.Messages);
        Assert.InRange(suggestion.Mined.NoLonger.Messages + suggestion.OtherCustomers.NoLonger.Messages, 1, whole.NoLonger.Messages);
    }

    [Fact]
    public void What_people_wrote_is_listed_with_them()
    {
        var written = ImpactHistory.Source.Labels.Where(l => l is { Kind: LabelKind.Suggestion, Note: not null }).Select(l => l.Note);

        Assert.NotEmpty(written);
        Assert.Equal(written, Run().Wishes.Select(w => w.Note));
    }

    [Fact]
    public void The_same_history_gives_the_same_suggestions() => Assert.Equal(Run().Rules, Run().Rules);
}
