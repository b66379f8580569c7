using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Inference.Registry;
using Escalation.Trainer.Data;

namespace Escalation.Cli.Commands;

/// <summary><c>models predict</c>: probabilities of the rows of a CSV file.</summary>
internal static class ModelsPredictCommand
{
    private static readonly Option<FileInfo> Data = new("--data") { Description = "CSV with a header.", Required = true, HelpName = "F" };
    private static readonly Option<string> TextColumn = new("--text-column") { Description = "Column of the text.", DefaultValueFactory = _ => "text", HelpName = "C" };
    private static readonly Option<FileInfo?> Output = new("--output") { Description = "Write the CSV to a file.", HelpName = "F" };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("predict",
            "Writes CSV: the input's id (or row number) and the probability.\nExample: escalation models predict --data messages.csv --text-column text --output probabilities.csv")
        {
            ModelsCommand.Model, Data, TextColumn, Output,
        };
        command.SetAction((parse, cancellation) => ModelsCommand.WithModelAsync(parse, (_, entry) => RunAsync(parse, entry, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, ModelEntry entry, CancellationToken cancellation)
    {
        var model = entry.Load();
        var read = await new TrainingCsv(parse.GetRequiredValue(Data).FullName, new CsvColumns(parse.GetRequiredValue(TextColumn), Label: null)).ReadAsync(cancellation);
        foreach (var problem in read.Problems) await Console.Error.WriteLineAsync(problem);
        if (read.Problems.Count > 0) return ExitCode.BadInput;

        // As live: a text without words has no probability, and one that is made up would be taken for one.
        var rows = read.Rows.Select(r => (r.Id, Probability: string.IsNullOrWhiteSpace(r.Text) ? (double?)null : Rounding.ModelOutput(model.Score(r.Text)))).ToList();
        if (rows.Count(r => r.Probability is null) is var empty and > 0) await Console.Error.WriteLineAsync(FormattableString.Invariant($"{empty} of {rows.Count} rows have no text, and so no probability"));
        string text;
        if (parse.GetValue(CommandOptions.Json)) text = JsonSerializer.Serialize(rows.Select(r => new { r.Id, r.Probability }), ModelJson.Options) + "\n";
        else
        {
            var csv = new StringBuilder("id,probability\n");
            foreach (var (id, probability) in rows) csv.Append(CultureInfo.InvariantCulture, $"{Quoted(id)},{probability:0.000000}\n");
            text = csv.ToString();
        }
        if (parse.GetValue(Output) is { } output) await File.WriteAllTextAsync(output.FullName, text, cancellation);
        else Console.Write(text);
        return ExitCode.Done;
    }

    private static string Quoted(string id) => id.AsSpan().IndexOfAny(",\"\r\n") < 0 ? id : $"\"{id.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
