using Escalation.Core.Metrics;
using Escalation.Inference.Evaluation;

namespace Escalation.Trainer.Publishing;

/// <summary>Figures of two models on the same rows, each with a 95 % interval, and their paired differences: both on the same resamples of customers.</summary>
internal static class PairedFigures
{
    public const string EceExcess = "eceExcess";

    private const int Seed = 1;

    /// <summary>Candidate, champion (null without) and difference (null without a champion) on some rows.</summary>
    public static (Figures Candidate, Figures? Champion, Figures? Difference) Of(PairedRows rows, int[] selected)
    {
        var clusters = Bootstrap.Clusters(Array.ConvertAll(selected, i => rows.Rows[i].CustomerId));
        var mine = rows.Candidate(selected);
        var candidate = Alone(mine);
        if (rows.Champion is null) return (candidate, null, null);
        var its = rows.Champion(selected);
        return (candidate, Alone(its), Each(id => Bootstrap.Run(clusters, drawn => mine.Of(id, drawn) - its.Of(id, drawn), Seed)));

        Figures Alone(IMeasured measured)
        {
            var figures = Each(id => Bootstrap.Run(clusters, drawn => measured.Of(id, drawn), Seed));
            figures[EceExcess] = Value(measured.ExcessOverFloor(Seed), selected.Length);
            return figures;
        }

        Figures Each(Func<string, Interval> figure)
        {
            var figures = new Figures();
            foreach (var id in rows.Figures) figures[id] = Value(figure(id), selected.Length);
            return figures;
        }
    }

    private static MetricValue Value(Interval figure, int n) => double.IsFinite(figure.Value)
        ? new MetricValue(figure.Value, n, Known(figure.Low), Known(figure.High), MetricValue.Share, MetricStatus.Ok)
        : MetricValue.NoData(MetricValue.Share);

    private static double? Known(double value) => double.IsFinite(value) ? value : null;
}

/// <summary>Figures by id.</summary>
internal sealed class Figures() : Dictionary<string, MetricValue>(StringComparer.Ordinal);
