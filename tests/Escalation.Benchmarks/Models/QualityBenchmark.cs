using System.Diagnostics;
using System.Globalization;
using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Data;
using Escalation.Trainer.Learning;
using Escalation.Trainer.Search;

namespace Escalation.Benchmarks.Models;

/// <summary>Our training beside tuned scikit-learn and tuned fastText, five folds, every row predicted by models that never saw it or its group.</summary>
/// <remarks>Our figures are those of the served scorer, rounded as its file is. Within the training rows of each fold everything is chosen anew: members, ensemble, calibration.</remarks>
internal static class QualityBenchmark
{
    private const int Seed = 7, InnerFolds = 5, Resamples = 1000;

    /// <summary>Prints a table a set.</summary>
    /// <param name="dataFolder">The data sets.</param>
    /// <param name="sets">Which, by name.</param>
    /// <param name="trials">Trials of each search: a number, not a time, so that the figures can be had again.</param>
    /// <param name="bits">Of the features.</param>
    /// <param name="cache">Where answers of the peers are kept; null = computed anew.</param>
    /// <returns>0; 3 where a peer is missing.</returns>
    public static int Run(string dataFolder, IReadOnlyList<string> sets, int trials, int bits, string? cache)
    {
        foreach (var name in sets)
        {
            var set = QualitySet.Read(dataFolder, name);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{name}: {set.Texts.Length} rows, {set.Groups.Distinct().Count()} groups, {set.Classes.Length} classes"));
            var (ours, note) = Ours(set, trials, bits);
            if (new QualityPeers(cache).Run(set) is not { } peers) return 3;
            QualityTable.Print(set, [("escalation", ours, note), .. peers], Resamples, Seed);
        }
        return 0;
    }

    private static (double[][] Probabilities, string Note) Ours(QualitySet set, int trials, int bits)
    {
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var rows = NgramRows.Build(set.Texts, bits, 2);
        var classOf = set.ClassOf;
        float[] ones = [.. Enumerable.Repeat(1f, set.Texts.Length)];
        var task = set.IsBinary ? TrainingTask.Binary(FrustrationModel.Target, [.. classOf.Select(c => c == 1)], ones) : new TrainingTask("team", set.Classes, classOf, ones);
        double[][] probabilities = [.. set.Classes.Select(_ => new double[set.Texts.Length])];
        var search = new SearchOptions(Seed, new ExperimentLimits { MaximumTrials = trials });
        var start = set.MayStart ? Start(set, bits) : null;
        for (var fold = 0; fold < QualitySet.FoldCount; fold++)
        {
            int[] train = [.. Enumerable.Range(0, set.Texts.Length).Where(i => set.Fold[i] != fold)];
            var plan = EnsembleTrainer.Search(rows, Folds.By(train, set.Groups, InnerFolds, Seed), task, start, search, null, CancellationToken.None, CancellationToken.None);
            var content = plan.Train(rows, task, train, search, CancellationToken.None)
                .Fold(task.Target, rows.Schema, ["en"], [.. task.Outputs.Select(o => (o, plan.Calibration))], 0.5, plan.Confidence).Rounded();
            Score(content, set, fold, probabilities);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"fold {fold}: {content.Planes.Count} planes, {plan.Trials.Count} trials: {plan}"));
        }
        var seconds = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        return (probabilities, string.Create(CultureInfo.InvariantCulture, $"#escalation {seconds:0} CPU seconds; {trials} trials a fold, 2^{bits} buckets{(start is null ? "" : $", starting from the bundled {start.Name}")}"));
    }

    private static void Score(ScorerContent content, QualitySet set, int fold, double[][] probabilities)
    {
        var scores = new float[content.Outputs.Count];
        var linear = set.IsBinary ? content.ToScorer() : null;
        var classes = set.IsBinary ? null : new ClassScorer(content);
        var calibration = ClassCalibration.Of(content);
        for (var i = 0; i < set.Texts.Length; i++)
        {
            if (set.Fold[i] != fold) continue;
            if (linear is not null)
            {
                probabilities[1][i] = content.Outputs[0].Calibration.Probability(linear.Score(set.Texts[i]));
                probabilities[0][i] = 1 - probabilities[1][i];
                continue;
            }
            classes!.Score(set.Texts[i], scores);
            double[] row = [.. scores.Select(s => (double)s)];
            calibration.Apply(row);
            for (var k = 0; k < row.Length; k++) probabilities[k][i] = row[k];
        }
    }

    /// <summary>The bundled champion with its scores of a set's rows; null where it has other features.</summary>
    public static BaseModel? Start(QualitySet set, int bits)
    {
        if (ModelRegistry.Open(Path.Combine(Checkout.Root, "models")).Choose(FrustrationModel.Target).Entry is not { } entry) return null;
        var content = entry.Content();
        return content.Schema == FeatureSchema.Current(bits) ? BaseModel.Of(entry.Version, content, set.Texts) : null;
    }
}
