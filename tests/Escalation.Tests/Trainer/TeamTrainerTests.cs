using Escalation.Core.Derived;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer;
using Escalation.Trainer.Data;
using Escalation.Trainer.Publishing;

namespace Escalation.Tests.Trainer;

public sealed class TeamTrainerTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-teams");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_version_is_written_whole_with_its_measures_and_names_teams_or_none()
    {
        var trained = SomeTeams.Train(SomeTeams.Rows().With([.. Enumerable.Range(0, 4).Select(i => ($"a legal matter {i}", "legal"))]));
        var written = ModelPublisher.Write(trained, folder.FullName, TestContext.Current.CancellationToken);
        Assert.Equal("team", Path.GetFileName(Path.GetDirectoryName(written)));
        var entry = ModelRegistry.Open(folder.FullName).Choose(TeamModel.Target).Entry!;
        ModelSelfTest.Run(entry);                                    // zip and scorer are one model
        var model = entry.LoadTeam();
        Assert.Equal(["billing", "shipping", "support"], model.Teams);
        Assert.Equal("billing", ((ITeamModel)model).Predict("I was charged twice, look at the invoice").Team);
        var probabilities = new double[3];
        model.Probabilities("zzz qqq", probabilities);
        Assert.Equal(1, probabilities.Sum(), 1e-9);
        Assert.True(model.Bound >= .5);
        Assert.Null(((ITeamModel)new TeamModel(entry.Content() with { Threshold = 1.1 }, default)).Predict("look at the invoice").Team);

        var card = entry.Card();
        Assert.True(card.ClassMetrics[0].Evaluation.Accuracy.Value > card.ClassMetrics[2].Evaluation.Accuracy.Value);
        var confusion = card.Confusion!;
        Assert.Equal(["billing", "shipping", "support"], confusion.Classes);
        Assert.Equal(1, card.ClassMetrics[0].Evaluation.TopThree.Value);
        Assert.InRange(card.ClassMetrics[0].Evaluation.TopThree.Low, .9, .999);        // of so many rows, and no certainty
        Assert.Equal(card.ClassMetrics[0].Evaluation.N, confusion.Named.Sum(r => r.Sum()));
        Assert.Equal(card.ClassMetrics[0].Evaluation.Answered.Value, 1 - (confusion.Named.Sum(r => r[^1]) / (double)card.ClassMetrics[0].Evaluation.N), 9);
        Assert.Contains("<h2>Team by team</h2>", File.ReadAllText(Path.Combine(written, CardPage.Name)), StringComparison.Ordinal);
        Assert.Contains(card.Limits, l => l.Contains("never named: legal (4)", StringComparison.Ordinal));
        Assert.Equal(["agent", "audit"], card.Data[0].Labels.Select(l => l.Source));
        Assert.Equal(5 * card.Data[0].Labels[1].Rows, card.Data[0].Labels[1].StandFor);
        Assert.Contains(card.Thresholds, t => t.When == "as served");
        Assert.Contains("Which threshold", File.ReadAllText(Path.Combine(written, CardPage.Name)), StringComparison.Ordinal);
        Assert.Throws<ModelFormatException>(() => entry.Load());
    }

    [Theory, InlineData(12, "2 teams"), InlineData(3, "0 teams")]
    public void Too_few_texts_of_two_teams_are_a_problem_not_a_model(int rows, string _)
    {
        var outcome = new TeamTrainer(new TrainingOptions(), TimeProvider.System).Train(SomeTeams.Rows(rows), null, null, CancellationToken.None, TestContext.Current.CancellationToken);
        Assert.Null(outcome.Model);
        Assert.Contains("at least 2 are needed", outcome.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_better_team_model_passes_the_gate_and_a_worse_one_does_not()
    {
        var rows = SomeTeams.Rows(900, "good");
        var wrong = rows with { Sha256 = "poor".PadRight(64, '0'), Rows = [.. rows.Rows.Select((r, i) => i % 2 == 0 ? r with { Team = rows.Rows[(i + 1) % rows.Rows.Count].Team } : r)] };
        var (good, poor) = (Written(rows), Written(wrong));
        var registry = ModelRegistry.Open(folder.FullName);
        registry.Promote(registry.Choose(TeamModel.Target, poor).Entry!, new PromotionOrder("ann", PromotionWay.Forced, "first", [], [], null), Some.Noon);
        var promotion = new ModelPromotion(registry, new NoReplay());
        var gate = PromotionGate.Load(null, TeamModel.Target);
        Assert.Empty(gate.Problems);

        var better = await promotion.CheckAsync(registry.Choose(TeamModel.Target, good).Entry!, rows, gate.Definition!, TestContext.Current.CancellationToken);
        Assert.Equal(["routingAccuracy: there was no replay: none in this test"], better.Failures);
        Assert.True(better.Differences[0].Metrics["accuracy"].Value > .1);
        Assert.Contains("that neither model had learned when it answered", better.Grounds[0], StringComparison.Ordinal);

        registry.Promote(registry.Choose(TeamModel.Target, good).Entry!, new PromotionOrder("ann", PromotionWay.Forced, "better", [], [], poor), Some.Noon);
        var worse = await promotion.CheckAsync(registry.Choose(TeamModel.Target, poor).Entry!, rows, gate.Definition!, TestContext.Current.CancellationToken);
        Assert.Contains(worse.Failures, f => f.StartsWith("accuracy, difference candidate-champion", StringComparison.Ordinal));
    }

    private string Written(TrainingRows rows) => Path.GetFileName(ModelPublisher.Write(SomeTeams.Train(rows), folder.FullName, TestContext.Current.CancellationToken));

    private sealed class NoReplay : IPromotionReplay
    {
        public Task<PromotionReplay> RunAsync(ModelEntry? champion, ModelEntry candidate, IReadOnlyList<string> slices, CancellationToken cancellation) =>
            Task.FromResult(PromotionReplay.None("none in this test"));
    }
}
