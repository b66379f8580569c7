using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Trainer.Data;

namespace Escalation.Cli.Commands;

/// <summary><c>models predict</c>: probabilities of the rows of a CSV file.</summary>
internal static class ModelsPredictCommand
{
    private static readonly Option<FileInfo> Data = new("--data") { Description = "CSV with a header.", Required = true, HelpName = "F" };
    private static readonly Option<string> TextColumn = new("--text-column") { Description = "Column of the text.", DefaultValueFactory = _ => "text", HelpName = "C" };
    private static readonly CsvEncodingOption Encoding = new();
    private static readonly Option<FileInfo?> Output = new("--output") { Description = "Write the CSV to a file.", HelpName = "F" };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("predict",
            "Writes CSV: the input's id (or row number) and the probability; of teams the one named (none where it is not sure), its confidence, and a column a team.\nExample: escalation models predict --data messages.csv --text-column text --output probabilities.csv")
        {
            ModelsCommand.Model, Data, TextColumn, Encoding, Output,
        };
        command.SetAction((parse, cancellation) => ModelsCommand.WithModelAsync(parse, (_, entry) => RunAsync(parse, entry, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, ModelEntry entry, CancellationToken cancellation)
    {
        var problems = new List<string>();
        var columns = new CsvColumns(parse.GetRequiredValue(TextColumn), Label: null) { Encoding = Encoding.Read(parse, problems) };
        var read = await new TrainingCsv(parse.GetRequiredValue(Data).FullName, columns).ReadAsync(cancellation);
        foreach (var problem in problems.Concat(read.Problems)) await Console.Error.WriteLineAsync(problem);
        if (problems.Count + read.Problems.Count > 0) return ExitCode.BadInput;

        if (read.Rows.Count(r => string.IsNullOrWhiteSpace(r.Text)) is var empty and > 0) await Console.Error.WriteLineAsync(FormattableString.Invariant($"{empty} of {read.Rows.Count} rows have no text, and so no probability"));
        var text = entry.Target == TeamModel.Target ? OfTeams(entry.LoadTeam(), read, parse.GetValue(CommandOptions.Json)) : OfFrustration(entry.Load(), read, parse.GetValue(CommandOptions.Json));
        if (parse.GetValue(Output) is { } output) await File.WriteAllTextAsync(output.FullName, text, cancellation);
        else Console.Write(text);
        return ExitCode.Done;
    }

    /// <remarks>As live: a text without words has no probability, and one that is made up would be taken for one.</remarks>
    private static string OfFrustration(FrustrationModel model, TrainingRows read, bool isJson)
    {
        var rows = read.Rows.Select(r => (r.Id, Probability: string.IsNullOrWhiteSpace(r.Text) ? (double?)null : Rounding.ModelOutput(model.Score(r.Text)))).ToList();
        if (isJson) return JsonSerializer.Serialize(rows.Select(r => new { r.Id, r.Probability }), ModelJson.Options) + "\n";
        var csv = new StringBuilder("id,probability\n");
        foreach (var (id, probability) in rows) csv.Append(CultureInfo.InvariantCulture, $"{CsvLine.Cell(id)},{probability:0.000000}\n");
        return csv.ToString();
    }

    private static string OfTeams(TeamModel model, TrainingRows read, bool isJson)
    {
        var rows = read.Rows.Select(r => (r.Id, Asked: string.IsNullOrWhiteSpace(r.Text) ? null : Asked(model, r.Text))).ToList();
        if (isJson)
            return JsonSerializer.Serialize(rows.Select(r => new
            {
                r.Id,
                Team = r.Asked is { Best.IsUnsure: false } sure ? sure.Best.First.Team : null,
                Confidence = r.Asked?.Best.First.Confidence,
                Likeliest = r.Asked is null ? [] : new[] { r.Asked.Best.First, r.Asked.Best.Second, r.Asked.Best.Third }.Where(g => g.Team is not null),
            }), ModelJson.Options) + "\n";
        var csv = new StringBuilder($"id,team,confidence,{string.Join(',', model.Teams.Select(CsvLine.Cell))}\n");
        foreach (var (id, asked) in rows)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{CsvLine.Cell(id)},{CsvLine.Cell(asked is { Best.IsUnsure: false } ? asked.Best.First.Team! : "")},{asked?.Best.First.Confidence:0.000000}");
            for (var k = 0; k < model.Teams.Count; k++) csv.Append(CultureInfo.InvariantCulture, $",{asked?.Probabilities[k]:0.000000}");
            csv.Append('\n');
        }
        return csv.ToString();
    }

    private static Answer Asked(TeamModel model, string text)
    {
        var probabilities = new double[model.Teams.Count];
        model.Probabilities(text, probabilities);
        return new Answer(model.Predict(text), probabilities);
    }

    private sealed record Answer(TeamPrediction Best, double[] Probabilities);
}
