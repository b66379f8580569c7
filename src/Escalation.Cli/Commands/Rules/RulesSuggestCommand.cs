using System.CommandLine;
using System.Globalization;
using System.Text;
using Escalation.Core.Tickets;
using Escalation.Replay.Analysis;
using Escalation.Rules;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules suggest [DIR] --history F</c>: draft rules found in what people said.</summary>
internal static class RulesSuggestCommand
{
    /// <summary>The command.</summary>
    /// <param name="load">Makes a configuration.</param>
    /// <param name="clock">For the age of the cache.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var folder = new Argument<DirectoryInfo?>("DIR") { Description = "Rules folder. Default: --rules, else ./rules, else the embedded rules.", Arity = ArgumentArity.ZeroOrOne };
        var output = new Option<string>("--out") { Description = "Where the draft rules are written, outside the rules folder; copy what you like into its signals.json.", DefaultValueFactory = _ => "suggestions.json", HelpName = "FILE" };
        var options = new RuleHistoryOptions(load, clock);
        var command = options.Added(new Command("suggest", "Finds draft rules in labels, and tries them on customers that they were not found in. Example: escalation rules suggest rules --history data/history --out suggestions.json") { folder, output });
        command.SetAction((parse, cancellation) => Task.Run(() =>
        {
            if (Refusal(parse.GetRequiredValue(output)) is { } refusal)
            {
                Console.Error.WriteLine(refusal);
                return ExitCode.BadInput;
            }
            using var history = options.Open(parse);
            var home = CommandOptions.FolderOf(parse.GetValue(folder) ?? parse.GetValue(CommandOptions.Rules), "rules")?.FullName;
            if (history?.Decide(home, cancellation) is not { } decided) return ExitCode.BadInput;
            var report = RuleSuggester.Run(decided, home is null ? RuleFiles.BuiltIn() : RuleFiles.FromFolder(home));
            File.WriteAllText(parse.GetRequiredValue(output), RuleSuggester.FileOf(report.Rules));
            Console.Out.Write(parse.GetValue(CommandOptions.Json) ? RuleAnalysisJson.Write(report) : Text(report, parse.GetRequiredValue(output)));
            return history.ExitCode;
        }, CancellationToken.None));
        return command;
    }

    /// <summary>Why drafts cannot be written there; null where they can. Said before the work, and never over somebody's rules.</summary>
    private static string? Refusal(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (!Directory.Exists(folder)) return $"--out: there is no folder {folder}; make it, or name another file";
        if (Directory.Exists(file)) return $"--out: {file} is a folder; name a file in it";
        return File.Exists(Path.Combine(folder, "signals.json")) ? $"--out: {folder} is a rules folder; name a file outside it, so that drafts cannot overwrite rules" : null;
    }

    private static string Text(SuggestionReport report, string file)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Counted.Of(report.Rules.Count, "draft rule")} in {file}, {Standing(report)}{Counted.Of(report.Wishes.Count, "suggestion")} by people\n");
        foreach (var rule in report.Rules)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{rule.Name}: {rule.Expression}\n  {(rule.HoldsUp ? "holds up" : "not borne out")} on other customers\n");
            Outcome(text, "where it was found", rule.Purpose, rule.Mined);
            Outcome(text, "other customers", rule.Purpose, rule.OtherCustomers);
            Outcome(text, "other customers, later", rule.Purpose, rule.Later);
        }
        if (report.Wishes.Count > 0) text.Append("\nsuggested by people\n");
        foreach (var wish in report.Wishes) text.Append(CultureInfo.InvariantCulture, $"  {wish.At.ToString()[..10]} {wish.Actor} on {wish.TicketId}: {wish.Note}\n");
        return text.ToString();
    }

    private static string Standing(SuggestionReport report) => (report.Rules.Count, report.Rules.Count(r => r.HoldsUp)) switch
    {
        (0, _) => "",
        (_, 0) => "none of which holds up on other customers; ",
        var (all, sound) when all == sound => "all of which hold up on other customers; ",
        var (_, sound) => $"{sound} of which hold{(sound == 1 ? "s" : "")} up on other customers; ",
    };

    private static void Outcome(StringBuilder text, string where, SuggestionPurpose purpose, SuggestionOutcome outcome)
    {
        var (verb, moved, against) = purpose == SuggestionPurpose.Drop ? ("drops", outcome.NoLonger, outcome.Escalated) : ("escalates", outcome.Escalated, outcome.NoLonger);
        text.Append(CultureInfo.InvariantCulture, $"  {where}: {verb} {(moved.Messages == 0 ? "no messages" : ImpactText.Counts(moved))}");
        if (against.Messages > 0) text.Append(CultureInfo.InvariantCulture, $"; the other way {ImpactText.Counts(against)}");
        text.Append('\n');
    }
}
