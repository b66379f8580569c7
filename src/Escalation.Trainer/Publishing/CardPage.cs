using System.Globalization;
using Escalation.Core.Html;
using Escalation.Inference;
using Escalation.Inference.Evaluation;
using Escalation.Inference.Registry;

namespace Escalation.Trainer.Publishing;

/// <summary>card.html: the card for somebody who did not train the model, with reliability, precision-recall and threshold curves.</summary>
public static class CardPage
{
    /// <summary>The file's name.</summary>
    public const string Name = "card.html";

    private const int Bins = 10, Steps = 50, FewestInBin = 5, WidestMatrix = 12, ConfusionsShown = 20, HashShown = 12;

    /// <summary>The page.</summary>
    /// <param name="card">The card.</param>
    /// <param name="heldOut">Probability and label of held-out rows, for the plots; empty = no plots.</param>
    public static string Of(ModelCard card, IReadOnlyList<HeldOutRow> heldOut)
    {
        var warnings = CardWarnings.Of(card);
        var page = new HtmlPage($"{card.Target} model {(card.Version.Length > 12 ? card.Version[..12] : card.Version)}")
            .Text($"Trained {card.TrainedAt}, seed {card.Seed.ToString(CultureInfo.InvariantCulture)}. Languages: {string.Join(", ", card.Languages)}. {(IsOfTeams(card) ? "Confidence below which no team is named" : "Probability of the best F1")}, found out of fold: {Number(card.Threshold)}.")
            .Heading("What speaks against it").Text(warnings.Count == 0 ? "Nothing that its training or its figures show." : "").List(warnings)
            .Heading("What it must not be used for").List(card.Limits)
            .Heading("How good it is").Text($"With 95 % intervals, by customer where customers are known. {(CardWarnings.HasBaselines(card) ? "Baselines stand beside it." : "No baseline was measured beside it.")}");
        if (IsOfTeams(card))
            page.Table(["model", "measured on", "rows", "accuracy", "macro F1", "right team in the first three", "named", "accuracy where named", "ECE"], card.ClassMetrics.Select((m, i) => (IReadOnlyList<string>)
                [m.Model, i > 0 && card.ClassMetrics[i - 1].MeasuredOn == m.MeasuredOn ? "" : m.MeasuredOn, Count(m.Evaluation.N), Figure(m.Evaluation.Accuracy), Figure(m.Evaluation.MacroF1), Figure(m.Evaluation.TopThree), Figure(m.Evaluation.Answered), Figure(m.Evaluation.AccuracyAnswered), Number(m.Evaluation.Ece)]));
        else
            page.Table(["model", "measured on", "rows (positive)", "AUC", "average precision", "F1", "log-loss", "ECE"], card.Metrics.Select((m, i) => (IReadOnlyList<string>)
                [m.Model, i > 0 && card.Metrics[i - 1].MeasuredOn == m.MeasuredOn ? "" : m.MeasuredOn, string.Create(CultureInfo.InvariantCulture, $"{m.Evaluation.N} ({m.Evaluation.Positives})"), Figure(m.Evaluation.Auc), Figure(m.Evaluation.AveragePrecision),
                 Figure(m.Evaluation.F1), Figure(m.Evaluation.LogLoss), Number(m.Evaluation.Ece)]));
        if (card.Confusion is { } confusion) Teams(page, confusion);
        if (heldOut.Count > 0) page.Text($"Plots: {heldOut.Count.ToString(CultureInfo.InvariantCulture)} held-out rows, scored before the model was trained on all rows.").Plots(Plots(heldOut));
        else page.Text("No plots: the held-out rows of this model are not told.");
        if (card.Familiarity is { } familiarity)
            page.Text($"It knows {Percent(familiarity.Usual)} of the n-grams of texts like those of its training. Where it knows less than {Percent(familiarity.Foreign)} of a site's own, they look foreign to it, and it is weak there until retrained.");
        if (card.Thresholds.Count > 0)
            page.Heading("Which threshold").Text(IsOfTeams(card) ? "From out-of-fold confidences." : "From out-of-fold probabilities of messages like the labelled ones; a rule's own threshold stands in the rules.")
                .Table(IsOfTeams(card) ? ["bound", "from", "messages named", "right where named", "right of all"] : ["for whom", "called from", "messages called", "precision", "recall"], card.Thresholds.Select(t => (IReadOnlyList<string>)
                    [t.When, Number(t.Threshold), Figure(t.Called), Figure(t.Precision), Figure(t.Recall)]));
        if (card.WordsFor.Count + card.WordsAgainst.Count > 0)
            page.Heading("Strongest words").Text("Words and phrases of training texts by their mean contribution to the log-odds (.69 doubles or halves the odds), and in how many of the texts looked at. A name or a product here is a quirk of the data.")
                .Table(["for", "", "texts", "against", "", "texts"], Enumerable.Range(0, Math.Max(card.WordsFor.Count, card.WordsAgainst.Count)).Select(i => (IReadOnlyList<string>)[.. Cells(card.WordsFor, i), .. Cells(card.WordsAgainst, i)]));
        if (card.Data.SelectMany(d => d.Labels).ToList() is { Count: > 0 } labels)
            page.Heading("Whose labels").Text("Feedback exists only for what was shown; labels drawn blind stand for what was not, each for as many messages as the inverse of its chance.")
                .Table(["how they came about", "rows", "positive", "stand for"], labels.Select(l => (IReadOnlyList<string>)[l.Source, Count(l.Rows), IsOfTeams(card) ? "" : Count(l.Positives), l.StandFor.ToString("N0", CultureInfo.InvariantCulture)]));
        return page.Heading("Where it comes from").Text(card.Split).Text(card.Learner)
            .Table(["data", "rows", "used", "positive", "licence", "SHA-256 begins"], card.Data.Select(d => (IReadOnlyList<string>)[d.Name, Count(d.Rows), Count(d.Used), IsOfTeams(card) ? "" : Count(d.Positives), d.Licence, d.Sha256[..Math.Min(HashShown, d.Sha256.Length)]]))
            .Text(string.Create(CultureInfo.InvariantCulture, $"Calibration: a {card.Calibration.A:0.####}, b {card.Calibration.B:0.####}. Largest change of a probability by rounding weights: {card.ScorerDeviation:0.#####}."))
            .List(card.Versions.Select(v => $"{v.Key} {v.Value}")).Text($"Version: {card.Version}").ToString();
    }

