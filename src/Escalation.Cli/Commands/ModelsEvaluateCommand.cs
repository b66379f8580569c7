using System.CommandLine;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Inference;
using Escalation.Inference.Evaluation;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Data;

namespace Escalation.Cli.Commands;

/// <summary><c>models evaluate</c>: measures a model on labelled rows.</summary>
internal sealed class ModelsEvaluateCommand
{
    private const int Seed = 1;
    private readonly Option<FileInfo?> output = new("--output") { Description = "Write the answer to a file.", HelpName = "F" };
    private readonly LabelledRowOptions rows;

    private ModelsEvaluateCommand(LabelsOf labels) => rows = new LabelledRowOptions(labels);

    /// <summary>The command.</summary>
    /// <param name="labels">The labels of a database.</param>
    public static Command Create(LabelsOf labels) => new ModelsEvaluateCommand(labels).Command();

    private Command Command()
    {
        var command = rows.Added(new Command("evaluate",
            """
            Measures a model on labelled rows: AUC, average precision, F1, log-loss, calibration; of teams accuracy, macro F1, and how often it names one.
            Example: escalation models evaluate --data held-out.csv --label-column frustrated --json
            """)
        {
            ModelsCommand.Model, output,
        });
        command.SetAction((parse, cancellation) => ModelsCommand.WithModelAsync(parse, (_, entry) => RunAsync(parse, entry, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, ModelEntry entry, CancellationToken cancellation)
    {
        if (await rows.ReadAsync(parse, cancellation, entry.Target) is not { } read) return ExitCode.BadInput;
        if (WasTrainedOn(entry, read.Sha256))
            await Console.Error.WriteLineAsync($"{read.Name}: this model was trained on these very rows, so that the figures are far too good; measure on rows that it has not seen, or read its own held-out figures with 'escalation models show'");
        var name = $"{entry.Target} {entry.Version}";
        string json;
        Action write;
        if (entry.Target == TeamModel.Target)
        {
            var evaluation = OfTeams(entry, read, out var version);
            json = Json(version, evaluation);
            write = () => ModelsTables.WriteMetrics([new CardClassMetrics(name, read.Name, evaluation)]);
        }
        else
        {
            var evaluation = OfFrustration(entry, read, out var version);
            json = Json(version, evaluation);
            write = () => ModelsTables.WriteMetrics([new CardMetrics(name, read.Name, evaluation)]);
        }
        if (parse.GetValue(output) is { } file) await File.WriteAllTextAsync(file.FullName, json + "\n", cancellation);
        if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(json);
        else write();
        return ExitCode.Done;
    }

    private static BinaryEvaluation OfFrustration(ModelEntry entry, TrainingRows read, out ModelVersion version)
    {
        var model = entry.Load();
        version = model.Version;
        return BinaryEvaluation.Compute(
            [.. read.Rows.Select(r => Rounding.ModelOutput(model.Score(r.Text)))],
            [.. read.Rows.Select(r => r.Positive)],
            [.. read.Rows.Select(r => r.CustomerId)],
            model.Threshold, Seed, [.. read.Rows.Select(r => r.Weight)]);
    }

    private static ClassEvaluation OfTeams(ModelEntry entry, TrainingRows read, out ModelVersion version)
    {
        var model = entry.LoadTeam();
        version = model.Version;
        return ClassEvaluation.Compute(
            [.. read.Rows.Select(r =>
            {
                var probabilities = new double[model.Teams.Count];
                model.Probabilities(r.Text, probabilities);
                return probabilities;
            })],
            model.Teams,
            [.. read.Rows.Select(r => r.Team!)],
            [.. read.Rows.Select(r => r.CustomerId)],
            model.Bound, Seed);
    }

    private static string Json(ModelVersion version, BinaryEvaluation e) => JsonSerializer.Serialize(new
    {
        Model = version.Value,
        e.N,
        e.Positives,
        Auc = e.Auc.Value,
        AveragePrecision = e.AveragePrecision.Value,
        F1 = e.F1.Value,
        e.Threshold,
        LogLoss = e.LogLoss.Value,
        e.Ece,
    }, ModelJson.Options);

    private static string Json(ModelVersion version, ClassEvaluation e) => JsonSerializer.Serialize(new
    {
        Model = version.Value,
        e.N,
        e.Classes,
        Accuracy = e.Accuracy.Value,
        MacroF1 = e.MacroF1.Value,
        TopThree = e.TopThree.Value,
        LogLoss = e.LogLoss.Value,
        e.Bound,
        Answered = e.Answered.Value,
        AccuracyAnswered = e.AccuracyAnswered.Value,
        e.Ece,
    }, ModelJson.Options);

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
