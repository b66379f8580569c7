using Escalation.Inference.Features;
using Escalation.Trainer.Search;

namespace Escalation.Trainer.Learning;

/// <summary>Which learner finds the weights of a head.</summary>
internal enum Learner
{
    /// <summary>Our logistic regression by dual coordinate descent.</summary>
    Dual,

    /// <summary>Our support vector machine, likewise.</summary>
    Margin,

    /// <summary>Our averaged embeddings.</summary>
    Embedding,

    /// <summary>ML.NET's L-BFGS logistic regression.</summary>
    Lbfgs,

    /// <summary>ML.NET's averaged perceptron.</summary>
    Perceptron,

    /// <summary>ML.NET's stochastic dual coordinate ascent.</summary>
    Sdca,
}

/// <summary>How one member of an ensemble is trained.</summary>
/// <param name="Weighting">Its plane.</param>
/// <param name="Learner">Its learner.</param>
/// <param name="Cost">Of an error, against long weights: 1 / L2.</param>
/// <param name="Characters">How much characters count; words count 1.</param>
/// <param name="Marks">How much marks count.</param>
internal sealed record MemberRecipe(Weighting Weighting, Learner Learner, double Cost, double Characters, double Marks)
{
    /// <summary>The parameter that tells trials into kinds.</summary>
    public const string WeightingParameter = "weighting";

    private const string LearnerParameter = "learner", CostParameter = "cost", CharactersParameter = "characters", MarksParameter = "marks";

    /// <summary>All that may be tried.</summary>
    public static readonly SearchSpace Space = new(
    [
        new ChoiceParameter(WeightingParameter, Enum.GetNames<Weighting>()),
        // Ours more often than ML.NET's, which take ten times as long for heads as good.
        new ChoiceParameter(LearnerParameter, [nameof(Learner.Dual), nameof(Learner.Dual), nameof(Learner.Dual), nameof(Learner.Margin), nameof(Learner.Margin), nameof(Learner.Embedding), nameof(Learner.Lbfgs), nameof(Learner.Perceptron), nameof(Learner.Sdca)]),
        new NumberParameter(CostParameter, 0.03, 30, IsLogarithmic: true),
        new NumberParameter(CharactersParameter, 0, 1.6),
        new NumberParameter(MarksParameter, 0, 0.8),
    ], WeightingParameter);

    /// <summary>What did well for yes or no on every kind of text measured; the first <see cref="UntunedCount"/> are the model without a search.</summary>
    public static readonly IReadOnlyList<ParameterSet> First =
    [
        Set(Weighting.SoftNaiveBayes, Learner.Dual, 1.5, 1.2, 0.3), Set(Weighting.Idf, Learner.Dual, 1, 1, 0.5),
        Set(Weighting.NaiveBayes, Learner.Dual, 3, 1, 0.3), Set(Weighting.SoftNaiveBayes, Learner.Dual, 0.4, 1, 0.3),
        Set(Weighting.SoftNaiveBayes, Learner.Dual, 0.8, 1, 0.4), Set(Weighting.Idf, Learner.Dual, 3, 1, 0.3),
        Set(Weighting.NaiveBayes, Learner.Dual, 2, 1.5, 0.4), Set(Weighting.Ratio, Learner.Dual, 2, 1, 0.3),
        Set(Weighting.Idf, Learner.Margin, 0.05, 1, 0.5), Set(Weighting.Flat, Learner.Dual, 2, 1, 0.4),
        Set(Weighting.NaiveBayes, Learner.Perceptron, 1, 1, 0.3), Set(Weighting.Idf, Learner.Lbfgs, 3, 1, 0.3),
        Set(Weighting.NaiveBayes, Learner.Embedding, 1, 1, 0.3),
    ];

    /// <summary>The same for several classes, where a margin is better than a likelihood: accuracy .957 instead of .949 on the questions to a bank.</summary>
    public static readonly IReadOnlyList<ParameterSet> FirstOfClasses =
    [
        Set(Weighting.SoftNaiveBayes, Learner.Margin, 1, 1, 0.3), Set(Weighting.Ratio, Learner.Margin, 0.3, 1, 0.1),
        Set(Weighting.NaiveBayes, Learner.Dual, 3, 1, 0.3), Set(Weighting.NaiveBayes, Learner.Margin, 0.3, 1, 0.3),
        Set(Weighting.SoftNaiveBayes, Learner.Margin, 0.3, 1.4, 0.1), Set(Weighting.Idf, Learner.Margin, 1, 1, 0.3),
    ];

    /// <summary>Members of a model without a search; a second one changed no figure of airline and doubled the time.</summary>
    public const int UntunedCount = 1;

    /// <summary>The recipe of a point of <see cref="Space"/>.</summary>
    public static MemberRecipe From(ParameterSet parameters) => new(
        Enum.Parse<Weighting>(parameters[WeightingParameter]), Enum.Parse<Learner>(parameters[LearnerParameter]),
        parameters.Number(CostParameter), parameters.Number(CharactersParameter), parameters.Number(MarksParameter));

    /// <summary>The block scales that the learners take.</summary>
    public BlockScales Scales => new(1, (float)Characters, (float)Marks);

    /// <summary>What our learners by coordinate descent are told.</summary>
    public DualOptions Dual(int seed) => new(Cost, Scales, Seed: seed);

    /// <summary>One line for cards.</summary>
    public override string ToString() => Set(Weighting, Learner, Cost, Characters, Marks).ToString();

    private static ParameterSet Set(Weighting weighting, Learner learner, double cost, double characters, double marks) =>
        new(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [WeightingParameter] = weighting.ToString(),
            [LearnerParameter] = learner.ToString(),
            [CostParameter] = Text(cost),
            [CharactersParameter] = Text(characters),
            [MarksParameter] = Text(marks),
        });

    private static string Text(double value) => value.ToString("G3", System.Globalization.CultureInfo.InvariantCulture);
}
