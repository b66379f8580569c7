using Escalation.Core.Metrics;
using Escalation.Inference.Evaluation;

namespace Escalation.Trainer.Publishing;

/// <summary>Figures of two models on the same rows, each with a 95 % interval, and their paired differences: both on the same resamples of customers.</summary>
internal static class PairedFigures
{
    public const string Auc = "auc", AveragePrecision = "averagePrecision", F1 = "f1", LogLoss = "logLoss", Ece = "ece", EceExcess = "eceExcess";

    private const int Seed = 1;
    private const int FloorDraws = 200;

    /// <summary>The ids, in order.</summary>
    public static IReadOnlyList<string> All { get; } = [Auc, AveragePrecision, F1, LogLoss, Ece, EceExcess];

    /// <summary>Candidate, champion (null without) and difference (null without a champion) on some rows.</summary>
    public static (Figures Candidate, Figures? Champion, Figures? Difference) Of(PairedRows rows, int[] selected)
    {
        var truth = Array.ConvertAll(selected, i => rows.Rows[i].Positive);
        var weights = Array.ConvertAll(selected, i => (double)rows.Rows[i].Weight);
        var clusters = Bootstrap.Clusters(Array.ConvertAll(selected, i => rows.Rows[i].CustomerId));
        var mine = new Measured(Array.ConvertAll(selected, i => rows.Candidate[i]), truth, weights, rows.Thresholds.Candidate);
        var candidate = Each(id => Bootstrap.Run(clusters, drawn => mine.Of(id, drawn), Seed));
        candidate[EceExcess] = Value(mine.ExcessOverFloor(Seed), selected.Length);
        if (rows.Champion is null) return (candidate, null, null);
        var its = new Measured(Array.ConvertAll(selected, i => rows.Champion[i]), truth, weights, rows.Thresholds.Champion);
        var champion = Each(id => Bootstrap.Run(clusters, drawn => its.Of(id, drawn), Seed));
        champion[EceExcess] = Value(its.ExcessOverFloor(Seed), selected.Length);
        return (candidate, champion, Each(id => Bootstrap.Run(clusters, drawn => mine.Of(id, drawn) - its.Of(id, drawn), Seed)));

        Figures Each(Func<string, Interval> figure)
        {
            var figures = new Figures();
            foreach (var id in All.Where(id => id != EceExcess)) figures[id] = Value(figure(id), selected.Length);
            return figures;
        }
    }

    private static MetricValue Value(Interval figure, int n) => double.IsFinite(figure.Value)
        ? new MetricValue(figure.Value, n, Known(figure.Low), Known(figure.High), MetricValue.Share, MetricStatus.Ok)
        : MetricValue.NoData(MetricValue.Share);

    private static double? Known(double value) => double.IsFinite(value) ? value : null;

    /// <summary>One model on one set of rows; a drawn row counts as often as it was drawn, times what it stands for.</summary>
    private sealed class Measured(double[] probabilities, bool[] truth, double[] weights, double threshold)
    {
        private readonly RankedScores ranked = new(probabilities, truth);
        private readonly double[] product = new double[truth.Length];

        public double Of(string id, double[] drawn)
        {
            for (var i = 0; i < product.Length; i++) product[i] = drawn[i] * weights[i];
            return id switch
            {
                Auc => ranked.Auc(product),
                AveragePrecision => ranked.AveragePrecision(product),
                F1 => WeightedFigures.F1(probabilities, truth, threshold, product),
                LogLoss => WeightedFigures.LogLoss(probabilities, truth, product),
                _ => WeightedFigures.ExpectedCalibrationError(probabilities, truth, product),
            };
        }

        /// <summary>Calibration error beyond what a perfect model of these probabilities would show on so many rows by chance.</summary>
        public Interval ExcessOverFloor(int seed)
        {
            var found = WeightedFigures.ExpectedCalibrationError(probabilities, truth, weights);
            if (!double.IsFinite(found)) return new Interval(double.NaN, double.NaN, double.NaN);
            var random = new Random(seed);
            var drawn = new bool[truth.Length];
            var floors = new double[FloorDraws];
            for (var d = 0; d < FloorDraws; d++)
            {
                for (var i = 0; i < drawn.Length; i++) drawn[i] = random.NextDouble() < probabilities[i];
                floors[d] = WeightedFigures.ExpectedCalibrationError(probabilities, drawn, weights);
            }
            Array.Sort(floors);
            return new Interval(found - floors.Average(), found - floors[(int)(FloorDraws * .975)], found - floors[(int)(FloorDraws * .025)]);
        }
    }
}

/// <summary>Figures by id.</summary>
internal sealed class Figures() : Dictionary<string, MetricValue>(StringComparer.Ordinal);
