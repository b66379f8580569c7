using Escalation.Inference;
using Escalation.Inference.MlNet;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer;
using Escalation.Trainer.Learning;
using Escalation.Trainer.Publishing;
using Microsoft.Extensions.Time.Testing;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Escalation.Tests.Trainer;

public sealed class FrustrationTrainerTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { Bits = 14, Seed = 3 };
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
        Assert.Equal(5, card.Metrics.Count);
        Assert.All(card.Metrics.Take(4), m => Assert.Equal("held-out rows", m.MeasuredOn));
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
        Assert.Equal([ModelRegistry.CardName, ModelRegistry.ZipName, ModelRegistry.ScorerName], Directory.GetFiles(written).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var (content, version) = ScorerFile.Read(File.ReadAllBytes(Path.Combine(written, ModelRegistry.ScorerName)), "scorer.bin");
        Assert.Equal(model.Version, version);
        string[] texts = [.. SomeCorpus.Rows().Rows.Take(100).Select(r => r.Text)];
        Assert.InRange(MlNetModel.Load(Path.Combine(written, ModelRegistry.ZipName)).LargestDifference(texts, content), 0, model.Card.ScorerDeviation + 1e-4);
        Assert.Equal(written, ModelPublisher.Write(model, folder.FullName, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Before_rounding_the_pipeline_and_the_folded_scorer_agree_to_a_hundred_thousandth()
    {
        var source = SomeCorpus.Rows().Rows;
        var rows = NgramRows.Build([.. source.Select(r => r.Text)], 14, TestContext.Current.CancellationToken);
        int[] all = [.. Enumerable.Range(0, rows.Count)];
        bool[] labels = [.. source.Select(r => r.Positive)];
        float[] weights = [.. source.Select(r => r.Weight)];
        var blend = HeadBlend.Train(rows, all, labels, weights, new LearningOptions(1), TestContext.Current.CancellationToken);
        var joined = HeadBlend.Join([(blend, 0.7f), (HeadBlend.Train(rows, blend.Features, all, [.. labels.Select((l, i) => l ^ (i % 5 == 0))], weights, new LearningOptions(1), TestContext.Current.CancellationToken), 0.3f)], 0.2f);
        var calibration = new Calibration(1.7, -0.3);
        var content = joined.Fold(FrustrationModel.Target, new(1, 14), ["en"], calibration, 0.5);
        var context = new MLContext(1);
        var view = new FeatureView(rows, joined.Features, all, i => labels[i], i => weights[i]);
        var fromPipeline = joined.ToPipeline(context, view, calibration).Transform(view).GetColumn<float>("Probability").ToArray();
        var scorer = content.ToScorer();
        for (var i = 0; i < fromPipeline.Length; i++)
            Assert.Equal(fromPipeline[i], calibration.Probability(scorer.Score(source[i].Text)), 1e-5);
    }

    [Fact]
    public void Cancelling_in_the_middle_ends_training_and_leaves_nothing_behind()
    {
        using var source = new CancellationTokenSource();
        var progress = new CancelAfterTheFirstFold(source);
        Assert.ThrowsAny<OperationCanceledException>(() => new FrustrationTrainer(Options, Clock()).Train(SomeCorpus.Rows(), progress, source.Token));
        Assert.Equal(2, progress.Steps);
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

    private sealed class CancelAfterTheFirstFold(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public int Steps { get; private set; }

        public void Report(TrainingProgress value)
        {
            Steps++;
            if (value.Phase.StartsWith("fold 1", StringComparison.Ordinal)) source.Cancel();
        }
    }
}
