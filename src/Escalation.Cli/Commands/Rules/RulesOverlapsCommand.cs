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
    /// <param name="clock">For the age of the cache.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock) => RuleHistoryOptions.Analysis(
        load, clock, "overlaps", "Finds rules that never or always fire, duplicate or contain each other, or are never reached. Example: escalation rules overlaps rules --history data/history",
        OverlapAnalysis.Run, (_, report) => Text(report));

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
