using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.MlNet;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer;
using Escalation.Trainer.Learning;
using Escalation.Trainer.Publishing;
using Escalation.Trainer.Search;
using Microsoft.Extensions.Time.Testing;

namespace Escalation.Tests.Trainer;

public sealed class FrustrationTrainerTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { Bits = 14, Seed = 3, Limits = new ExperimentLimits { MaximumTrials = 5 } };
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-train");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_same_rows_and_seed_give_the_same_bytes_and_another_seed_does_not()
    {
        var one = Train(Options);
        Assert.Equal(one.Scorer, Train(Options).Scorer);
        Assert.NotEqual(one.Version, Train(Options with { Seed = 4 }).Version);
    }

    [Fact]
    public void Learns_more_than_the_baselines_and_its_card_says_on_what()
    {
        var card = Train(Options).Card;
        Assert.All(card.Metrics.Take(4), m => Assert.Equal("held-out rows", m.MeasuredOn));
        Assert.Contains(card.Metrics, m => m.MeasuredOn == "held-out rows, 200 characters and more");
        Assert.Contains("nearly the same as a training row: ", card.Split, StringComparison.Ordinal);
        Assert.True(card.Thresholds[0].Threshold > card.Thresholds[1].Threshold);
        Assert.True(card.Thresholds[0].Recall.Value < card.Thresholds[1].Recall.Value);
        Assert.True(card.Metrics[0].Evaluation.Auc.Value > 0.65);
        Assert.Equal(0.5, card.Metrics[3].Evaluation.Auc.Value, 12);
        Assert.True(card.Metrics[0].Evaluation.Auc.Low < card.Metrics[0].Evaluation.Auc.Value);
        Assert.Equal((680, "2026-03-02T12:00:00Z"), (card.Data[0].Rows, card.TrainedAt));
        Assert.InRange(card.ScorerDeviation, 1e-7, 0.01);
    }

    [Fact]
    public void The_written_zip_gives_the_scorers_probabilities()
    {
        var model = Train(Options);
        var written = ModelPublisher.Write(model, folder.FullName, TestContext.Current.CancellationToken);
        Assert.Equal([CardPage.Name, ModelRegistry.CardName, ModelRegistry.ZipName, ModelRows.Name, ModelRegistry.ScorerName, TrialFile.Name], Directory.GetFiles(written).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var (content, version) = ScorerFile.Read(File.ReadAllBytes(Path.Combine(written, ModelRegistry.ScorerName)), "scorer.bin");
        Assert.Equal(model.Version, version);
        string[] texts = [.. SomeCorpus.Rows().Rows.Take(100).Select(r => r.Text)];
        Assert.InRange(MlNetModel.Load(Path.Combine(written, ModelRegistry.ZipName)).LargestDifference(texts, content), 0, 1e-5);
        Assert.Equal(written, ModelPublisher.Write(model, folder.FullName, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Members_joined_in_one_scorer_score_as_they_do_apart()
    {
        const double rounding = 0.01;       // of the scorer's table to bfloat16
        var source = SomeCorpus.Rows().Rows;
        var rows = NgramRows.Build([.. source.Select(r => r.Text)], 14, cancellation: TestContext.Current.CancellationToken);
        int[] all = [.. Enumerable.Range(0, rows.Count)];
        var task = TrainingTask.Binary("frustration", [.. source.Select(r => r.Positive)], [.. source.Select(r => r.Weight)]);
        WeightedRows Plane(Weighting weighting) => new(rows, FeatureWeighting.Fit(rows, all, i => task.Classes[i], 2, weighting, 2));
        WeightedRows idf = Plane(Weighting.Idf), ratio = Plane(Weighting.NaiveBayes);
        Member Train(WeightedRows data, MemberRecipe recipe) => task.Train(data, all, recipe, 1, TestContext.Current.CancellationToken);
        (Member Member, WeightedRows Data, double Coefficient)[] parts =
        [
            (Train(idf, new(Weighting.Idf, Learner.Dual, 3, 1, 0.3)), idf, 0.7), (Train(idf, new(Weighting.Idf, Learner.Lbfgs, 1, 0.5, 0)), idf, 0.2),
            (Train(ratio, new(Weighting.NaiveBayes, Learner.Perceptron, 1, 1, 0.3)), ratio, 0.4), (Train(ratio, new(Weighting.NaiveBayes, Learner.Sdca, 1, 0, 0.3)), ratio, 0.1), (Train(idf, new(Weighting.Idf, Learner.Margin, 0.3, 1, 0.3)), idf, 0.1),
        ];
        var content = new Ensemble([.. parts.Select(p => (p.Member, p.Coefficient))])
            .Fold("frustration", rows.Schema, ["en"], [("frustration", Calibration.Identity)], 0.5);
        Assert.Equal(2, content.Planes.Count);
        var scorer = content.ToScorer();
        foreach (var row in all)
            Assert.Equal(parts.Sum(p => p.Coefficient * (p.Member.Heads[0].Bias + p.Data.Dot(row, p.Member.Heads[0].Weights))), scorer.Score(source[row].Text), rounding);
    }

    [Fact]
    public void Cancelling_in_the_middle_ends_training_and_leaves_nothing_behind()
    {
        using var source = new CancellationTokenSource();
        var progress = new CancelBeforeTheSearch(source);
        Assert.ThrowsAny<OperationCanceledException>(() => new FrustrationTrainer(Options, Clock()).Train(SomeCorpus.Rows(), progress, source.Token));
        Assert.Equal(1, progress.Steps);
        Assert.ThrowsAny<OperationCanceledException>(() => ModelPublisher.Write(Train(Options), folder.FullName, source.Token));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder.FullName, FrustrationModel.Target)));
    }

    [Fact]
    public void Too_few_rows_of_a_class_are_a_problem_not_a_model()
    {
        var rows = SomeCorpus.Rows();
        var calm = rows with { Rows = [.. rows.Rows.Where(r => !r.Positive)] };
        var outcome = new FrustrationTrainer(Options, Clock()).Train(calm, null, TestContext.Current.CancellationToken);
        Assert.Null(outcome.Model);
        Assert.Contains("0 positive", outcome.Problem, StringComparison.Ordinal);
        Assert.Contains("at least 20 of each", outcome.Problem, StringComparison.Ordinal);
    }

    private static TrainedModel Train(TrainingOptions options) =>
        new FrustrationTrainer(options, Clock()).Train(SomeCorpus.Rows(), null, TestContext.Current.CancellationToken).Model!;

    private static FakeTimeProvider Clock() => new(Some.Noon.ToDateTimeOffset());

    private sealed class CancelBeforeTheSearch(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public int Steps { get; private set; }

        public void Report(TrainingProgress value)
        {
            Steps++;
            source.Cancel();
        }
    }
}
