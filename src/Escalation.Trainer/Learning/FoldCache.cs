using Escalation.Inference.Features;

namespace Escalation.Trainer.Learning;

/// <summary>Featurized folds: the n-grams were counted once, each weighting of each fold is computed when first asked for and then kept.</summary>
/// <remarks>Thread-safe. What was not used for longest is given up where more than the ceiling would be held.</remarks>
internal sealed class FoldCache(NgramRows rows, int[][] folds, TrainingTask task, int minimumRows, long mostBytes)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(Weighting, int), (Lazy<WeightedRows> Data, long Used)> kept = [];
    private long clock;

    /// <summary>All rows.</summary>
    public NgramRows Rows => rows;

    /// <summary>The row numbers of each fold.</summary>
    public int[][] Folds => folds;

    /// <summary>All rows of all folds, ascending.</summary>
    public int[] All { get; } = [.. folds.SelectMany(f => f).Order()];

    public TrainingTask Task => task;

    /// <summary>The rows that a fold's models learn from: those of all other folds, or a fixed share of them.</summary>
    public int[] TrainingRows(int fold, double share)
    {
        var rest = folds.Where((_, k) => k != fold).SelectMany(f => f).Order();
        return share >= 1 ? [.. rest] : [.. rest.Where(row => (uint)row * 2654435761u >> 8 < share * (1 << 24))];
    }

    /// <summary>All rows under a weighting learned from the training rows of a fold.</summary>
    public WeightedRows Weighted(Weighting weighting, int fold, double share)
    {
        if (share < 1) return Compute(weighting, fold, share);
        Lazy<WeightedRows> data;
        lock (gate)
        {
            var isKept = kept.TryGetValue((weighting, fold), out var found);
            data = isKept ? found.Data : new Lazy<WeightedRows>(() => Compute(weighting, fold, 1));
            kept[(weighting, fold)] = (data, ++clock);
            while (kept.Count > 1 && kept.Count * 4L * rows.TotalBuckets > mostBytes) kept.Remove(kept.MinBy(k => k.Value.Used).Key);
        }
        return data.Value;
    }

    private WeightedRows Compute(Weighting weighting, int fold, double share) => new(rows,
        FeatureWeighting.Fit(rows, TrainingRows(fold, share), row => task.Classes[row], task.ClassCount, weighting, minimumRows));
}
