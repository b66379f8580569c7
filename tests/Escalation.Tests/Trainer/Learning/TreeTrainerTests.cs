using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.MlNet;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Learning;
using Escalation.Trainer.Publishing;
using Escalation.Trainer.Search;
using Microsoft.Extensions.Time.Testing;
using Microsoft.ML.Data;

namespace Escalation.Tests.Trainer.Learning;

public sealed class TreeTrainerTests : IDisposable
{
    private const double RawParity = 1e-5;

    private static readonly string[] Texts = [.. SomeCorpus.Rows().Rows.Select(r => r.Text)];
    private static readonly NgramRows Rows = NgramRows.Build(Texts, 14);
    private static readonly TrainingTask Task = TrainingTask.Binary(FrustrationModel.Target, [.. SomeCorpus.Rows().Rows.Select(r => r.Positive)], [.. Texts.Select(_ => 1f)]);
    private static readonly int[] All = [.. Enumerable.Range(0, Texts.Length)];
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-trees");

    public static TheoryData<string> Learners => new(Enum.GetNames<TreeLearner>());

    public void Dispose() => folder.Delete(recursive: true);

    [Theory, MemberData(nameof(Learners))]
    public void Our_table_scores_as_the_trees_of_MLNet_do(string learner)
    {
        var member = Train(Recipe(learner), All);
        var view = new FeatureView(Rows, [], All, _ => false, _ => 1, new NgramSlots(Rows.Schema, member.Table.Buckets, Recipe(learner).Ngrams));
        var theirs = member.Model.Transform(view).GetColumn<float>("Score").ToArray();
        var ours = new TreeScorer(Rows.Schema, member.Table);
        for (var row = 0; row < theirs.Length; row++) Assert.Equal(theirs[row], ours.Score(Rows.Buckets(row)), RawParity);
        Assert.True(theirs.Distinct().Count() > 100);
    }

    [Theory, MemberData(nameof(Learners))]
    public void The_same_rows_give_the_same_trees(string learner) =>
        Assert.Equal(TreeNumbers.Pack(Train(Recipe(learner), All).Table), TreeNumbers.Pack(Train(Recipe(learner), All).Table));

    [Theory, MemberData(nameof(Learners))]
    public void Neither_selection_nor_trees_look_at_a_row_that_is_held_out(string learner)
    {
        int[][] folds = [[.. All.Where(i => i % 3 == 0)], [.. All.Where(i => i % 3 == 1)], [.. All.Where(i => i % 3 == 2)]];
        var lies = Task with { Classes = [.. Task.Classes.Select((c, i) => i % 3 == 0 ? 1 - c : c)] };
        var settings = new TrialSettings(0, Recipe(learner).ToParameters());
        double[] Scores(TrainingTask task)
        {
            var runner = new OutOfFoldRunner(new FoldCache(Rows, folds, task, 2, 1 << 28), 1, null);
            Assert.Null(runner.Run(settings, TestEnd).Failure);
            return runner.Find(settings.Parameters)![0];
        }
        double[] honest = Scores(Task), other = Scores(lies);
        Assert.Equal(folds[0].Select(row => honest[row]), folds[0].Select(row => other[row]));
        Assert.NotEqual(folds[1].Select(row => honest[row]), folds[1].Select(row => other[row]));
    }

