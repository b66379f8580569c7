using System.CommandLine;
using System.Text.Json;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Inference.Registry;
using Escalation.Trainer.Data;
using Escalation.Trainer.Publishing;

namespace Escalation.Cli.Commands.Models;

/// <summary><c>models promote</c>: through the gate, or with a reason.</summary>
internal sealed class ModelsPromoteCommand
{
    private readonly Option<string[]> history = new("--history") { Description = "Folders or files of history for the replay. Default: what the database recorded.", AllowMultipleArgumentsPerToken = true, HelpName = "F" };
    private readonly Option<FileInfo?> gate = new("--gate") { Description = $"The checks. Default: {PromotionGate.FileName} (for teams gate.team.json) of the models folder, else the built-in ones.", HelpName = "FILE" };
    private readonly Option<bool> force = new("--force") { Description = "Promote although checks fail; needs --reason, and both are recorded." };
    private readonly Option<string?> reason = new("--reason") { Description = "Why, for the record.", HelpName = "TEXT" };
    private readonly Func<ConfigurationRequest, ConfigurationLoad> load;
    private readonly LabelledRowOptions rows;
    private readonly TimeProvider clock;

    private ModelsPromoteCommand(Func<ConfigurationRequest, ConfigurationLoad> load, LabelsOf labels, TimeProvider clock) =>
        (this.load, rows, this.clock) = (load, new LabelledRowOptions(labels), clock);

    /// <summary>The command.</summary>
    /// <param name="load">Reads rules, for the replay.</param>
    /// <param name="labels">The labels of a database.</param>
    /// <param name="clock">For the record.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load, LabelsOf labels, TimeProvider clock) =>
        new ModelsPromoteCommand(load, labels, clock).Command();

    private Command Command()
    {
        var command = rows.Added(new Command("promote",
            """
            Makes a version the champion where it passes the gate: compared with the champion on rows that neither had learned when it answered, and replayed with the rules.
            Example: escalation models promote --model 4f1c22ab90de --data tickets.csv --label-column frustrated --history data/history
            """)
        {
            ModelsCommand.Model, history, gate, force, reason, ModelsCommand.By,
        });
        command.SetAction((parse, cancellation) => ModelsCommand.WithModelAsync(parse, (registry, entry) => RunAsync(parse, registry, entry, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, ModelRegistry registry, ModelEntry entry, CancellationToken cancellation)
    {
        var (forced, why) = (parse.GetValue(force), parse.GetValue(reason));
        if (forced && string.IsNullOrWhiteSpace(why)) return await RefuseAsync("--force needs --reason: say why the checks do not count");
        if (entry.Folder is null) return await RefuseAsync("there is no models folder here: the model inside the program is used; train one, or name a folder with --models");
        ModelSelfTest.Run(entry);
        var after = registry.CurrentOrNone(entry.Target)?.Version;
        if (after == entry.Version)
        {
            Write(parse, new { Promoted = false, Champion = registry.Current(entry.Target) }, $"{entry.Target}: {entry.Version} is the champion already; nothing was done");
            return ExitCode.Done;
        }
        if (await GateAsync(parse, entry.Target) is not { } checks) return ExitCode.BadInput;
        TrainingRows? given = null;
        if (rows.IsGiven(parse) && (given = await rows.ReadAsync(parse, cancellation, entry.Target)) is null) return ExitCode.BadInput;

        var promotion = new ModelPromotion(registry, new ReplayOfPromotion(parse, load, parse.GetValue(history) ?? []));
        var report = await promotion.CheckAsync(entry, given, checks, cancellation);
        if (!parse.GetValue(CommandOptions.Json)) PromotionText.Write(report);
        if (report.Failures.Count > 0 && !forced)
        {
            Write(parse, new { Promoted = false, report.Failures, report.Grounds, report.Notes, Differences = PromotionText.Of(report.Differences), Arms = PromotionText.Of(report.Arms) },
                $"{entry.Version} stays a candidate: {Counted.Of(report.Failures.Count, "check")} failed; --force --reason TEXT promotes it all the same, and that is recorded");
            return ExitCode.CheckFailed;
        }
        Champion champion;
        try
        {
            if (promotion.Promote(entry, report, parse.GetRequiredValue(ModelsCommand.By), why, after, clock.Now()) is not { } promoted) return await OvertakenAsync(registry, entry.Target);
            champion = promoted;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return await NotWrittenAsync(registry, entry, refused);
        }
        Write(parse, new { Promoted = true, Champion = champion, report.Failures, report.Grounds, report.Notes, Differences = PromotionText.Of(report.Differences), Arms = PromotionText.Of(report.Arms) },
            $"{entry.Target}: {champion.Version} is the champion{(champion.From is null ? "" : $", after {champion.From}")}{(champion.Failures.Count > 0 ? $", forced by {champion.PromotedBy}: {champion.Reason}" : "")}");
        return ExitCode.Done;
    }

    private async Task<GateDefinition?> GateAsync(ParseResult parse, string target)
    {
        var named = parse.GetValue(gate);
        if (named is { Exists: false })
        {
            await Console.Error.WriteLineAsync($"{named}: file: is not there; --gate names a file of checks");
            return null;
        }
        var reading = named is null
            ? PromotionGate.Load(CommandOptions.FolderOf(parse.GetValue(CommandOptions.Models), ModelRegistry.DefaultFolder)?.FullName, target)
            : GateParser.Parse(await File.ReadAllTextAsync(named.FullName), named.ToString());
        foreach (var problem in reading.Problems) await Console.Error.WriteLineAsync(problem);
        return reading.Definition;
    }

    internal static async Task<int> OvertakenAsync(ModelRegistry registry, string target)
    {
        var first = registry.CurrentOrNone(target);
        await Console.Error.WriteLineAsync($"{first?.PromotedBy ?? "somebody"} promoted {first?.Version ?? "another version"} meanwhile; nothing was done. Compare with that one: run this again.");
        return ExitCode.CheckFailed;
    }

    /// <summary>A disk that refuses leaves the champion, and what to do about it is said.</summary>
    internal static async Task<int> NotWrittenAsync(ModelRegistry registry, ModelEntry entry, Exception refused)
    {
        await Console.Error.WriteLineAsync($"{entry.Version} was not promoted, since the models folder could not be written: {refused.Message.TrimEnd('.')}. {(registry.CurrentOrNone(entry.Target) is { } champion ? $"{champion.Version} is the champion as before" : "There is no champion, as before")}; make room or writable what is named, and run this again.");
        return ExitCode.Broken;
    }

    internal static void Write(ParseResult parse, object json, string text) =>
        Console.WriteLine(parse.GetValue(CommandOptions.Json) ? JsonSerializer.Serialize(json, ModelJson.Options) : text);

    private static async Task<int> RefuseAsync(string problem)
    {
        await Console.Error.WriteLineAsync(problem);
        return ExitCode.BadInput;
    }
}
