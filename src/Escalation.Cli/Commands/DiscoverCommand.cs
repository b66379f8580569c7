using System.CommandLine;
using Escalation.Cli.Commands.Rules;
using Escalation.Replay.Analysis;
using Escalation.Replay.Discovery;

namespace Escalation.Cli.Commands;

/// <summary><c>discover --history F</c>: what could escalate, how often and how rightly, and a narrow start.</summary>
internal static class DiscoverCommand
{
    /// <summary>The command.</summary>
    /// <param name="load">Makes a configuration.</param>
    /// <param name="clock">For the age of the cache.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock)
    {
        var options = new RuleHistoryOptions(load, clock);
        var output = new Option<string?>("--out") { Description = "Write the narrow preset here as a rules folder; made where it is missing, refused where it is not empty.", HelpName = "DIR" };
        var most = new Option<int>("--most") { Description = "Most triggers of the preset.", DefaultValueFactory = _ => 5, HelpName = "N" };
        var precision = new Option<double>("--least-precision") { Description = "Share of needed tickets among the known ones that a trigger of the preset has at least.", DefaultValueFactory = _ => .6, HelpName = "SHARE" };
        var labels = new Option<int>("--least-labels") { Description = "Known tickets that a trigger of the preset has at least.", DefaultValueFactory = _ => 5, HelpName = "N" };
        most.AtLeast(1);
        labels.AtLeast(1);
        precision.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(result.GetValueOrDefault<double>() is >= 0 and <= 1)) result.AddError("--least-precision: is a share from 0 to 1, for example 0.6");
        });
        var command = options.Added(new Command("discover", """
            Counts every rule, keyword class and model threshold by itself, with labels and examples, and proposes the few of the highest volume that are precise enough.

            Example: escalation discover --history data/history --out narrow
            """)
        {
            output, most, precision, labels,
        });
        command.SetAction((parse, cancellation) => Task.Run(() =>
        {
            var folder = parse.GetValue(output);
            if (folder is not null && NewRulesFolder.Refusal(folder) is { } refused)
            {
                Console.Error.WriteLine(refused);
                return ExitCode.BadInput;
            }
            using var history = options.Open(parse);
            if (history?.Decide(parse.GetValue(CommandOptions.Rules)?.FullName, cancellation) is not { } decided) return ExitCode.BadInput;
            var report = TriggerDiscovery.Run(decided, new DiscoveryOptions { Most = parse.GetValue(most), LeastPrecision = parse.GetValue(precision), LeastKnown = parse.GetValue(labels) });
            if (folder is not null && NewRulesFolder.Write(folder, NarrowRules.Of(decided.Rules.Files, decided.Configuration.Policy, report)) is { } problem)
            {
                Console.Error.WriteLine(problem);
                return ExitCode.Broken;
            }
            Console.Out.Write(parse.GetValue(CommandOptions.Json) ? RuleAnalysisJson.Write(report) : DiscoveryText.Write(report));
            if (folder is not null) Console.Error.WriteLine($"{folder}: the preset as a rules folder; what is not part of it is a draft or has no trigger. Look at it with: escalation rules impact {folder} --history ... --baseline-rules ...");
            return history.ExitCode;
        }, CancellationToken.None));
        return command;
    }
}
