using System.CommandLine;
using Escalation.Replay.Analysis;

namespace Escalation.Cli.Commands.Rules;

/// <summary><c>rules overlaps</c> and <c>rules stats</c>: one rules folder looked at over a history.</summary>
internal static class RulesAnalysisCommands
{
    /// <summary>The two commands.</summary>
    /// <param name="load">Makes a configuration.</param>
    /// <param name="clock">For the age of the cache.</param>
    public static IEnumerable<Command> All(Func<ConfigurationRequest, ConfigurationLoad> load, TimeProvider clock) =>
    [
        RuleHistoryOptions.Analysis(
            load, clock, "overlaps", "Finds rules that never or always fire, duplicate or contain each other, or are never reached. Example: escalation rules overlaps rules --history data/history",
            OverlapAnalysis.Run, OverlapText.Write),
        RuleHistoryOptions.Analysis(
            load, clock, "stats", "Counts what every rule did on a history, and measures its cost. Example: escalation rules stats rules --history data/history",
            RuleStatistics.Of, StatisticsText.Write),
    ];
}
