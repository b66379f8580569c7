using Escalation.Inference.Registry;
using Escalation.Tests.Trainer.Publishing;
using Escalation.Trainer.Data;
using Escalation.Trainer.Publishing;
using Escalation.Trainer.Retraining;

namespace Escalation.Tests.Trainer.Retraining;

public sealed class RetrainingNeedTests(TwoModels models) : IClassFixture<TwoModels>, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-need");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Enough_new_labels_or_fewer_with_drift_and_never_twice_on_the_same_rows()
    {
        var registry = ModelRegistry.Open(models.CopyTo(folder.FullName));
        var champion = registry.Choose("frustration", models.GoodVersion).Entry!;
        RetrainingNeed Need(TrainingRows rows, bool drift) => RetrainingNeed.Of(rows, registry.List("frustration"), champion, () => drift);

        Assert.Contains("was trained on these very rows", Need(SomeCorpus.Rows(), true).Reason, StringComparison.Ordinal);
        Assert.Equal((false, "not needed: 40 labelled texts here that champion " + models.GoodVersion + " has not learned, beside 680 that it has; from 100 on, or from 30 with drift"), Of(Need(More(40), false)));
        Assert.True(Need(More(40), true).IsNeeded);
        Assert.False(Need(More(20), true).IsNeeded);
        Assert.True(Need(More(100), false).IsNeeded);
        Assert.True(RetrainingNeed.Of(More(0), [], null, () => false).IsNeeded);
        Assert.Contains("150 labelled texts here", Need(More(0) with { Rows = [.. SomeCorpus.Rows().Rows.Select((r, i) => i < 150 ? r with { Positive = !r.Positive } : r)] }, false).Reason, StringComparison.Ordinal);       // answered otherwise since
    }

    [Fact]
    public void Labels_of_ones_own_count_and_not_the_rows_of_others_that_the_champion_was_trained_on()
    {
        var bundled = ModelRegistry.Open(Path.Combine(Escalation.Tests.Inference.SomeModel.Repository, "models"));
        RetrainingNeed Need(int labels) => RetrainingNeed.Of(SomeCorpus.Rows() with { Sha256 = "own", Rows = [.. SomeCorpus.Rows().Rows.Take(labels)] }, bundled.List("frustration"), bundled.Choose("frustration").Entry, () => false);
        Assert.EndsWith("has not learned, beside 0 that it has; from 100 on, or from 30 with drift", Need(99).Reason, StringComparison.Ordinal);
        Assert.True(Need(100).IsNeeded);

        // A version of one's own that does not tell its rows is known by the name of its source.
        var registry = ModelRegistry.Open(models.CopyTo(folder.FullName));
        var champion = registry.Choose("frustration", models.GoodVersion).Entry!;
        File.Delete(Path.Combine(champion.Folder!, ModelRows.Name));
        Assert.Contains("99 labelled texts here", RetrainingNeed.Of(More(99), [], champion, () => false).Reason, StringComparison.Ordinal);
        Assert.True(RetrainingNeed.Of(More(100), [], champion, () => false).IsNeeded);
    }

    [Fact]
    public void What_a_candidate_that_the_gate_refused_has_learned_is_not_new()
    {
        var bundled = ModelRegistry.Open(Path.Combine(Escalation.Tests.Inference.SomeModel.Repository, "models"));
        var own = ModelRegistry.Open(models.CopyTo(folder.FullName));
        var champion = bundled.Choose("frustration").Entry;
        RetrainingNeed Need(int more) => RetrainingNeed.Of(More(more), [.. bundled.List("frustration"), .. own.List("frustration")], champion, () => false);
        Assert.Equal((false, $"not needed: 99 labelled texts here that version {models.GoodVersion} has not learned, beside 680 that it has; from 100 on, or from 30 with drift"), Of(Need(99)));
        Assert.True(Need(100).IsNeeded);

        File.WriteAllText(Path.Combine(folder.FullName, "frustration", models.GoodVersion, ModelRows.Name), "damaged");
        Assert.Contains("that version " + models.PoorVersion, Need(99).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_training_at_a_time_has_the_turn()
    {
        using (var first = TrainingTurn.Take(folder.FullName))
        {
            Assert.NotNull(first);
            Assert.Null(TrainingTurn.Take(folder.FullName));
        }
        using var next = TrainingTurn.Take(folder.FullName);
        Assert.NotNull(next);
    }

    [Fact]
    public void The_card_for_people_has_its_three_pictures_and_what_the_model_is_not_for()
    {
        var page = File.ReadAllText(Path.Combine(models.CopyTo(folder.FullName), "frustration", models.GoodVersion, CardPage.Name));
        foreach (var expected in (string[])["Reliability", "Precision and recall", "Threshold", "never a reason to refuse service", "count of angry words", models.Good.Version.Value])
            Assert.Contains(expected, page, StringComparison.Ordinal);
        Assert.Equal(3, page.Split("<svg").Length - 1);
        Assert.Contains("No plots", CardPage.Of(models.Good.Card, []), StringComparison.Ordinal);
    }

    private static (bool, string) Of(RetrainingNeed need) => (need.IsNeeded, need.Reason);

    private static TrainingRows More(int count) => SomeCorpus.Rows() with
    {
        Sha256 = $"more {count}",
        Rows = [.. SomeCorpus.Rows().Rows, .. Enumerable.Range(0, count).Select(i => new LabelledText($"a new text, number {i}", i % 2 == 0, null, null, $"new{i}"))],
    };
}
