using System.Globalization;
using Escalation.Inference.Evaluation;
using Escalation.Inference.Registry;
using Spectre.Console;

namespace Escalation.Cli.Commands;

/// <summary>Models and measures for people.</summary>
internal static class ModelsTables
{
    public static void WriteCard(ModelCard card)
    {
        var facts = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        void Fact(string name, string value) => facts.AddRow(new Text(name), new Text(value));
        Fact("model", $"{card.Target} {card.Version}");
        Fact("trained", $"{card.TrainedAt}, seed {card.Seed.ToString(CultureInfo.InvariantCulture)}");
        foreach (var data in card.Data)
            Fact("data", string.Create(CultureInfo.InvariantCulture, $"{data.Name}: {data.Used} of {data.Rows} rows, {data.Positives} positive; licence: {data.Licence}; sha256 {data.Sha256[..12]}"));
        Fact("split", card.Split);
        Fact("learner", card.Learner);
        Fact("languages", string.Join(", ", card.Languages));
        Fact("calibration", string.Create(CultureInfo.InvariantCulture, $"a {card.Calibration.A:0.####}, b {card.Calibration.B:0.####}; best F1 from {card.Threshold:0.###}"));
        Fact("bfloat16", string.Create(CultureInfo.InvariantCulture, $"rounding learned weights moved a probability by at most {card.ScorerDeviation:0.#####}"));
        foreach (var limit in card.Limits) Fact("limit", limit);
        AnsiConsole.Write(facts);
        WriteMetrics(card.Metrics);
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

    private static string Figure(Interval figure) => double.IsFinite(figure.Low) ? $"{Number(figure.Value)} ({Number(figure.Low)}-{Number(figure.High)})" : Number(figure.Value);

    public static string Number(double value) => double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "no data";
}
