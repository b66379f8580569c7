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
internal sealed class TrainCommand
{
    private static readonly Option<string> Target = new("--target") { Description = "What to predict.", Required = true };
    private static readonly Option<string[]> Languages = new("--language") { Description = "ISO 639-1 code for the card; may be repeated. Default: those detected in enough rows.", HelpName = "L" };
    private static readonly Option<string> Licence = new("--licence") { Description = "Licence of the data, for the card.", DefaultValueFactory = _ => "not stated", HelpName = "TEXT" };
    private static readonly Option<int> Seed = new("--seed") { Description = "Same data, same seed, same model.", DefaultValueFactory = _ => 1, HelpName = "N" };
    private static readonly Option<string> Budget = new("--budget") { Description = "How long to search: 120s, 5m; 0 = the default model, without a search.", DefaultValueFactory = _ => "120s", HelpName = "TIME" };
    private static readonly Option<int?> Trials = new("--trials") { Description = "Trials at most. With it and no --budget the search has no time limit, so that the same seed gives the same model on every machine.", HelpName = "N" };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Goes on with the trials of a run that was stopped or killed: same data, same seed." };
    private static readonly Option<string> From = new("--from") { Description = "The frustration model to start from: champion, none, or a version.", DefaultValueFactory = _ => Champion, HelpName = "M" };
    private static readonly Option<double?> MessagesADay = new("--messages-a-day") { Description = "How many messages come a day, for the card's thresholds by capacity. Default: as the database has it.", HelpName = "N" };
    private static readonly Option<DirectoryInfo> Out = new("--out") { Description = "Folder to write TARGET/VERSION/ into.", DefaultValueFactory = _ => new(ModelRegistry.DefaultFolder), HelpName = "DIR" };
    private const string None = "none", Champion = "champion";
    private const double Chance = .55;

    private readonly LabelledRowOptions rows;
    private readonly TimeProvider clock;

    static TrainCommand() => Target.AcceptOnlyFromAmong(FrustrationModel.Target, TeamModel.Target);

    private TrainCommand(LabelsOf labels, TimeProvider clock) => (rows, this.clock) = (new LabelledRowOptions(labels), clock);

    /// <summary>The command.</summary>
    /// <param name="labels">The labels of a database.</param>
    /// <param name="clock">For the card.</param>
    public static Command Create(LabelsOf labels, TimeProvider clock) => new TrainCommand(labels, clock).Command();

    private Command Command()
    {
        var command = rows.Added(new Command("train",
            """
            Learns a model from labelled texts, measures it on customers and times held out, and writes a version. Never promotes it.
            Ctrl-C ends the search and keeps the best; a second one ends everything.
            Example: escalation train --target frustration --data tickets.csv --text-column text --label-column frustrated --out models
            Example: escalation train --target team --database escalation.db
            """)
        {
            Target, Languages, Licence, Seed, Budget, Trials, Resume, From, MessagesADay, Out, IfNeeded.Option,
        });
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken cancellation)
    {
        var target = parse.GetRequiredValue(Target);
        if (await rows.ReadAsync(parse, cancellation, target) is not { } read) return ExitCode.BadInput;
        if (parse.GetValue(MessagesADay) is { } daily) read = read with { MessagesADay = daily };
        return await IfNeeded.RunAsync(parse, target, read, parse.GetRequiredValue(Out).FullName, () => TrainAsync(parse, target, read, cancellation), cancellation);
    }

    private async Task<int> TrainAsync(ParseResult parse, string target, TrainingRows read, CancellationToken cancellation)
    {
        if (Limits(parse) is not { } limits)
        {
            await Console.Error.WriteLineAsync($"--budget {parse.GetValue(Budget)}: not a time; say 120s, 5m or 0");
            return ExitCode.BadInput;
        }
        foreach (var note in RowNotes.Of(read)) await Console.Error.WriteLineAsync(note);
        var (start, startProblem) = target == FrustrationModel.Target ? Start(parse, read) : (null, null);
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
            WorkFolder = Path.Combine(output, target, string.Create(CultureInfo.InvariantCulture, $".trials-{read.Sha256[..12]}-{parse.GetValue(Seed)}")),
            IsResumed = parse.GetValue(Resume),
        };
        using var stop = new SearchStop();
        try
        {
            var outcome = await Task.Run(() => Train(target, options, read, stop.Token, stop.Guard(cancellation)), cancellation);
            if (outcome.Model is not { } model)
            {
                await Console.Error.WriteLineAsync(outcome.Problem);
                return ExitCode.BadInput;
            }
            var folder = ModelPublisher.Write(model, output, cancellation);
            if (Directory.Exists(options.WorkFolder)) Directory.Delete(options.WorkFolder, recursive: true);
            await WriteAsync(parse, model, folder);
            return ExitCode.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{e.Message} No version was written, and the champion is as it was; make room or choose another --out, and go on with --resume.");
            return ExitCode.Broken;
        }
    }

    private TrainingOutcome Train(string target, TrainingOptions options, TrainingRows read, CancellationToken stop, CancellationToken cancellation) => target == TeamModel.Target
        ? new TeamTrainer(options, clock).Train(read, new ProgressLines(), new TrialBoard(), stop, cancellation)
        : new FrustrationTrainer(options, clock).Train(read, new ProgressLines(), new TrialBoard(), stop, cancellation);

    private static async Task WriteAsync(ParseResult parse, TrainedModel model, string folder)
    {
        if (parse.GetValue(CommandOptions.Json))
            Console.WriteLine(JsonSerializer.Serialize(new { Version = model.Version.Short, Folder = folder, model.Card }, ModelJson.Options));
        else
        {
            ModelsTables.WriteCard(model.Card);
            Console.WriteLine($"written to {folder}; promote it with: escalation models promote --target {model.Card.Target} --models {parse.GetRequiredValue(Out)} --model {model.Version.Short}");
        }
        if (model.Card.Metrics.Count > 0 && model.Card.Metrics[0].Evaluation.Auc.Value is var auc && !(auc >= Chance))
            await Console.Error.WriteLineAsync($"This model ranks hardly better than chance (AUC {ModelsTables.Number(auc)} on held-out rows): more labels, or other ones, are needed.");
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
        var name = parse.GetRequiredValue(From);
        if (name == None) return (null, null);
        try
        {
            var choice = ModelRegistry.Open(parse.GetValue(CommandOptions.Models)?.FullName).Choose(FrustrationModel.Target, name == Champion ? null : name);
            if (choice.Entry is not { } entry) return name == Champion ? (null, null) : (null, choice.Problem);
            if (entry.Card().Data.Any(d => d.Sha256 == rows.Sha256))
            {
                Console.Error.WriteLine($"{entry.Version} was trained on this very file, so that training starts from nothing");
                return (null, null);
            }
            return (new StartingModel(entry.Version, entry.Content()), null);
        }
        catch (ModelFormatException damaged) when (name == Champion)
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
