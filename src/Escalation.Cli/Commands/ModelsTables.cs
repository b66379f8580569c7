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
            Fact("data", string.Create(CultureInfo.InvariantCulture, $"{data.Name}: {data.Used} of {data.Rows} rows, {data.Positives} positive; licence: {data.Licence}; sha256 {data.Sha256}"));
        Fact("split", card.Split);
        Fact("learner", card.Learner);
        Fact("languages", string.Join(", ", card.Languages));
        Fact("calibration", string.Create(CultureInfo.InvariantCulture, $"a {card.Calibration.A:0.####}, b {card.Calibration.B:0.####}; best F1 from {card.Threshold:0.###}"));
        Fact("bfloat16", string.Create(CultureInfo.InvariantCulture, $"scorer.bin differs from model.zip by at most {card.ScorerDeviation:0.#####} in probability"));
        foreach (var limit in card.Limits) Fact("limit", limit);
        AnsiConsole.Write(facts);
        AnsiConsole.Write(Metrics(card.Metrics));
    }

    public static Table Metrics(IReadOnlyList<CardMetrics> metrics)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("model", "measured on", "n", "positive", "AUC", "AP", "F1", "log-loss", "ECE");
        foreach (var (model, on, e) in metrics)
            table.AddRow(new Text(model), new Text(on), Count(e.N), Count(e.Positives), Figure(e.Auc), Figure(e.AveragePrecision), Figure(e.F1), Figure(e.LogLoss), new Text(Number(e.Ece)));
        return table;
    }

    private static Text Count(int value) => new(value.ToString(CultureInfo.InvariantCulture));

    private static Text Figure(Interval figure) => new(double.IsFinite(figure.Low) ? $"{Number(figure.Value)}\n{Number(figure.Low)}-{Number(figure.High)}" : Number(figure.Value));

    public static string Number(double value) => double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "no data";
}
