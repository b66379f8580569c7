using System.CommandLine;
using Escalation.Storage;
using Escalation.Trainer.Data;

namespace Escalation.Cli;

/// <summary>The options of commands that read labelled texts: a CSV file, or the labels of the database.</summary>
internal sealed class LabelledRowOptions(Func<string, ITrainingSource> labels)
{
    private readonly Option<FileInfo?> data = new("--data") { Description = "CSV with a header; without it the labels of the database are used.", HelpName = "F" };
    private readonly Option<string> text = new("--text-column") { Description = "Column of the text.", DefaultValueFactory = _ => "text", HelpName = "C" };
    private readonly Option<string?> label = new("--label-column") { Description = "Column of the label: 1, true, yes or 0, false, no.", HelpName = "C" };
    private readonly Option<string?> customer = new("--customer-column") { Description = "Column of the customer. Default: customer_id where it is there.", HelpName = "C" };
    private readonly Option<string?> time = new("--time-column") { Description = "Column of the time, with offset. Default: created_at or at where it is there.", HelpName = "C" };

    /// <summary>A command with these options.</summary>
    public Command Added(Command command)
    {
        foreach (var option in (Option[])[data, text, label, customer, time]) command.Options.Add(option);
        return command;
    }

    /// <summary>Whether a file is named.</summary>
    public bool NamesFile(ParseResult parse) => parse.GetValue(data) is not null;

    /// <summary>Whether there are rows to ask for: a file is named, or the database is there.</summary>
    public bool IsGiven(ParseResult parse) => NamesFile(parse) || File.Exists(EscalationDatabase.At(parse.GetRequiredValue(CommandOptions.Database)).Place);

    /// <summary>Reads the rows; null after every problem was named on standard error.</summary>
    public Task<TrainingRows?> ReadAsync(ParseResult parse, CancellationToken cancellation) => ReadAsync(parse, parse.GetValue(data), cancellation);

    /// <summary>Reads another file with the same columns; without one the labels of the database.</summary>
    public async Task<TrainingRows?> ReadAsync(ParseResult parse, FileInfo? file, CancellationToken cancellation)
    {
        if (file is not null && parse.GetValue(label) is null)
        {
            await Console.Error.WriteLineAsync("--label-column is needed with --data: name the column with 1, true, yes or 0, false, no");
            return null;
        }
        if (file is null && !IsGiven(parse))
        {
            await Console.Error.WriteLineAsync($"--data: no file is named, and there is no database {parse.GetRequiredValue(CommandOptions.Database)}; name a CSV file, or the database with --database");
            return null;
        }
        var source = file is null
            ? labels(parse.GetRequiredValue(CommandOptions.Database))
            : new TrainingCsv(file.FullName, new CsvColumns(parse.GetRequiredValue(text), parse.GetValue(label), parse.GetValue(customer), parse.GetValue(time)));
        var rows = await source.ReadAsync(cancellation);
        foreach (var problem in rows.Problems) await Console.Error.WriteLineAsync(problem);
        return rows.Problems.Count > 0 ? null : rows;
    }
}
