using System.Diagnostics;
using Escalation.Core.Decisions;
using Escalation.History.Facts;
using Escalation.Rules.Functions;
using NodaTime;

namespace Escalation.Replay.Analysis;

/// <summary>How one rule fares on a history.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Kind"><c>signal</c>, <c>keywords</c> or <c>routing</c>.</param>
/// <param name="Stage">Live, shadow or draft.</param>
/// <param name="Hits">Messages matched by what people said; of a routing rule: escalated messages that it takes.</param>
/// <param name="LastHit">When the last of them was written; null without any.</param>
/// <param name="ErrorRate">Share of messages on which it threw, 0 to 1.</param>
/// <param name="UnavailableRate">Share of messages on which it read an unknown fact unguarded, 0 to 1.</param>
/// <param name="CostNs">Nanoseconds an evaluation on this machine, by itself and confidence included; NaN for routing rules.</param>
public sealed record RuleStatistic(string Rule, string Kind, RuleStage Stage, VerdictCounts Hits, Instant? LastHit, double ErrorRate, double UnavailableRate, double CostNs);

/// <summary>How the rules fare on a history, and what their scripts cost.</summary>
/// <param name="Rules">In file order: signals, then routing.</param>
/// <param name="Scripts">Calls of script functions while the history was looked at.</param>
public sealed record RuleStatisticsReport(IReadOnlyList<RuleStatistic> Rules, IReadOnlyList<ScriptStatistic> Scripts);

/// <summary>Counts hits and measures costs of every rule that is run.</summary>
public static class RuleStatistics
{
    private const int SampledMessages = 2_000;
    private const int Rounds = 5;

    /// <summary>The statistics.</summary>
    public static RuleStatisticsReport Of(DecidedHistory history)
    {
        var kinds = history.Rules.Describe().ToDictionary(r => r.Name, r => r.Kind, StringComparer.Ordinal);
        var verdicts = new VerdictBits(history.Table);
        var all = Math.Max(1, history.Table.Count);
        var found = new List<RuleStatistic>();
        for (var i = 0; i < history.Rules.SignalRules.Count; i++)
        {
            var (rule, bits) = (history.Rules.SignalRules[i], history.Bits[i]);
            found.Add(new RuleStatistic(
                rule.Name, kinds[rule.Name], rule.Stage, verdicts.Of(bits.Hit), LastOf(history, bits.Hit), (double)bits.Error.Count / all, (double)bits.Unavailable.Count / all, CostOf(history, i)));
        }
        foreach (var choice in history.Rules.Single.Routes)
        {
            var taken = new Bits(history.Table.Count);
            foreach (var row in history.Decisions.Escalated().Places())
                if (history.Decisions.RouteOf(row)?.Rule == choice.Rule) taken.Set(row);
            found.Add(new RuleStatistic(choice.Rule, kinds[choice.Rule], RuleStage.Live, verdicts.Of(taken), LastOf(history, taken), 0, 0, double.NaN));
        }
        return new RuleStatisticsReport(found, history.Rules.Scripts);
    }

    private static Instant? LastOf(DecidedHistory history, Bits hits) => hits.Last() is var last && last >= 0 ? history.Table.AtOf(last) : null;

    /// <remarks>The quickest of a few rounds: other work on the machine only adds.</remarks>
    private static double CostOf(DecidedHistory history, int rule)
    {
        var columns = FactColumnNames.Of(history.Rules.Single.Signals[rule].Facts);
        var step = Math.Max(1, history.Table.Count / SampledMessages);
        var facts = Enumerable.Range(0, Math.Min(SampledMessages, history.Table.Count)).Select(i => history.Table.Read(i * step, columns)).ToArray();
        if (facts.Length == 0) return 0;
        var results = new RuleResults();
        var quickest = double.PositiveInfinity;
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var message in facts) history.Rules.Single.Evaluate(rule, message, results);
            quickest = Math.Min(quickest, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }
        return quickest / facts.Length;
    }
}
