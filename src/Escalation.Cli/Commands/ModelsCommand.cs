using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Escalation.Cli.Commands.Models;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Storage;
using Escalation.Trainer.Drift;
using Escalation.Trainer.Publishing;

namespace Escalation.Cli.Commands;

/// <summary><c>models list|show|evaluate|predict|promote|rollback|history|drift</c>.</summary>
internal static class ModelsCommand
{
    internal static readonly Option<string> Target = new("--target") { Description = "What the model predicts.", DefaultValueFactory = _ => FrustrationModel.Target, Recursive = true };
    internal static readonly Option<string?> Model = new("--model") { Description = $"A version, the start of one, or {ModelRegistry.Newest}: the one trained last. Default: the champion.", HelpName = "V" };
    internal static readonly Option<string> By = new("--by") { Description = "Who promotes, for the record.", DefaultValueFactory = _ => Environment.UserName };

    static ModelsCommand() => Target.AcceptOnlyFromAmong(FrustrationModel.Target, TeamModel.Target);

    /// <summary>The command with its subcommands.</summary>
    /// <param name="load">Reads rules, for the replay of a promotion.</param>
    /// <param name="labels">The labels of a database.</param>
    /// <param name="clock">For the record of a promotion.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load, LabelsOf labels, TimeProvider clock) =>
        new("models", "Lists, measures, applies and promotes models. Example: escalation models list")
        {
            Target, List(), Show(), ModelsEvaluateCommand.Create(labels), ModelsPredictCommand.Create(),
            ModelsPromoteCommand.Create(load, labels, clock), ModelsRollbackCommand.Create(clock), ModelsRollbackCommand.History(), ModelsDriftCommand.Create(labels),
        };

    /// <summary>Runs with the model asked for; without one, or with a damaged one, says so and answers exit 2.</summary>
    internal static async Task<int> WithModelAsync(ParseResult parse, Func<ModelRegistry, ModelEntry, Task<int>> run)
    {
        try
        {
            var registry = Registry(parse);
            var (entry, problem) = registry.Choose(parse.GetRequiredValue(Target), parse.GetValue(Model));
            if (entry is not null) return await run(registry, entry);
            await Console.Error.WriteLineAsync(problem);
        }
        catch (ModelFormatException damaged)
        {
            await Console.Error.WriteLineAsync(damaged.Message);
        }
        return ExitCode.BadInput;
    }

    internal static ModelRegistry Registry(ParseResult parse) => ModelRegistry.Open(parse.GetValue(CommandOptions.Models)?.FullName);

    private static Command List()
    {
        var command = new Command("list", "Every version present, of both targets unless one is named; champions are marked.\nExample: escalation models list --models models");
        command.SetAction(async (parse, _) =>
        {
            try
            {
                string[] targets = parse.GetResult(Target) is { Implicit: false } ? [parse.GetRequiredValue(Target)] : [FrustrationModel.Target, TeamModel.Target];
                var models = targets.SelectMany(Registry(parse).List).ToList();
                if (parse.GetValue(CommandOptions.Json))
                    Console.WriteLine(JsonSerializer.Serialize(models.Select(m => Listed.Of(m)), ModelJson.Options));
                else
                    WriteList(models);
                return ExitCode.Done;
            }
            catch (ModelFormatException damaged)
            {
                await Console.Error.WriteLineAsync(damaged.Message);
                return ExitCode.BadInput;
            }
        });
        return command;
    }

    private static void WriteList(IReadOnlyList<ModelEntry> models)
    {
        var table = new TextTable("target", "version", "champion", "trained", "rows", "figure", "measured on", "to know");
        foreach (var model in models.Select(Listed.Of))
            table.Add(model.Target, model.Version, model.IsChampion ? "yes" : "", model.Problem ?? model.Trained ?? "", model.Rows?.ToString(CultureInfo.InvariantCulture) ?? "",
                model.Figure is null ? "" : $"{model.Figure} {ModelsTables.Number(model.Value ?? double.NaN)}", model.MeasuredOn ?? "", model.Warnings.Count > 0 ? $"{Counted.Of(model.Warnings.Count, "warning")}: 'escalation models show{(model.Target == FrustrationModel.Target ? "" : $" --target {model.Target}")} --model {model.Version}'" : "");
        table.Write(Console.Out);
        foreach (var champion in models.Where(m => m.IsChampion).Select(Listed.Of))
            foreach (var warning in champion.Warnings) Console.WriteLine($"the {champion.Target} champion: {warning}");
    }

    /// <summary>A version as it is listed.</summary>
    private sealed record Listed(string Target, string Version, bool IsChampion, string? Folder)
    {
        public string? Trained { get; private init; }

        public int? Rows { get; private init; }

        public string? Figure { get; private init; }

        public double? Value { get; private init; }

        public string? MeasuredOn { get; private init; }

        public IReadOnlyList<string> Warnings { get; private init; } = [];

        public string? Problem { get; private init; }

        public static Listed Of(ModelEntry model)
        {
            var listed = new Listed(model.Target, model.Version, model.IsChampion, model.Folder);
            try
            {
                var card = model.Card();
                listed = listed with { Trained = card.TrainedAt[..Math.Min(card.TrainedAt.Length, "yyyy-MM-dd".Length)], Rows = card.Data.Sum(d => d.Used), Warnings = CardWarnings.Of(card) };
                if (CardWarnings.Headline(card) is { } measured) return listed with { Figure = "AUC", Value = measured.Evaluation.Auc.Value, MeasuredOn = CardWarnings.Short(measured.MeasuredOn) };
                return card.ClassMetrics is [var teams, ..] ? listed with { Figure = "accuracy", Value = teams.Evaluation.Accuracy.Value, MeasuredOn = CardWarnings.Short(teams.MeasuredOn) } : listed;
            }
            catch (ModelFormatException)
            {
                return listed with { Problem = "card cannot be read" };
            }
        }
    }

    private static Command Show()
    {
        var page = new Option<FileInfo?>("--html") { Description = "Write the card as a page.", HelpName = "F" };
        var command = new Command("show", "The card: what speaks against the model, data, split, measures with 95 % intervals, baselines, limits.\nExample: escalation models show") { Model, page };
        command.SetAction((parse, cancellation) => WithModelAsync(parse, async (_, entry) =>
        {
            if (parse.GetValue(page) is { } file) await File.WriteAllTextAsync(file.FullName, CardPage.Of(entry.Card(), entry.Rows().HeldOutRows()), cancellation);
            if (parse.GetValue(CommandOptions.Json)) Console.WriteLine(JsonSerializer.Serialize(entry.Card(), ModelJson.Options));
            else ModelsTables.WriteCard(entry.Card());
            if (await FamiliarityAsync(parse, entry, cancellation) is { } here) await Console.Error.WriteLineAsync($"{entry.Target} model {entry.Version}: {here.Words}");
            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>How familiar the database's latest messages are to a model; null without a database, or with too few.</summary>
    private static async Task<SiteFamiliarity?> FamiliarityAsync(ParseResult parse, ModelEntry entry, CancellationToken cancellation)
    {
        const int latest = 2000;
        var database = EscalationDatabase.At(parse.GetRequiredValue(CommandOptions.Database));
        if (!File.Exists(database.Place)) return null;
        var texts = await new MessageStore(database).LatestTextsAsync(latest, cancellation);
        return SiteFamiliarity.Of(entry, [.. texts.Select(t => TextCleaner.Clean(t).Text).Where(t => !string.IsNullOrWhiteSpace(t))]);
    }
}
