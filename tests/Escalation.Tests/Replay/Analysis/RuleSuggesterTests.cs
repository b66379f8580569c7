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
    public void The_figures_of_a_suggestion_are_parts_of_its_impact_on_the_whole_history()
    {
        var suggestion = Run().Rules[0];
        var live = suggestion.Rule.Replace("\"draft\"", "\"live\"", StringComparison.Ordinal);
        int Moved(DecisionMoves moves) => suggestion.Purpose == SuggestionPurpose.Drop ? moves.NoLonger.Messages : moves.Escalated.Messages;
        int MovedIn(SuggestionOutcome outcome) => Moved(new DecisionMoves([], [], outcome.Escalated, outcome.NoLonger));

        var whole = ImpactAnalysis.Run(history.Open(history.Configurations[0]), history.Open(EditedRules.With(EditedRules.Added(live)))).Moves;

        Assert.InRange(MovedIn(suggestion.Mined), 1, Moved(whole));
        Assert.InRange(MovedIn(suggestion.Mined) + MovedIn(suggestion.OtherCustomers), 1, Moved(whole));
        Assert.InRange(MovedIn(suggestion.Later), 0, MovedIn(suggestion.OtherCustomers));
    }

    [Fact]
    public void The_learner_finds_the_conjunction_that_was_planted()
    {
        Bits Where(Func<int, bool> holds)
        {
            var bits = new Bits(400);
            foreach (var i in Enumerable.Range(0, 400).Where(holds)) bits.Set(i);
            return bits;
        }
        var learner = new ClauseLearner([new FactClause("a", "a", Where(i => i < 100)), new FactClause("b", "b", Where(i => i % 2 == 0)), new FactClause("c", "c", Where(i => i % 7 < 4))], 5);
        var planted = Where(i => i < 100 && i % 2 == 0);

        var found = learner.Find(planted, Where(i => true).Without(planted), 3, .7).ToList();

        Assert.Equal("a && b", Assert.Single(found).Text);
        Assert.Equal(planted.Places(), found[0].Holds.Places());
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
