using System.Globalization;
using System.Text;
using Escalation.Core.Tickets;
using Escalation.Replay.Analysis;

namespace Escalation.Cli.Commands.Rules;

/// <summary>A report of rule statistics for people.</summary>
internal static class StatisticsText
{
    /// <summary>The whole report.</summary>
    public static string Write(RuleStatisticsReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"rule",-32} {"kind",-8} {"stage",-6} {"hits",8} {"confirmed",9} {"dismissed",9} {"missed",6} {"unknown",8} {"last hit",-10} {"errors",7} {"unavail",7} {"ns",6}\n");
        foreach (var rule in report.Rules)
            text.Append(CultureInfo.InvariantCulture, $"{rule.Rule,-32} {rule.Kind,-8} {Wire.Name(rule.Stage),-6} {rule.Hits.Messages,8:N0} {rule.Hits.Confirmed,9:N0} {rule.Hits.Dismissed,9:N0} {rule.Hits.Missed,6:N0} {rule.Hits.Unknown,8:N0} {rule.LastHit?.ToString()[..10] ?? "never",-10} {rule.ErrorRate,7:P1} {rule.UnavailableRate,7:P1} {(double.IsNaN(rule.CostNs) ? "" : rule.CostNs.ToString("0", CultureInfo.InvariantCulture)),6}\n");
        foreach (var script in report.Scripts)
            text.Append(CultureInfo.InvariantCulture, $"script {script.Name}: {Counted.Of(script.Calls, "call")} at {script.MeanMicroseconds:0.0} us each, {Counted.Of(script.Errors, "error")}, {script.Unavailable:N0} unavailable\n");
        return text.ToString();
    }
}
