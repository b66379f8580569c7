using System.CommandLine;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Inference.Evaluation;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Data;

namespace Escalation.Cli.Commands;

/// <summary><c>models evaluate</c>: measures a model on labelled rows.</summary>
internal static class ModelsEvaluateCommand
{
    private const int Seed = 1;
    private static readonly Option<FileInfo> Data = new("--data") { Description = "CSV with a header.", Required = true, HelpName = "F" };
    private static readonly Option<string> TextColumn = new("--text-column") { Description = "Column of the text.", DefaultValueFactory = _ => "text", HelpName = "C" };
    private static readonly Option<string> LabelColumn = new("--label-column") { Description = "Column of the label: 1, true, yes or 0, false, no.", Required = true, HelpName = "C" };
    private static readonly Option<string?> CustomerColumn = new("--customer-column") { Description = "Column of the customer, for the intervals. Default: customer_id where it is there.", HelpName = "C" };
    private static readonly Option<FileInfo?> Output = new("--output") { Description = "Write the answer to a file.", HelpName = "F" };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("evaluate",
            "Measures a model on labelled rows: AUC, average precision, F1, log-loss, calibration.\nExample: escalation models evaluate --data held-out.csv --label-column frustrated --json")
        {
            ModelsCommand.Model, Data, TextColumn, LabelColumn, CustomerColumn, Output,
        };
        command.SetAction((parse, cancellation) => ModelsCommand.WithModelAsync(parse, (_, entry) => RunAsync(parse, entry, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, ModelEntry entry, CancellationToken cancellation)
    {
        var model = entry.Load();
        var columns = new CsvColumns(parse.GetRequiredValue(TextColumn), parse.GetRequiredValue(LabelColumn), parse.GetValue(CustomerColumn));
        var read = await new TrainingCsv(parse.GetRequiredValue(Data).FullName, columns).ReadAsync(cancellation);
        foreach (var problem in read.Problems) await Console.Error.WriteLineAsync(problem);
        if (read.Problems.Count > 0) return ExitCode.BadInput;
        if (WasTrainedOn(entry, read.Sha256))
            await Console.Error.WriteLineAsync($"{read.Name}: this model was trained on this very file, so the figures are far too good; measure on rows that it has not seen, or read its own held-out figures with 'escalation models show'");

        var evaluation = BinaryEvaluation.Compute(
            [.. read.Rows.Select(r => Rounding.ModelOutput(model.Score(r.Text)))],
            [.. read.Rows.Select(r => r.Positive)],
            [.. read.Rows.Select(r => r.CustomerId)],
            model.Threshold, Seed);
        var json = JsonSerializer.Serialize(new
        {
            Model = model.Version.Value,
            evaluation.N,
            evaluation.Positives,
            Auc = evaluation.Auc.Value,
            AveragePrecision = evaluation.AveragePrecision.Value,
            F1 = evaluation.F1.Value,
            evaluation.Threshold,
            LogLoss = evaluation.LogLoss.Value,
            evaluation.Ece,
        }, ModelJson.Options);
        if (parse.GetValue(Output) is { } output) await File.WriteAllTextAsync(output.FullName, json + "\n", cancellation);
        if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(json);
        else ModelsTables.WriteMetrics([new CardMetrics($"{entry.Target} {entry.Version}", read.Name, evaluation)]);
        return ExitCode.Done;
    }

    private static bool WasTrainedOn(ModelEntry entry, string sha256)
    {
        try
        {
            return entry.Card().Data.Any(d => d.Sha256 == sha256);
        }
        catch (ModelFormatException)
        {
            return false;   // a scorer without its card can be measured all the same
        }
    }
}
