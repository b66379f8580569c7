using System.CommandLine;
using System.Globalization;
using System.Text;
using Escalation.Core.Tickets;
using Escalation.Replay.Analysis;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules overlaps [DIR] --history F</c>: rules that do nothing, do the same, or stand in each other's way.</summary>
internal static class RulesOverlapsCommand
{
    /// <summary>The command.</summary>
    /// <param name="load">Makes a configuration.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load)
    {
        var folder = new Argument<DirectoryInfo?>("DIR") { Description = "Rules folder. Default: --rules, else ./rules, else the embedded rules.", Arity = ArgumentArity.ZeroOrOne };
        var options = new RuleHistoryOptions(load);
        var command = options.Added(new Command("overlaps", "Finds rules that never or always fire, duplicate or contain each other, or are never reached. Example: escalation rules overlaps rules --history data/history") { folder });
        command.SetAction((parse, cancellation) => Task.Run(() =>
        {
            using var history = options.Open(parse);
            if (history?.Decide((parse.GetValue(folder) ?? parse.GetValue(CommandOptions.Rules))?.FullName, cancellation) is not { } decided) return ExitCode.BadInput;
            var report = OverlapAnalysis.Run(decided);
            Console.Out.Write(parse.GetValue(CommandOptions.Json) ? RuleAnalysisJson.Write(report) : Text(report));
            return history.ExitCode;
        }, CancellationToken.None));
        return command;
    }

    private static string Text(OverlapReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{report.Messages:N0} messages, {report.Escalated:N0} of them escalated; {report.Findings.Count} findings\n");
        foreach (var group in report.Findings.GroupBy(f => f.Kind))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Wire.Name(group.Key).Replace('_', ' ')}\n");
            foreach (var finding in group) text.Append("  ").Append(finding.Text).Append('\n');
        }
        if (report.Overlaps.Count > 0) text.Append("\noverlap most\n");
        foreach (var pair in report.Overlaps)
            text.Append(CultureInfo.InvariantCulture, $"  {pair.First} and {pair.Second}: {pair.Both:N0} messages of both, {pair.Share:P0} of those of either\n");
        return text.ToString();
    }
}
