using System.CommandLine;
using Escalation.Replay.Analysis;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules impact CANDIDATE_DIR --history F</c>: what changed rules would have done.</summary>
internal static class RulesImpactCommand
{
    /// <summary>The command.</summary>
    /// <param name="load">Makes a configuration.</param>
    /// <param name="clock">For the age of the cache.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var candidate = new Argument<DirectoryInfo>("CANDIDATE_DIR") { Description = "The rules folder with the changes." };
        var baseline = new Option<string?>("--baseline-rules") { Description = "The rules to compare with. Default: --rules, else ./rules, else the embedded rules.", HelpName = "DIR" };
        var examples = new Option<int>("--examples") { Description = "Most examples of each rule.", DefaultValueFactory = _ => 3, HelpName = "N" };
        examples.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0) result.AddError("--examples: must be 0 or more");
        });
        var dates = new Option<bool>("--effective-dates") { Description = "Run a rule only within its effectiveFrom and effectiveTo, as the live service does. Without it every rule counts at any time." };
        var options = new RuleHistoryOptions(load, clock);
        var command = options.Added(new Command("impact", "Shows what changed rules would have done to a history, and what people said of those messages. Example: escalation rules impact rules-new --history data/history")
        {
            candidate, baseline, examples, dates,
        });
        command.SetAction((parse, cancellation) => Task.Run(() =>
        {
            var changed = parse.GetRequiredValue(candidate);
            if (!changed.Exists)
            {
                Console.Error.WriteLine($"{changed}: there is no such folder; CANDIDATE_DIR is the rules folder with your changes, a copy of the active one to begin with");
                return ExitCode.BadInput;
            }
            using var history = options.Open(parse);
            if (history?.Decide(parse.GetValue(baseline) ?? parse.GetValue(CommandOptions.Rules)?.FullName, cancellation, parse.GetValue(dates)) is not { } before) return ExitCode.BadInput;
            if (history.Decide(changed.FullName, cancellation, parse.GetValue(dates)) is not { } after)
            {
                Console.Error.WriteLine($"{changed} does not load, so nothing was compared; 'escalation rules check {changed}' says the same, faster");
                return ExitCode.BadInput;
            }
            var report = ImpactAnalysis.Run(before, after, parse.GetValue(examples));
            Console.Out.Write(parse.GetValue(CommandOptions.Json) ? RuleAnalysisJson.Write(report) : ImpactText.Write(report));
            return history.ExitCode;
        }, CancellationToken.None));
        return command;
    }
}
