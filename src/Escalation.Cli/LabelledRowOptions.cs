using System.CommandLine;
using Escalation.Cli.Commands;
using Escalation.Inference;
using Escalation.Storage;
using Escalation.Trainer.Data;

namespace Escalation.Cli;

/// <summary>The labels of a database.</summary>
/// <param name="database">Its connection string.</param>
/// <param name="target">What was asked: frustration, or the right team.</param>
internal delegate ITrainingSource LabelsOf(string database, string target);

/// <summary>The options of commands that read labelled texts: a CSV file, or the labels of the database.</summary>
internal sealed class LabelledRowOptions(LabelsOf labels)
{
    private readonly Option<FileInfo?> data = new("--data") { Description = "CSV with a header; without it the labels of the database are used.", HelpName = "F" };
    private readonly Option<string> text = new("--text-column") { Description = "Column of the text.", DefaultValueFactory = _ => "text", HelpName = "C" };
    private readonly Option<string?> label = new("--label-column") { Description = "Column of the label: 1, true, yes or 0, false, no; for teams the right team.", HelpName = "C" };
    private readonly Option<string?> customer = new("--customer-column") { Description = "Column of the customer. Default: customer_id where it is there.", HelpName = "C" };
    private readonly Option<string?> time = new("--time-column") { Description = "Column of the time. Default: created_at or at where it is there.", HelpName = "C" };
    private readonly Option<string?> zone = new("--time-zone") { Description = "The zone of times without an offset, for example Europe/Paris. Without it they are refused.", HelpName = "Z" };
    private readonly CsvEncodingOption encoding = new();

    /// <summary>A command with these options.</summary>
    public Command Added(Command command)
    {
        foreach (var option in (Option[])[data, text, label, customer, time, zone, encoding]) command.Options.Add(option);
        return command;
    }

    /// <summary>Whether a file is named.</summary>
    public bool NamesFile(ParseResult parse) => parse.GetValue(data) is not null;

    /// <summary>Whether there are rows to ask for: a file is named, or the database is there.</summary>
    public bool IsGiven(ParseResult parse) => NamesFile(parse) || File.Exists(EscalationDatabase.At(parse.GetRequiredValue(CommandOptions.Database)).Place);

    /// <summary>Reads the rows; null after every problem was named on standard error.</summary>
    public Task<TrainingRows?> ReadAsync(ParseResult parse, CancellationToken cancellation, string target = FrustrationModel.Target) => ReadAsync(parse, parse.GetValue(data), cancellation, target);

    /// <summary>Reads another file with the same columns; without one the labels of the database.</summary>
    public async Task<TrainingRows?> ReadAsync(ParseResult parse, FileInfo? file, CancellationToken cancellation, string target = FrustrationModel.Target)
    {
        var problems = new List<string>();
        if (file is not null && parse.GetValue(label) is null)
            problems.Add(target == TeamModel.Target ? "--label-column is needed with --data: name the column with the right team" : "--label-column is needed with --data: name the column with 1, true, yes or 0, false, no");
        if (file is null && !IsGiven(parse))
            problems.Add($"--data: no file is named, and there is no database {parse.GetRequiredValue(CommandOptions.Database)}; name a CSV file, or the database with --database");
        var columns = ColumnsOf(parse, target, problems);
        if (problems.Count == 0)
        {
            var source = file is null ? labels(parse.GetRequiredValue(CommandOptions.Database), target) : new TrainingCsv(file.FullName, columns);
            var rows = await source.ReadAsync(cancellation);
            if (rows.Problems.Count == 0) return rows;
            problems.AddRange(rows.Problems);
        }
        foreach (var problem in problems) await Console.Error.WriteLineAsync(problem);
        return null;
    }

    private CsvColumns ColumnsOf(ParseResult parse, string target, List<string> problems)
    {
        var its = CommandTimes.Zone(parse.GetValue(zone), out var zoneProblem);
        if (zoneProblem is not null) problems.Add(zoneProblem);
        return new CsvColumns(parse.GetRequiredValue(text), parse.GetValue(label), parse.GetValue(customer), parse.GetValue(time)) { NamesTeams = target == TeamModel.Target, TimeZone = its, Encoding = encoding.Read(parse, problems) };
    }
}
