using Escalation.Trainer.Data;

namespace Escalation.Benchmarks.Models;

/// <summary>One data set of the quality table, cut into five folds.</summary>
/// <param name="Name">The set.</param>
/// <param name="Texts">One a row, as scored live.</param>
/// <param name="Labels">One a row.</param>
/// <param name="Classes">Names in order; two for yes or no.</param>
/// <param name="Groups">What must not stand in two folds: customer, or near-duplicate.</param>
/// <param name="Fold">The fold of each row.</param>
/// <param name="MayStart">Whether training may start from the bundled model, which has not seen these rows.</param>
internal sealed record QualitySet(string Name, string[] Texts, string[] Labels, string[] Classes, int[] Groups, int[] Fold, bool MayStart)
{
    /// <summary>Folds of every set.</summary>
    public const int FoldCount = 5;

    private const int Seed = 7;

    /// <summary>Whether it is a question of yes or no.</summary>
    public bool IsBinary => Classes.Length == 2;

    /// <summary>The class of each row.</summary>
    public int[] ClassOf => Array.ConvertAll(Labels, l => Array.IndexOf(Classes, l));

    /// <summary>Reads a set: exact duplicates are removed before anything is split.</summary>
    /// <param name="folder">With NAME.train.csv.</param>
    /// <param name="name">airline, goemotions, banking77 or cfpb.</param>
    public static QualitySet Read(string folder, string name)
    {
        var label = name is "banking77" or "cfpb" ? "team" : "frustrated";
        var rows = BundledData.Csv(Path.Combine(folder, name + ".train.csv")).Where(r => r["text"].Length > 0 && r[label].Length > 0)
            .DistinctBy(r => r["text"], StringComparer.Ordinal).ToArray();
        var texts = rows.Select(r => new LabelledText(r["text"], false, r.GetValueOrDefault("customer_id"), null, "")).ToArray();
        var groups = Clusters.Of(texts, CancellationToken.None).OfAll;
        var fold = new int[rows.Length];
        foreach (var (k, members) in Folds.By([.. Enumerable.Range(0, rows.Length)], groups, FoldCount, Seed).Index())
            foreach (var row in members) fold[row] = k;
        string[] labels = [.. rows.Select(r => r[label])];
        return new QualitySet(name, [.. texts.Select(t => t.Text)], labels, [.. labels.Distinct().Order(StringComparer.Ordinal)], groups, fold, name == "airline");
    }
}
