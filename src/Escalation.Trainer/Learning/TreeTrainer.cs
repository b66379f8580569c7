using Escalation.Inference.Features;
using Escalation.Inference.MlNet;
using Escalation.Inference.Scoring;
using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

namespace Escalation.Trainer.Learning;

/// <summary>A trained member of boosted trees.</summary>
/// <param name="Table">What is served.</param>
/// <param name="Model">ML.NET's own model of the same trees, for model.zip.</param>
internal sealed record TreeMember(TreeTable Table, ITransformer Model);

/// <summary>Boosted trees by ML.NET's LightGBM and FastTree, over whether selected n-grams occur.</summary>
/// <remarks>One thread and a fixed seed: the same rows give the same bits.</remarks>
internal static class TreeTrainer
{
    private const int FewestRowsOfNgram = 5;

    /// <summary>Trains on the selected rows, whose n-grams are selected by the same rows alone.</summary>
    /// <exception cref="TrainingFailedException">LightGBM's native library is not there.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; asked for where rows are read, so that it ends after a few seconds at most.</exception>
    public static TreeMember Train(NgramRows rows, int[] selected, TrainingTask task, TreeRecipe recipe, int seed, CancellationToken cancellation)
    {
        var buckets = NgramSelection.Rank(rows, selected, task, FewestRowsOfNgram, TreeRecipe.MostNgrams);
        if (buckets.Length == 0) throw new TrainingFailedException($"no n-gram stands in {FewestRowsOfNgram} texts");
        var view = new FeatureView(rows, [], selected, row => task.Positive(0, row), row => task.Weights[row], new NgramSlots(rows.Schema, buckets, recipe.Ngrams), cancellation);
        var (model, trees) = Fit(new MLContext(seed), view, recipe, seed);
        return new TreeMember(new TreeTable(buckets, [.. trees.Trees.Select((tree, i) => Taken(tree, trees.TreeWeights[i])), Constant(trees.Bias)]), model);
    }

    private static (ITransformer Model, RegressionTreeEnsemble Trees) Fit(MLContext context, FeatureView view, TreeRecipe recipe, int seed)
    {
        var trainers = context.BinaryClassification.Trainers;
        if (recipe.Learner == TreeLearner.LightGbm)
        {
            var trained = WithNativeLibrary(() => trainers.LightGbm(new LightGbmBinaryTrainer.Options
            {
                FeatureColumnName = FeatureView.PresenceColumn,
                ExampleWeightColumnName = FeatureView.WeightColumn,
                NumberOfLeaves = recipe.Leaves,
                NumberOfIterations = recipe.Trees,
                LearningRate = recipe.Rate,
                MinimumExampleCountPerLeaf = recipe.MinimumRows,
                UseCategoricalSplit = false,
                HandleMissingValue = false,
                NumberOfThreads = 1,
                Seed = seed,
                Silent = true,
            }).Fit(view));
            return (trained, trained.Model.SubModel.TrainedTreeEnsemble);
        }
        var fast = trainers.FastTree(new FastTreeBinaryTrainer.Options
        {
            FeatureColumnName = FeatureView.PresenceColumn,
            ExampleWeightColumnName = FeatureView.WeightColumn,
            NumberOfLeaves = recipe.Leaves,
            NumberOfTrees = recipe.Trees,
            LearningRate = recipe.Rate,
            MinimumExampleCountPerLeaf = recipe.MinimumRows,
            NumberOfThreads = 1,
            Seed = seed,
            FeatureSelectionSeed = seed,
        }).Fit(view);
        return (fast, fast.Model.SubModel.TrainedTreeEnsemble);
    }

    private static T WithNativeLibrary<T>(Func<T> fit)
    {
        try
        {
            return fit();
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new TrainingFailedException(
                $"not run: LightGBM's native library cannot be loaded on this machine ({(e.InnerException ?? e).Message.Split('\n')[0].Trim()}); FastTree takes its place. On Linux it needs libgomp1", e);
        }
    }

    /// <summary>A tree of ML.NET's as one of ours: presence is 1 or 0, so that every threshold asks whether the n-gram occurs.</summary>
    private static DecisionTree Taken(RegressionTree tree, double weight)
    {
        var (ngrams, absent, leaves) = (new List<ushort>(), new List<byte>(), new List<float>());
        Visit(tree.NumberOfNodes > 0 ? 0 : ~0);
        return new DecisionTree([.. ngrams], [.. absent], [.. leaves]);

        void Visit(int node)
        {
            if (node < 0)
            {
                leaves.Add((float)(weight * tree.LeafValues[~node]));
                return;
            }
            if (tree.NumericalSplitThresholds[node] is not (>= 0 and < 1)) throw new InvalidOperationException("this version of ML.NET asks for more than the presence of an n-gram");
            var question = ngrams.Count;
            ngrams.Add((ushort)tree.NumericalSplitFeatureIndexes[node]);
            absent.Add(0);
            Visit(tree.LeftChild[node]);
            absent[question] = (byte)(ngrams.Count - question - 1);
            Visit(tree.RightChild[node]);
        }
    }

    private static DecisionTree Constant(double value) => new([], [], [(float)value]);
}
