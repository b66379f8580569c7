using System.Globalization;
using Escalation.Inference;
using Escalation.Inference.Evaluation;
using Escalation.Inference.Features;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Data;
using Escalation.Trainer.Learning;
using Escalation.Trainer.Search;

namespace Escalation.Benchmarks.Models;

/// <summary>What a site's own labels are worth: models from some of airline's rows, with the bundled champion to start from and without.</summary>
/// <remarks>Measured on a fifth of the rows, of other customers; each size is drawn five times. The champion has seen none of the rows.</remarks>
internal static class LearningCurve
{
    private const int Draws = 5, InnerFolds = 5, Trials = 4;
    private static readonly int[] Sizes = [100, 300, 1000, 3000];

    /// <summary>Prints a line a size.</summary>
    /// <param name="dataFolder">With airline.train.csv.</param>
    public static int Run(string dataFolder)
    {
        var set = QualitySet.Read(dataFolder, "airline");
        var rows = NgramRows.Build(set.Texts, FeatureSchema.DefaultBits, 2);
        var task = TrainingTask.Binary(FrustrationModel.Target, [.. set.ClassOf.Select(c => c == 1)], [.. Enumerable.Repeat(1f, set.Texts.Length)]);
        var champion = QualityBenchmark.Start(set, FeatureSchema.DefaultBits)!;
        int[] test = [.. Enumerable.Range(0, set.Texts.Length).Where(i => set.Fold[i] == 0)];
        bool[] truth = [.. test.Select(i => task.Classes[i] == 1)];
        double Auc(ScorerContent content)
        {
            var scorer = content.ToScorer();
            return BinaryMetrics.Auc([.. test.Select(i => (double)scorer.Score(set.Texts[i]))], truth);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"champion {champion.Name} alone: AUC {Auc(champion.Content):0.000} on {test.Length} rows"));
        foreach (var size in Sizes)
        {
            double[] scratch = new double[Draws], started = new double[Draws];
            for (var draw = 0; draw < Draws; draw++)
            {
                int[] pool = [.. Enumerable.Range(0, set.Texts.Length).Where(i => set.Fold[i] != 0)];
                new Random(draw).Shuffle(pool);
                int[] train = [.. pool.Take(size).Order()];
                scratch[draw] = Auc(Train(null, train, draw));
                started[draw] = Auc(Train(champion, train, draw));
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{size} labels: from nothing {scratch.Average():0.000} ({scratch.Min():0.000} to {scratch.Max():0.000}), from the champion {started.Average():0.000} ({started.Min():0.000} to {started.Max():0.000}), better in {started.Zip(scratch).Count(p => p.First > p.Second)} of {Draws} draws"));
        }
        return 0;

        ScorerContent Train(BaseModel? start, int[] train, int seed)
        {
            var search = new SearchOptions(seed, new ExperimentLimits { MaximumTrials = Trials });
            var plan = EnsembleTrainer.Search(rows, Folds.By(train, set.Groups, InnerFolds, seed), task, start, search, null, CancellationToken.None, CancellationToken.None);
            return plan.Train(rows, task, train, search, CancellationToken.None).Fold(task.Target, rows.Schema, ["en"], [(task.Target, plan.Calibration)], 0.5).Rounded();
        }
    }
}
