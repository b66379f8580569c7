using System.Diagnostics;
using System.Globalization;
using Escalation.Inference.Evaluation;
using Escalation.Trainer.Data;
using Escalation.Trainer.Labels;

namespace Escalation.Benchmarks.Labels;

/// <summary>How well <c>labels review</c> finds labels that were flipped on purpose, on tweets that people labelled.</summary>
internal static class LabelNoise
{
    private const double Flipped = .05;
    private const int Seeds = 3;

    /// <summary>Prints a line a seed: detection AUC, precision among the first, and what confident learning calls wrong.</summary>
    /// <param name="dataFolder">With airline.train.csv.</param>
    public static int Run(string dataFolder)
    {
        var read = new TrainingCsv(Path.Combine(dataFolder, "airline.train.csv"), new CsvColumns("text", "frustrated", "customer_id", "created_at")).ReadAsync(CancellationToken.None).GetAwaiter().GetResult();
        foreach (var problem in read.Problems) Console.Error.WriteLine(problem);
        if (read.Problems.Count > 0) return 2;
        var rows = Duplicates.Remove(read.Rows);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"airline.train.csv: {rows.Count} labels, {Flipped:0 %} of them flipped by seed; models of 5 folds by customer, trained on the flipped labels"));
        for (var seed = 1; seed <= Seeds; seed++) Print(rows, seed);
        return 0;
    }

    private static void Print(IReadOnlyList<LabelledText> rows, int seed)
    {
        var order = Enumerable.Range(0, rows.Count).ToArray();
        new Random(seed).Shuffle(order);
        var flipped = order.Take((int)(rows.Count * Flipped)).Select(i => rows[i].Id).ToHashSet(StringComparer.Ordinal);
        var noisy = new TrainingRows("noisy", "", [.. rows.Select(r => flipped.Contains(r.Id) ? r with { Positive = !r.Positive } : r)], []);

        var started = Stopwatch.GetTimestamp();
        var review = LabelReview.Of(GivenLabel.Of(noisy), [], null, new LabelReviewOptions { Seed = seed }, CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var suspects = review.Suspects!.Ranked;
        var isFlip = suspects.Select(s => flipped.Contains(s.Label.LabelId)).ToArray();
        double Precision(int first) => isFlip.Take(first).Count(f => f) / (double)first;
        var hit = isFlip.Take(review.Suspects.Confident).Count(f => f);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}: {flipped.Count} flips; AUC {BinaryMetrics.Auc([.. suspects.Select(s => s.Suspicion)], isFlip):0.000}, precision at 100 {Precision(100):0.00}, at {flipped.Count} {Precision(flipped.Count):0.00}; "
            + $"confident learning calls {review.Suspects.Confident} wrong (precision {hit / (double)review.Suspects.Confident:0.00}, recall {hit / (double)flipped.Count:0.00}); {seconds:0.0} s"));
    }
}
