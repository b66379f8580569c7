namespace Escalation.Inference.Scoring;

/// <summary>Decision trees over whether n-grams of words, and marks, occur in a text; their scores add up.</summary>
/// <remarks>Runs of characters are left to linear models: they are three in four occurrences, and so most of what asking would cost, and gained nothing beside words.</remarks>
/// <param name="Buckets">The n-grams that may be asked for, those that tell most first; each once, at most <see cref="MostNgrams"/>.</param>
/// <param name="Trees">At most <see cref="MostTrees"/>.</param>
public sealed record TreeTable(IReadOnlyList<int> Buckets, IReadOnlyList<DecisionTree> Trees)
{
    /// <summary>N-grams and trees that one scorer may hold.</summary>
    public const int MostNgrams = 4096, MostTrees = 1024;

    /// <summary>Tables over the same n-grams as one, each times its coefficient.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="ArgumentException">They ask for different n-grams, or are too many trees.</exception>
    public static TreeTable? Join(IReadOnlyList<(TreeTable Table, double Coefficient)> tables)
    {
        if (tables.Count == 0) return null;
        var buckets = tables[0].Table.Buckets;
        if (tables.Any(t => !t.Table.Buckets.SequenceEqual(buckets))) throw new ArgumentException("tables of different n-grams", nameof(tables));
        DecisionTree[] trees = [.. tables.SelectMany(t => t.Table.Trees.Select(tree => tree.Times(t.Coefficient)))];
        return trees.Length <= MostTrees ? new TreeTable(buckets, trees) : throw new ArgumentException($"{trees.Length} trees are more than {MostTrees}", nameof(tables));
    }
}
