using System.CommandLine;
using System.Globalization;
using System.Text;
using Escalation.Core.Tickets;
using Escalation.Replay.Analysis;
using Escalation.Rules.Functions;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules stats [DIR] --history F</c>: hits, what people said of them, failures and cost of every rule.</summary>
internal static class RulesStatsCommand
{
    /// <summary>The command.</summary>
    /// <param name="load">Makes a configuration.</param>
    /// <param name="clock">For the age of the cache.</param>
    public static Command Create(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock) => RuleHistoryOptions.Analysis(
        load, clock, "stats", "Counts what every rule did on a history, and measures its cost. Example: escalation rules stats rules --history data/history",
        RuleStatistics.Of, (decided, statistics) => Text(statistics) + Scripts(decided.Rules.Scripts));

    private static string Text(IReadOnlyList<RuleStatistic> statistics)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"rule",-32} {"kind",-8} {"stage",-6} {"hits",8} {"confirmed",9} {"dismissed",9} {"missed",6} {"unknown",8} {"last hit",-10} {"errors",7} {"unavail",7} {"ns",6}\n");
        foreach (var rule in statistics)
            text.Append(CultureInfo.InvariantCulture, $"{rule.Rule,-32} {rule.Kind,-8} {Wire.Name(rule.Stage),-6} {rule.Hits.Messages,8:N0} {rule.Hits.Confirmed,9:N0} {rule.Hits.Dismissed,9:N0} {rule.Hits.Missed,6:N0} {rule.Hits.Unknown,8:N0} {rule.LastHit?.ToString()[..10] ?? "never",-10} {rule.ErrorRate,7:P1} {rule.UnavailableRate,7:P1} {(double.IsNaN(rule.CostNs) ? "" : rule.CostNs.ToString("0", CultureInfo.InvariantCulture)),6}\n");
        return text.ToString();
    }

    /// <summary>What calls of script functions cost while the history was looked at.</summary>
    private static string Scripts(IReadOnlyList<ScriptStatistic> scripts) => string.Concat(scripts.Select(s => string.Create(CultureInfo.InvariantCulture,
        $"script {s.Name}: {s.Calls:N0} calls at {s.MeanMicroseconds:0.0} us each, {s.Errors:N0} errors, {s.Unavailable:N0} unavailable\n")));
}
