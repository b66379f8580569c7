using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer;
using Escalation.Trainer.Data;
using Escalation.Trainer.Publishing;
using Escalation.Trainer.Search;

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
    private static readonly Option<string> Budget = new("--budget") { Description = "How long to search: 120s, 5m; 0 = the default model, without a search.", DefaultValueFactory = _ => "120s", HelpName = "TIME" };
    private static readonly Option<int?> Trials = new("--trials") { Description = "Trials at most. With it and no --budget the search has no time limit, so that the same seed gives the same model on every machine.", HelpName = "N" };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Goes on with the trials of a run that was stopped or killed: same data, same seed." };
    private static readonly Option<string> From = new("--from") { Description = "The model to start from: champion, none, or a version.", DefaultValueFactory = _ => "champion", HelpName = "M" };
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
            Ctrl-C ends the search and keeps the best; a second one ends everything.
            Example: escalation train --target frustration --data tickets.csv --text-column text --label-column frustrated --out models
            """)
        {
            Target, Data, TextColumn, LabelColumn, CustomerColumn, TimeColumn, Languages, Licence, Seed, Budget, Trials, Resume, From, Out,
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

        if (Limits(parse) is not { } limits)
        {
            await Console.Error.WriteLineAsync($"--budget {parse.GetValue(Budget)}: not a time; say 120s, 5m or 0");
            return ExitCode.BadInput;
        }
        var (start, startProblem) = Start(parse, rows);
        if (startProblem is not null)
        {
            await Console.Error.WriteLineAsync(startProblem);
            return ExitCode.BadInput;
        }
        var output = parse.GetRequiredValue(Out).FullName;
        var options = new TrainingOptions
        {
            Seed = parse.GetValue(Seed),
            Languages = parse.GetValue(Languages) ?? [],
            Licence = parse.GetRequiredValue(Licence),
            Limits = limits,
            Start = start,
            WorkFolder = Path.Combine(output, FrustrationModel.Target, string.Create(CultureInfo.InvariantCulture, $".trials-{rows.Sha256[..12]}-{parse.GetValue(Seed)}")),
            IsResumed = parse.GetValue(Resume),
        };
        using var stop = new SearchStop();
        var outcome = await Task.Run(() => new FrustrationTrainer(options, clock).Train(rows, new ProgressLines(), new TrialBoard(), stop.Token, stop.Guard(cancellation)), cancellation);
        if (outcome.Model is not { } model)
        {
            await Console.Error.WriteLineAsync(outcome.Problem);
            return ExitCode.BadInput;
        }
        var folder = ModelPublisher.Write(model, output, cancellation);
        if (Directory.Exists(options.WorkFolder)) Directory.Delete(options.WorkFolder, recursive: true);
        if (parse.GetValue(CommandOptions.Json))
            Console.WriteLine(JsonSerializer.Serialize(new { Version = model.Version.Short, Folder = folder, model.Card }, ModelJson.Options));
        else
        {
            ModelsTables.WriteCard(model.Card);
            Console.WriteLine($"written to {folder}; promote it with: escalation models promote --models {parse.GetRequiredValue(Out)} --model {model.Version.Short}");
        }
        return ExitCode.Done;
    }

    private static ExperimentLimits? Limits(ParseResult parse)
    {
        const int manyTrials = 1000;
        var isTimed = parse.GetResult(Trials) is null || parse.GetResult(Budget) is { Implicit: false };
        if (TimeOf(parse.GetRequiredValue(Budget)) is not { } budget) return null;
        if (budget == TimeSpan.Zero) return new ExperimentLimits { MaximumTrials = FrustrationTrainer.UntunedTrials };
        return new ExperimentLimits { Budget = isTimed ? budget : null, MaximumTrials = parse.GetValue(Trials) ?? manyTrials };
    }

    private static TimeSpan? TimeOf(string text)
    {
        var unit = text.Length > 0 ? text[^1] : ' ';
        if (!double.TryParse(char.IsAsciiDigit(unit) ? text : text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
        return unit switch
        {
            's' or (>= '0' and <= '9') => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => null,
        };
    }

    /// <remarks>A model must not start from one that learned from the same rows: it would believe it too much.</remarks>
    private static (StartingModel? Start, string? Problem) Start(ParseResult parse, TrainingRows rows)
    {
        const string none = "none", champion = "champion";
        var name = parse.GetRequiredValue(From);
        if (name == none) return (null, null);
        try
        {
            var choice = ModelRegistry.Open(parse.GetValue(CommandOptions.Models)?.FullName).Choose(FrustrationModel.Target, name == champion ? null : name);
            if (choice.Entry is not { } entry) return name == champion ? (null, null) : (null, choice.Problem);
            if (entry.Card().Data.Any(d => d.Sha256 == rows.Sha256))
            {
                Console.Error.WriteLine($"{entry.Version} was trained on this very file, so that training starts from nothing");
                return (null, null);
            }
            return (new StartingModel(entry.Version, entry.Content()), null);
        }
        catch (ModelFormatException damaged) when (name == champion)
        {
            Console.Error.WriteLine($"{damaged.Message}; training starts from nothing");
            return (null, null);
        }
        catch (ModelFormatException damaged)
        {
            return (null, damaged.Message);
        }
    }

    /// <summary>One line a step on standard error, in the order of the steps.</summary>
    private sealed class ProgressLines : IProgress<TrainingProgress>
    {
        private readonly long started = Stopwatch.GetTimestamp();

        public void Report(TrainingProgress value) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"[{value.Done}/{value.Total}] {value.Phase} ({Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s)"));
    }
}
