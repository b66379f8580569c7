using System.Globalization;
using System.Text;
using Escalation.Core.Tickets;
using Escalation.Replay.Analysis;

namespace Escalation.Cli.Commands.Rules;

/// <summary>An overlap report for people.</summary>
internal static class OverlapText
{
    /// <summary>The whole report.</summary>
    public static string Write(OverlapReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Counted.Of(report.Messages, "message")}, {report.Escalated:N0} of them escalated; {Counted.Of(report.Findings.Count, "finding")}\n");
        foreach (var group in report.Findings.GroupBy(f => f.Kind))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Wire.Name(group.Key).Replace('_', ' ')}\n");
            foreach (var finding in group) text.Append("  ").Append(finding.Text).Append('\n');
        }
        if (report.Overlaps.Count > 0) text.Append("\noverlap most\n");
        foreach (var pair in report.Overlaps)
            text.Append(CultureInfo.InvariantCulture, $"  {pair.First} and {pair.Second}: {Counted.Of(pair.Both, "message")} of both, {pair.Share:P0} of those of either\n");
        return text.ToString();
    }
}
