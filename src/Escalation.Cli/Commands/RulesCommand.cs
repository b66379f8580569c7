using System.CommandLine;
using System.Text.Json;
using Escalation.Cli.Commands.Rules;
using Escalation.Core.Tickets;
using Escalation.Rules;
using NodaTime;
using Spectre.Console;

namespace Escalation.Cli.Commands;

/// <summary><c>rules check</c> and <c>rules list</c>, and all that stands beside them.</summary>
internal static class RulesCommand
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The command with its sub-commands.</summary>
    /// <param name="load">Makes a configuration.</param>
    /// <param name="clock">For the record of activations and the age of caches.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var command = new Command("rules", "Checks rule files, shows what they would do, and makes them active. Example: escalation rules check rules");
        command.Subcommands.Add(Check(load, clock));
        command.Subcommands.Add(RulesTestCommand.Create());
        command.Subcommands.Add(RulesSchemaCommand.Create());
        command.Subcommands.Add(RulesTeamsCommand.Create());
        command.Subcommands.Add(List(clock));
        command.Subcommands.Add(RulesImpactCommand.Create(load, clock));
        foreach (var analysis in RulesAnalysisCommands.All(load, clock)) command.Subcommands.Add(analysis);
        command.Subcommands.Add(RulesSuggestCommand.Create(load, clock));
        foreach (var sub in RulesPromotionCommands.All(load, clock).Concat(RulesVersionsCommands.All(clock))) command.Subcommands.Add(sub);
        foreach (var sub in RulesSnoozeCommands.All(clock)) command.Subcommands.Add(sub);
        command.Subcommands.Add(RulesQuarantineCommands.Create(clock));
        return command;
    }

    /// <summary>The argument that names a rules folder.</summary>
    public static Argument<DirectoryInfo?> Folder() => new("DIR")
    {
        Description = "Rules folder. Default: --rules, else ./rules, else the embedded rules.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static Command Check(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var folder = Folder();
        var command = new Command("check", "Reads, checks and compiles every rule file, and says what is wrong where. Example: escalation rules check rules") { folder };
        var reference = new RulesReferenceCheck(load, clock);
        reference.Added(command).SetAction((parse, cancellation) => Task.Run(() =>
        {
            if (Load(parse, folder) is not { } result) return ExitCode.CheckFailed;
            if (result.RuleSet is not null && reference.IsAsked(parse)) return reference.Run(parse, FolderOf(parse, folder)?.FullName, cancellation);
            if (result.RuleSet is { } sound) result = result with { Warnings = [.. result.Warnings, .. RuleDates.Past(sound, clock.Now())] };
            if (parse.GetValue(CommandOptions.Json)) WriteJson(result);
            else WriteText(result);
            return result.RuleSet is null ? ExitCode.CheckFailed : ExitCode.Done;
        }, CancellationToken.None));
        return command;
    }

    private static Command List(TimeProvider clock)
    {
        var folder = Folder();
        var command = new Command("list", "Lists every rule with its stage, trigger and condition. Example: escalation rules list --json") { folder };
        command.SetAction(parse =>
        {
            if (Load(parse, folder) is not { } result) return ExitCode.BadInput;
            if (result.RuleSet is not { } rules)
            {
                foreach (var problem in result.Problems) Console.Error.WriteLine(problem);
                return ExitCode.BadInput;
            }
            if (parse.GetValue(CommandOptions.Json))
                Console.WriteLine(JsonSerializer.Serialize(rules.Describe().Select(r => new
                {
                    r.Name,
                    r.Kind,
                    Stage = Core.Tickets.Wire.Name(r.Stage),
                    EffectiveFrom = Service.Api.Json.Time(r.EffectiveFrom),
                    EffectiveTo = Service.Api.Json.Time(r.EffectiveTo),
                    r.Trigger,
                    r.Expression,
                    r.Confidence,
                    r.Effect,
                    r.Note,
                    r.Owner,
                    r.File,
                    r.Line,
                }), Indented));
            else WriteTable(rules, clock.Now());
            return ExitCode.Done;
        });
        return command;
    }

    private static RuleSetLoadResult? Load(ParseResult parse, Argument<DirectoryInfo?> argument)
    {
        var folder = FolderOf(parse, argument);
        if (folder is not { Exists: false }) return RuleSetLoader.Load(folder?.FullName);
        Console.Error.WriteLine($"{folder}: there is no such rules folder; name one, or leave it out for the embedded rules");
        return null;
    }

    private static DirectoryInfo? FolderOf(ParseResult parse, Argument<DirectoryInfo?> argument) =>
        CommandOptions.FolderOf(parse.GetValue(argument) ?? parse.GetValue(CommandOptions.Rules), "rules");

    private static void WriteText(RuleSetLoadResult result)
    {
        foreach (var problem in result.Problems) Console.Error.WriteLine(problem);
        foreach (var warning in result.Warnings) Console.Error.WriteLine(warning);
        if (result.RuleSet is { } rules)
        {
            var described = rules.Describe();
            Console.WriteLine(
                $"{described.Count(r => r.Kind == "signal")} signal rules, {described.Count(r => r.Kind == "keywords")} keyword rules, {described.Count(r => r.Kind == "routing")} routing rules: sound; version {rules.Version.Short}");
        }
        else Console.WriteLine($"{Counted.Of(result.Problems.Count, "problem")}; the rules that are active stay as they are");
    }

    private static void WriteJson(RuleSetLoadResult result) => Console.WriteLine(JsonSerializer.Serialize(new
    {
        Version = result.RuleSet?.Version.Value,
        Problems = result.Problems.Select(p => p.ToString()),
        Warnings = result.Warnings.Select(p => p.ToString()),
    }, Indented));

    private static void WriteTable(RuleSet rules, Instant now)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("rule", c => c.NoWrap()).AddColumns("stage", "in effect", "trigger", "effect", "condition");
        foreach (var rule in rules.Describe())
            table.AddRow(Markup.Escape(rule.Name), Core.Tickets.Wire.Name(rule.Stage), Markup.Escape(RuleDates.InWords(rule, now)), Markup.Escape(rule.Trigger ?? ""), Markup.Escape(rule.Effect), Markup.Escape(rule.Expression));
        AnsiConsole.Write(table);
    }
}