    [Fact]
    public void What_tells_most_comes_first_and_shorter_lists_begin_longer_ones()
    {
        string[] texts = [.. Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? $"zebra {(char)('a' + (i % 7))}" : $"other {(char)('a' + (i % 5))}")];
        var rows = NgramRows.Build(texts, 14, cancellation: TestEnd);
        var task = TrainingTask.Binary("t", [.. texts.Select(t => t.StartsWith("zebra", StringComparison.Ordinal))], new float[texts.Length]);
        int[] all = [.. Enumerable.Range(0, texts.Length)];
        var ranked = NgramSelection.Rank(rows, all, task, 5, 400);
        Assert.Equal(ranked.Take(7), NgramSelection.Rank(rows, all, task, 5, 7));
        Assert.Equal(30, all.Count(row => rows.Buckets(row).Contains(ranked[0])));
    }

    [Fact]
    public void An_ensemble_with_trees_is_published_loaded_by_a_fresh_context_and_agrees()
    {
        var (model, content) = Published([Recipe(nameof(TreeLearner.LightGbm)), Recipe(nameof(TreeLearner.FastTree)) with { Ngrams = 150 }]);
        var written = ModelPublisher.Write(model, folder.FullName, TestEnd);
        var read = ScorerFile.Read(File.ReadAllBytes(Path.Combine(written, ModelRegistry.ScorerName)), "scorer.bin").Content;
        Assert.Equal(content.Trees!.Trees.Count, read.Trees!.Trees.Count);
        Assert.InRange(MlNetModel.Load(Path.Combine(written, ModelRegistry.ZipName)).LargestDifference(Texts, read), 0, RawParity);
        Assert.True(MlNetModel.Load(Path.Combine(written, ModelRegistry.ZipName)).LargestDifference(Texts, read with { Trees = TreeTable.Join([(read.Trees, 0.5)]) }) > 1e-3);
        var served = FrustrationModel.Load(Path.Combine(written, ModelRegistry.ScorerName));
        var before = new FrustrationModel(content.Rounded(), default);
        Assert.All(Texts, text => Assert.Equal(before.Score(text), served.Score(text)));
        Assert.InRange(model.Card.ScorerDeviation, 1e-7, 0.01);
        ModelSelfTest.Run(ModelRegistry.Open(folder.FullName).Choose(FrustrationModel.Target).Entry!);
    }

    [Fact]
    public void A_model_that_starts_from_one_with_trees_takes_its_planes_alone()
    {
        var (_, content) = Published([Recipe(nameof(TreeLearner.LightGbm))]);
        var start = BaseModel.Of("older", content, Texts);
        var plane = (content with { Trees = null }).ToScorer();
        Assert.Single(start.PlaneScores);
        Assert.Equal(Texts.Select(t => (double)plane.Score(t)), start.PlaneScores[0]);
        Assert.NotEqual(start.PlaneScores[0][0], content.ToScorer().Score(Texts[0]));
    }

    [Fact]
    public void Trees_join_an_ensemble_only_beside_a_plane_and_take_none_of_its_places()
    {
        double[] good = [.. Task.Classes.Select((c, i) => c + (0.5 * Math.Sin(i)))], better = [.. Task.Classes.Select((c, i) => c + (0.1 * Math.Cos(3 * i)))];
        LibraryMember[] library =
        [
            new("trees", "trees", [better], IsTrees: true), .. Enumerable.Range(0, 3).Select(p => new LibraryMember($"linear {p}", $"plane {p}", [[.. good.Select((s, i) => s + (0.4 * Math.Cos(p + (7 * i))))]])),
        ];
        var weights = GreedySelection.Choose(Task, All, library, 1, TestEnd);
        Assert.True(weights[0] > 0);
        Assert.Single(weights.Skip(1), w => w > 0);
    }

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    private static TreeRecipe Recipe(string learner) => new(Enum.Parse<TreeLearner>(learner), 8, 30, 0.2, 5, 300);

    private static TreeMember Train(TreeRecipe recipe, int[] selected) => TreeTrainer.Train(Rows, selected, Task, recipe, 1, TestEnd);

    private static (Escalation.Trainer.TrainedModel Model, ScorerContent Content) Published(IReadOnlyList<TreeRecipe> trees)
    {
        var plan = new EnsemblePlan([], [(new MemberRecipe(Weighting.Idf, Learner.Dual, 3, 1, 0.3), 0.5)], [.. trees.Select((t, i) => (t, 0.3 + i))], [], null, [], [], new Calibration(1.5, -0.25));
        var ensemble = plan.Train(Rows, Task, All, new SearchOptions(1, new ExperimentLimits()), TestEnd);
        var content = ensemble.Fold(FrustrationModel.Target, Rows.Schema, ["en"], [(FrustrationModel.Target, plan.Calibration)], 0.5);
        var draft = new CardDraft([], "none", plan.ToString(), [], [], []);
        return (CardWriter.Model(content, Texts, draft, 1, new FakeTimeProvider(Some.Noon.ToDateTimeOffset()), null, ensemble.Trees), content);
    }
}
