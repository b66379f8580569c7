using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Trainer;
using Escalation.Trainer.Data;
using Escalation.Trainer.Publishing;

namespace Escalation.Cli.Commands;

/// <summary><c>train</c>: learns a model from a CSV file or from the labels of the database. Never promotes.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> Target = new("--target") { Description = "What to predict.", Required = true };
    private static readonly Option<FileInfo?> Data = new("--data") { Description = "CSV with a header; without it the labels of the database are used.", HelpName = "F" };
    private static readonly Option<string> TextColumn = new("--text-column") { Description = "Column of the text.", DefaultValueFactory = _ => "text", HelpName = "C" };
    private static readonly Option<string?> LabelColumn = new("--label-column") { Description = "Column of the label: 1, true, yes or 0, false, no.", HelpName = "C" };
    private static readonly Option<string?> CustomerColumn = new("--customer-column") { Description = "Column of the customer. Default: customer_id where it is there.", HelpName = "C" };
    private static readonly Option<string?> TimeColumn = new("--time-column") { Description = "Column of the time, with offset. Default: created_at or at where it is there.", HelpName = "C" };
    private static readonly Option<string[]> Languages = new("--language") { Description = "ISO 639-1 code for the card; may be repeated. Default: those detected in enough rows.", HelpName = "L" };
    private static readonly Option<string> Licence = new("--licence") { Description = "Licence of the data, for the card.", DefaultValueFactory = _ => "not stated" };
    private static readonly Option<int> Seed = new("--seed") { Description = "Same data, same seed, same model.", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<DirectoryInfo> Out = new("--out") { Description = "Folder to write TARGET/VERSION/ into.", DefaultValueFactory = _ => new(ModelRegistry.DefaultFolder), HelpName = "DIR" };

    static TrainCommand() => Target.AcceptOnlyFromAmong(FrustrationModel.Target);

    /// <summary>The command.</summary>
    /// <param name="labels">The labels of a database, by its connection string.</param>
    /// <param name="clock">For the card.</param>
    public static Command Create(Func<string, ITrainingSource> labels, TimeProvider clock)
    {
        var command = new Command("train",
            """
            Learns a model from labelled texts, measures it on customers and times held out, and writes a version. Never promotes it.
            Example: escalation train --target frustration --data tickets.csv --text-column text --label-column frustrated --out models
            """)
        {
            Target, Data, TextColumn, LabelColumn, CustomerColumn, TimeColumn, Languages, Licence, Seed, Out, IfNeeded.Option,
        };
        command.SetAction((parse, cancellation) => RunAsync(parse, labels, clock, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, Func<string, ITrainingSource> labels, TimeProvider clock, CancellationToken cancellation)
    {
        var file = parse.GetValue(Data);
        if (file is not null && parse.GetValue(LabelColumn) is null)
        {
            await Console.Error.WriteLineAsync("--label-column is needed with --data: name the column with 1, true, yes or 0, false, no");
            return ExitCode.BadInput;
        }
        var source = file is null
            ? labels(parse.GetRequiredValue(CommandOptions.Database))
            : new TrainingCsv(file.FullName, new CsvColumns(
                parse.GetRequiredValue(TextColumn), parse.GetValue(LabelColumn), parse.GetValue(CustomerColumn), parse.GetValue(TimeColumn)));
        var rows = await source.ReadAsync(cancellation);
        foreach (var problem in rows.Problems) await Console.Error.WriteLineAsync(problem);
        if (rows.Problems.Count > 0) return ExitCode.BadInput;
        return await IfNeeded.RunAsync(parse, rows, parse.GetRequiredValue(Out).FullName, () => TrainAsync(parse, rows, clock, cancellation), cancellation);
    }

    private static async Task<int> TrainAsync(ParseResult parse, TrainingRows rows, TimeProvider clock, CancellationToken cancellation)
    {
        var options = new TrainingOptions { Seed = parse.GetValue(Seed), Languages = parse.GetValue(Languages) ?? [], Licence = parse.GetRequiredValue(Licence) };
        var outcome = await Task.Run(() => new FrustrationTrainer(options, clock).Train(rows, new ProgressLines(), cancellation), cancellation);
        if (outcome.Model is not { } model)
        {
            await Console.Error.WriteLineAsync(outcome.Problem);
            return ExitCode.BadInput;
        }
        var folder = ModelPublisher.Write(model, parse.GetRequiredValue(Out).FullName, cancellation);
        if (parse.GetValue(CommandOptions.Json))
            Console.WriteLine(JsonSerializer.Serialize(new { Version = model.Version.Short, Folder = folder, model.Card }, ModelJson.Options));
        else
        {
            ModelsTables.WriteCard(model.Card);
            Console.WriteLine($"written to {folder}; promote it with: escalation models promote --models {parse.GetRequiredValue(Out)} --model {model.Version.Short}");
        }
        return ExitCode.Done;
    }

    /// <summary>One line a step on standard error, in the order of the steps.</summary>
    private sealed class ProgressLines : IProgress<TrainingProgress>
    {
        private readonly long started = Stopwatch.GetTimestamp();

        public void Report(TrainingProgress value) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"[{value.Done}/{value.Total}] {value.Phase} ({Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s)"));
    }
}
