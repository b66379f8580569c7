using System.CommandLine;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Service.Api;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules teams FILE [DIR] --out DIR</c>: teams, agents and help-desk groups from a CSV.</summary>
internal static class RulesTeamsCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var table = new Argument<FileInfo>("FILE") { Description = "CSV with a header of team, name, calendar, member, group, specialty; a row for each belonging." };
        var folder = RulesCommand.Folder();
        var output = new Option<string>("--out") { Description = "Where the rules folder is written with them; must be empty.", Required = true, HelpName = "FOLDER" };
        var command = new Command("teams", "Brings teams, their people and the groups of your help desk from a CSV into teams.json. A row with a problem is named and left out, the others are taken. Example: escalation rules teams agents.csv rules --out proposed") { table, folder, output };
        command.SetAction((parse, cancellation) => Task.Run(() => Run(
            parse.GetRequiredValue(table), CommandOptions.FolderOf(parse.GetValue(folder) ?? parse.GetValue(CommandOptions.Rules), "rules")?.FullName, parse.GetRequiredValue(output), parse.GetValue(CommandOptions.Json)), CancellationToken.None));
        return command;
    }

    private static int Run(FileInfo table, string? folder, string output, bool json)
    {
        var refused = !table.Exists ? $"{table}: file: is not there" : NewRulesFolder.Refusal(output);
        if (refused is not null)
        {
            Console.Error.WriteLine(refused);
            return ExitCode.BadInput;
        }
        var files = folder is null ? RuleFiles.BuiltIn() : RuleFiles.FromFolder(folder);
        var loaded = RuleSetLoader.Load(files, FailingCases.NotRun);
        IReadOnlyList<RuleProblem> problems = loaded.RuleSet is null ? loaded.Problems : [];
        var result = problems.Count > 0 ? null : TeamTable.Apply(files, File.ReadAllText(table.FullName), table.ToString(), out problems);
        foreach (var problem in problems) Console.Error.WriteLine(problem);
        if (result is null) return ExitCode.BadInput;
        if (NewRulesFolder.Write(output, result.Files) is { } unsound)
        {
            Console.Error.WriteLine(unsound);
            return ExitCode.BadInput;
        }
        var rejected = problems.Select(p => new { p.File, p.Line, p.Column, p.Rule, p.Message });
        if (json) Console.WriteLine(JsonSerializer.Serialize(new { result.Read, result.Accepted, rejected, result.Made, result.Changed, Folder = output }, Json.Indented));
        else Console.WriteLine($"{Counted.Of(result.Read, "row")} read, {result.Accepted} taken: {Counted.Of(result.Made.Count, "team")} made{Named(result.Made)}, {result.Changed.Count} changed{Named(result.Changed)}; look at it with: escalation rules diff {folder ?? "rules"} {output}");
        return problems.Count == 0 ? ExitCode.Done : ExitCode.BadInput;
    }

    private static string Named(IReadOnlyList<string> teams) => teams.Count == 0 ? "" : $" ({string.Join(", ", teams)})";
}