    private static bool IsOfTeams(ModelCard card) => card.Target == TeamModel.Target;

    /// <summary>Each team alone, and which is taken for which.</summary>
    private static void Teams(HtmlPage page, ClassConfusion confusion)
    {
        page.Heading("Team by team").Text("Held-out rows, the model before training on all rows; intervals of so many rows (Wilson). Where it is not sure it names none.")
            .Table(["team", "rows", "named for", "right where named", "found"], confusion.Figures.Select(f => (IReadOnlyList<string>)[f.Name, Count(f.Rows), Count(f.Named), Figure(f.Precision), Figure(f.Recall)]));
        if (confusion.Classes.Count <= WidestMatrix)
            page.Text("Rows by the team that was right (down) and the one named (across).").Table(["right", .. confusion.Classes, "none"], confusion.Classes.Select((name, k) => (IReadOnlyList<string>)[name, .. confusion.Named[k].Select(Count)]));
        else
            page.Text("Teams most often taken for one another.").Table(["right", "named", "rows"], confusion.Confused.Take(ConfusionsShown).Select(c => (IReadOnlyList<string>)[c.Right, c.Named, Count(c.Rows)]));
    }

    private static string[] Cells(IReadOnlyList<CardWord> words, int at) =>
        at < words.Count ? [words[at].Text, words[at].Contribution.ToString("+0.00;-0.00", CultureInfo.InvariantCulture), Count(words[at].Texts)] : ["", "", ""];

    private static IEnumerable<string> Plots(IReadOnlyList<HeldOutRow> rows)
    {
        var curve = Curve(rows);
        yield return SvgPlot.Lines("Reliability", "probability that was said", "share that was so", [new PlotLine("held out", Reliability(rows), HasMarks: true), new PlotLine("perfect", [(0, 0), (1, 1)], IsDashed: true)]);
        yield return SvgPlot.Lines("Precision and recall", "recall", "precision",
            [new PlotLine("held out", [.. curve.AsEnumerable().Reverse().Select(c => (c.Recall, c.Precision))]), new PlotLine("by chance", [(0, BaseRate(rows)), (1, BaseRate(rows))], IsDashed: true)]);
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

    private static string Figure(Interval figure) => double.IsFinite(figure.Low) ? $"{Number(figure.Value)} ({Number(figure.Low)}\u00A0to\u00A0{Number(figure.High)})" : Number(figure.Value);

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "no data";

    private static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
