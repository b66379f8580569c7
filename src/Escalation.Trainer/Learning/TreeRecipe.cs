using System.Globalization;
using Escalation.Trainer.Search;

namespace Escalation.Trainer.Learning;

/// <summary>Which of ML.NET's trainers grows the trees.</summary>
internal enum TreeLearner
{
    /// <summary>LightGBM, where its native library is there.</summary>
    LightGbm,

    /// <summary>FastTree, which takes ten times as long for trees as good.</summary>
    FastTree,
}

/// <summary>How a member of boosted trees over selected n-grams is trained.</summary>
/// <param name="Learner">Its trainer.</param>
/// <param name="Leaves">Most leaves a tree.</param>
/// <param name="Trees">How many.</param>
/// <param name="Rate">How much of its predecessors' error each tree takes over.</param>
/// <param name="MinimumRows">Fewest training rows of a leaf.</param>
/// <param name="Ngrams">How many of the n-grams that tell most it may ask for.</param>
internal sealed record TreeRecipe(TreeLearner Learner, int Leaves, int Trees, double Rate, int MinimumRows, int Ngrams)
{
    /// <summary>The longest list of n-grams of any member.</summary>
    public const int MostNgrams = 4000;

    /// <summary>Members of trees that one ensemble may hold.</summary>
    public const int MostMembers = 4;

    private const string LearnerParameter = "learner", LeavesParameter = "leaves", TreesParameter = "trees", RateParameter = "rate", MinimumParameter = "minimum", NgramsParameter = "ngrams";
    private const int MostTrees = 240, MostOfFastTree = 80, MostNgramsOfFastTree = 600;
    private const double PriceOfLightGbm = 8, PriceOfFastTree = 16;     // in trials of our linear learners

    /// <summary>What LightGBM may be told.</summary>
    public static readonly SearchSpace LightGbm = SpaceOf(TreeLearner.LightGbm, MostTrees, MostNgrams, PriceOfLightGbm);

    /// <summary>What FastTree may be told: less, so that it takes no longer.</summary>
    public static readonly SearchSpace FastTree = SpaceOf(TreeLearner.FastTree, MostOfFastTree, MostNgramsOfFastTree, PriceOfFastTree);

    /// <summary>Linear trials that come before the first of trees: those that differ most.</summary>
    public const int Place = 3;

    /// <summary>What did best beside linear members.</summary>
    /// <remarks>
    /// On five outer folds of tweets to airlines AUC rose from .9281 to .9285 and average precision from .9561 to .9565, of comments from .8395 to .8415 and from
    /// .4861 to .4917: <c>quality</c> in tests/Escalation.Benchmarks.
    /// </remarks>
    public static readonly IReadOnlyList<ParameterSet> First = [new TreeRecipe(TreeLearner.LightGbm, 32, 100, 0.16, 5, MostNgrams).ToParameters()];

    /// <summary>Whether a point of a space is one of trees.</summary>
    public static bool Is(ParameterSet parameters) => LightGbm.Holds(parameters) || FastTree.Holds(parameters);

    /// <summary>The recipe of a point of <see cref="LightGbm"/> or <see cref="FastTree"/>.</summary>
    public static TreeRecipe From(ParameterSet parameters) => new(
        Enum.Parse<TreeLearner>(parameters[LearnerParameter]), (int)parameters.Number(LeavesParameter), (int)parameters.Number(TreesParameter),
        parameters.Number(RateParameter), (int)parameters.Number(MinimumParameter), (int)parameters.Number(NgramsParameter));

    /// <summary>The point of a space.</summary>
    public ParameterSet ToParameters() => new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [LearnerParameter] = Learner.ToString(),
        [LeavesParameter] = Leaves.ToString(CultureInfo.InvariantCulture),
        [TreesParameter] = Trees.ToString(CultureInfo.InvariantCulture),
        [RateParameter] = Rate.ToString("G3", CultureInfo.InvariantCulture),
        [MinimumParameter] = MinimumRows.ToString(CultureInfo.InvariantCulture),
        [NgramsParameter] = Ngrams.ToString(CultureInfo.InvariantCulture),
    });

    /// <summary>One line for cards.</summary>
    public override string ToString() => ToParameters().ToString();

    private static SearchSpace SpaceOf(TreeLearner learner, int mostTrees, int mostNgrams, double price) => new(
    [
        new ChoiceParameter(LearnerParameter, [learner.ToString()]),
        new NumberParameter(LeavesParameter, 4, 48, IsLogarithmic: true, IsWhole: true),
        new NumberParameter(TreesParameter, mostTrees / 6, mostTrees, IsLogarithmic: true, IsWhole: true),
        new NumberParameter(RateParameter, 0.04, 0.4, IsLogarithmic: true),
        new NumberParameter(MinimumParameter, 3, 40, IsLogarithmic: true, IsWhole: true),
        new NumberParameter(NgramsParameter, mostNgrams / 6, mostNgrams, IsLogarithmic: true, IsWhole: true),
    ], LearnerParameter, price);
}
