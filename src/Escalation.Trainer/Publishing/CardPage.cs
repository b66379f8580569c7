using System.Globalization;
using Escalation.Inference.Evaluation;
using Escalation.Inference.Registry;
using Escalation.Trainer.Html;

namespace Escalation.Trainer.Publishing;

/// <summary>card.html: the card for somebody who did not train the model, with reliability, precision-recall and threshold curves.</summary>
public static class CardPage
{
    /// <summary>The file's name.</summary>
    public const string Name = "card.html";

    private const int Bins = 10, Steps = 50, FewestInBin = 5;

    /// <summary>The page.</summary>
    /// <param name="card">The card.</param>
    /// <param name="heldOut">Probability and label of held-out rows, for the plots; empty = no plots.</param>
    public static string Of(ModelCard card, IReadOnlyList<HeldOutRow> heldOut)
    {
        var page = new HtmlPage($"{card.Target} model {(card.Version.Length > 12 ? card.Version[..12] : card.Version)}")
            .Text($"Trained {card.TrainedAt}, seed {card.Seed.ToString(CultureInfo.InvariantCulture)}. Languages: {string.Join(", ", card.Languages)}. Probability of the best F1, found out of fold: {Number(card.Threshold)}.")
            .Heading("What it must not be used for").List(card.Limits)
            .Heading("How good it is").Text("With 95 % intervals, by customer where customers are known. Baselines stand beside it.")
            .Table(["model", "measured on", "rows (positive)", "AUC", "average precision", "F1", "log-loss", "ECE"], card.Metrics.Select(m => (IReadOnlyList<string>)
                [m.Model, m.MeasuredOn, string.Create(CultureInfo.InvariantCulture, $"{m.Evaluation.N} ({m.Evaluation.Positives})"), Figure(m.Evaluation.Auc), Figure(m.Evaluation.AveragePrecision),
                 Figure(m.Evaluation.F1), Figure(m.Evaluation.LogLoss), Number(m.Evaluation.Ece)]));
        if (heldOut.Count > 0) page.Text($"Plots: {heldOut.Count.ToString(CultureInfo.InvariantCulture)} held-out rows, scored before the model was trained on all rows.").Plots(Plots(heldOut));
        else page.Text("No plots: the held-out rows of this model are not told.");
        return page.Heading("Where it comes from").Text(card.Split).Text(card.Learner)
            .Table(["data", "rows", "used", "positive", "licence", "SHA-256"], card.Data.Select(d => (IReadOnlyList<string>)[d.Name, Count(d.Rows), Count(d.Used), Count(d.Positives), d.Licence, d.Sha256]))
            .Text(string.Create(CultureInfo.InvariantCulture, $"Calibration: a {card.Calibration.A:0.####}, b {card.Calibration.B:0.####}. Largest change of a probability by rounding weights: {card.ScorerDeviation:0.#####}."))
            .List(card.Versions.Select(v => $"{v.Key} {v.Value}")).Text($"Version: {card.Version}").ToString();
    }

    private static IEnumerable<string> Plots(IReadOnlyList<HeldOutRow> rows)
    {
        var curve = Curve(rows);
        yield return SvgPlot.Lines("Reliability", "said", "so", [new PlotLine("held out", Reliability(rows), HasMarks: true), new PlotLine("perfect", [(0, 0), (1, 1)], IsDashed: true)]);
        yield return SvgPlot.Lines("Precision and recall", "recall", "precision",
            [new PlotLine("held out", [.. curve.OrderBy(c => c.Recall).Select(c => (c.Recall, c.Precision))]), new PlotLine("by chance", [(0, BaseRate(rows)), (1, BaseRate(rows))], IsDashed: true)]);
        yield return SvgPlot.Lines("Threshold", "called from a probability of", "share",
            [new PlotLine("precision", [.. curve.Select(c => (c.Threshold, c.Precision))]), new PlotLine("recall", [.. curve.Select(c => (c.Threshold, c.Recall))]), new PlotLine("called", [.. curve.Select(c => (c.Threshold, c.Called))])]);
    }

    private static List<(double, double)> Reliability(IReadOnlyList<HeldOutRow> rows) =>
        [.. rows.GroupBy(r => Math.Min(Bins - 1, (int)(r.Probability * Bins))).Where(g => g.Count() >= FewestInBin).OrderBy(g => g.Key).Select(g => (g.Average(r => r.Probability), g.Average(r => r.Positive ? 1.0 : 0)))];

    private static List<(double Threshold, double Precision, double Recall, double Called)> Curve(IReadOnlyList<HeldOutRow> rows)
    {
        double positives = rows.Count(r => r.Positive);
        var curve = new List<(double, double, double, double)>();
        for (var step = 0; step <= Steps; step++)
        {
            var threshold = (double)step / Steps;
            double called = rows.Count(r => r.Probability >= threshold), hit = rows.Count(r => r.Probability >= threshold && r.Positive);
            curve.Add((threshold, called > 0 ? hit / called : double.NaN, positives > 0 ? hit / positives : double.NaN, called / rows.Count));
        }
        return curve;
    }

    private static double BaseRate(IReadOnlyList<HeldOutRow> rows) => rows.Average(r => r.Positive ? 1.0 : 0);

    private static string Figure(Interval figure) => double.IsFinite(figure.Low) ? $"{Number(figure.Value)} ({Number(figure.Low)} to {Number(figure.High)})" : Number(figure.Value);

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "no data";

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>A row that was held out: what the model said, and what was so.</summary>
public readonly record struct HeldOutRow(double Probability, bool Positive);
