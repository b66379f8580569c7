using System.Globalization;

namespace Escalation.Inference.Registry;

/// <summary>What somebody must know before believing a model: what its training was warned of, and what its own figures say against it.</summary>
public static class CardWarnings
{
    private const string Baseline = "baseline: ", OneForAll = Baseline + "the same probability for all", StartedFrom = "the model it started from";

    /// <summary>A sentence each; empty = nothing is known against it.</summary>
    public static IReadOnlyList<string> Of(ModelCard card) => [.. card.Warnings, .. Probabilities(card)];

    /// <summary>The measure that speaks for the model: of the model itself where rows were held from it, else the first there is; null without any.</summary>
    public static CardMetrics? Headline(ModelCard card) => card.Metrics.FirstOrDefault(m => m.Model.StartsWith("this model", StringComparison.Ordinal)) ?? (card.Metrics is [var first, ..] ? first : null);

    /// <summary>Whether any baseline is measured beside the model.</summary>
    public static bool HasBaselines(ModelCard card) =>
        card.Metrics.Select(m => m.Model).Concat(card.ClassMetrics.Select(m => m.Model)).Any(m => m.StartsWith(Baseline, StringComparison.Ordinal));

    private static IEnumerable<string> Probabilities(ModelCard card)
    {
        var poor = card.Metrics.Where(m => !m.Model.StartsWith(Baseline, StringComparison.Ordinal) && !m.Model.StartsWith(StartedFrom, StringComparison.Ordinal))
            .Select(m => (Measured: m, Constant: Constant(card, m))).Where(m => m.Measured.Evaluation.LogLoss.Value > m.Constant).ToList();
        if (poor.Count == 0) return [];
        var sets = string.Join("; ", poor.Select(m => string.Create(CultureInfo.InvariantCulture,
            $"{Short(m.Measured.MeasuredOn)} ({m.Measured.Evaluation.N:N0} rows): log-loss {m.Measured.Evaluation.LogLoss.Value:0.000}, of a constant {m.Constant:0.000}, calibration error {m.Measured.Evaluation.Ece:0.000}")));
        return [$"Its probabilities say less than one probability for all would on {sets}. It still ranks such messages, as its AUC tells, but there its numbers do not mean what they say: train on labels of your own, which calibrates it anew, before a threshold rests on them."];
    }

    /// <summary>The log-loss of always saying the share of positives: as measured beside the model, else as the counts give it; never less where rows weigh differently and it was not measured.</summary>
    private static double Constant(ModelCard card, CardMetrics measured)
    {
        if (card.Metrics.FirstOrDefault(m => m.Model == OneForAll && m.MeasuredOn == measured.MeasuredOn) is { } beside) return beside.Evaluation.LogLoss.Value;
        if (card.Data.SelectMany(d => d.Labels).Any(l => l.StandFor > l.Rows)) return double.PositiveInfinity;
        var share = (double)measured.Evaluation.Positives / measured.Evaluation.N;
        return share is > 0 and < 1 ? -(share * Math.Log(share)) - ((1 - share) * Math.Log(1 - share)) : double.PositiveInfinity;
    }

    /// <summary>The set's name without what is said of it.</summary>
    public static string Short(string measuredOn) => measuredOn.Split(": ", 2)[0].Split(" of our corpus", 2)[0];
}
