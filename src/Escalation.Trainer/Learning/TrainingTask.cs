namespace Escalation.Trainer.Learning;

/// <summary>What is to be learned about each row.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Outputs">The target itself where it is yes or no; else the classes, in order of their names.</param>
/// <param name="Classes">The class of each row: 0 or 1 for no and yes, else the place among <paramref name="Outputs"/>.</param>
/// <param name="Weights">How many rows each row stands for.</param>
internal sealed record TrainingTask(string Target, IReadOnlyList<string> Outputs, int[] Classes, float[] Weights)
{
    /// <summary>Whether it is a question of yes or no.</summary>
    public bool IsBinary => Outputs.Count == 1;

    /// <summary>Classes there are.</summary>
    public int ClassCount => IsBinary ? 2 : Outputs.Count;

    /// <summary>Whether a row speaks for an output.</summary>
    public bool Positive(int output, int row) => IsBinary ? Classes[row] == 1 : Classes[row] == output;

    /// <summary>A question of yes or no.</summary>
    public static TrainingTask Binary(string target, IReadOnlyList<bool> labels, float[] weights) =>
        new(target, [target], [.. labels.Select(l => l ? 1 : 0)], weights);

    /// <summary>Trains a member on the selected rows.</summary>
    public Member Train(WeightedRows data, int[] selected, MemberRecipe recipe, int seed, CancellationToken cancellation) => new(data.Plane, recipe.Learner == Learner.Embedding
        ? EmbeddingHeads.Train(data, selected, this, recipe.Dual(seed), cancellation)
        :
    [
        .. Outputs.Select((_, k) => recipe.Learner switch
        {
            Learner.Dual => DualLogistic.Train(data, selected, row => Positive(k, row), row => Weights[row], recipe.Dual(seed), cancellation),
            Learner.Margin => DualMargin.Train(data, selected, row => Positive(k, row), row => Weights[row], recipe.Dual(seed), cancellation),
            _ => MlNetHead.Train(data, selected, row => Positive(k, row), row => Weights[row], recipe, seed, cancellation),
        }),
    ]);
}
