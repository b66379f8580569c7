using System.Globalization;
using Escalation.Inference;
using Escalation.Inference.Evaluation;
using Escalation.Inference.Registry;
using Spectre.Console;

namespace Escalation.Cli.Commands;

/// <summary>Models and measures for people.</summary>
internal static class ModelsTables
{
    private const int WordsShown = 10, ConfusionsShown = 10;

    public static void WriteCard(ModelCard card)
    {
        var namesTeams = card.Target == TeamModel.Target;
        var facts = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        void Fact(string name, string value) => facts.AddRow(new Text(name), new Text(value));
        Fact("model", $"{card.Target} {card.Version}");
        foreach (var warning in CardWarnings.Of(card)) Fact("warning", warning);
        Fact("trained", $"{card.TrainedAt}, seed {card.Seed.ToString(CultureInfo.InvariantCulture)}");
        foreach (var data in card.Data)
        {
            Fact("data", string.Create(CultureInfo.InvariantCulture, $"{data.Name}: {data.Used} of {data.Rows} rows{(namesTeams ? "" : $", {data.Positives} positive")}; licence: {data.Licence}; sha256 {data.Sha256[..12]}"));
            foreach (var kind in data.Labels)
                Fact("labels", string.Create(CultureInfo.InvariantCulture, $"{kind.Source}: {kind.Rows} rows{(namesTeams ? "" : $", {kind.Positives} positive")}{(kind.StandFor > kind.Rows ? $", standing for {kind.StandFor:0}" : "")}"));
        }
        Fact("split", card.Split);
        Fact("learner", card.Learner);
        Fact("languages", string.Join(", ", card.Languages));
        Fact("calibration", namesTeams
            ? string.Create(CultureInfo.InvariantCulture, $"slope {card.Calibration.A:0.####}; no team is named below {card.Threshold:0.###}")
            : string.Create(CultureInfo.InvariantCulture, $"a {card.Calibration.A:0.####}, b {card.Calibration.B:0.####}; best F1 from {card.Threshold:0.###}"));
        Fact("bfloat16", string.Create(CultureInfo.InvariantCulture, $"rounding learned weights moved a probability by at most {card.ScorerDeviation:0.#####}"));
        if (card.Familiarity is { } known) Fact("n-grams", string.Create(CultureInfo.InvariantCulture, $"knows {known.Usual:0.0%} of those of texts like its training; below {known.Foreign:0.0%} texts are foreign to it"));
        if (card.WordsFor.Count > 0) Fact("for", Words(card.WordsFor));
        if (card.WordsAgainst.Count > 0) Fact("against", Words(card.WordsAgainst));
        foreach (var limit in card.Limits) Fact("limit", limit);
        AnsiConsole.Write(facts);
        WriteMetrics(card.Metrics);
        WriteMetrics(card.ClassMetrics);
        if (card.Confusion is { } confusion) WriteTeams(confusion);
        WriteThresholds(card);
    }

    private static void WriteTeams(ClassConfusion confusion)
    {
        var table = new TextTable("team, on held-out rows", "rows", "named for", "right where named", "found");
        foreach (var f in confusion.Figures) table.Add(f.Name, f.Rows.ToString(CultureInfo.InvariantCulture), f.Named.ToString(CultureInfo.InvariantCulture), Figure(f.Precision), Figure(f.Recall));
        table.Write(Console.Out);
        foreach (var (right, named, rows) in confusion.Confused.Take(ConfusionsShown)) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {right} was right and {named} named: {rows}"));
    }

    /// <summary>Two lines a model, since a table of nine columns does not fit a terminal.</summary>
    public static void WriteMetrics(IReadOnlyList<CardMetrics> metrics)
    {
        foreach (var (model, on, e) in metrics)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{model}\n  on {on}: {e.N} rows, {e.Positives} positive"));
            Console.WriteLine($"  AUC      {Figure(e.Auc)}   average precision {Figure(e.AveragePrecision)}");
            Console.WriteLine($"  log-loss {Figure(e.LogLoss)}   F1 from {Number(e.Threshold)}     {Figure(e.F1)}   ECE {Number(e.Ece)}");
        }
    }

    /// <summary>The same of models of teams.</summary>
    public static void WriteMetrics(IReadOnlyList<CardClassMetrics> metrics)
    {
        foreach (var (model, on, e) in metrics)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{model}\n  on {on}: {e.N} rows, {e.Classes} teams"));
            Console.WriteLine($"  accuracy {Figure(e.Accuracy)}   macro F1 {Figure(e.MacroF1)}   in the first three {Figure(e.TopThree)}");
            Console.WriteLine($"  log-loss {Figure(e.LogLoss)}   named from {Number(e.Bound)}: {Figure(e.Answered)} of the rows, right {Figure(e.AccuracyAnswered)}   ECE {Number(e.Ece)}");
        }
    }

    private static void WriteThresholds(ModelCard card)
    {
        if (card.Thresholds.Count == 0) return;
        var table = card.Target == TeamModel.Target ? new TextTable("bound", "from", "named", "right where named", "right of all") : new TextTable("threshold", "from", "called", "precision", "recall");
        foreach (var t in card.Thresholds) table.Add(t.When, Number(t.Threshold), Figure(t.Called), Figure(t.Precision), Figure(t.Recall));
        table.Write(Console.Out);
    }

    private static string Words(IReadOnlyList<CardWord> words) =>
        string.Join(", ", words.Take(WordsShown).Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Text} {w.Contribution:+0.00;-0.00}")));

    private static string Figure(Interval figure) => double.IsFinite(figure.Low) ? $"{Number(figure.Value)} ({Number(figure.Low)}-{Number(figure.High)})" : Number(figure.Value);

    public static string Number(double value) => double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "no data";
}
