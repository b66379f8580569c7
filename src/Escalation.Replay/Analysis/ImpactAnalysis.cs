using Escalation.Core.Decisions;
using Escalation.Rules;

namespace Escalation.Replay.Analysis;

/// <summary>What a candidate rule set would have done to a history: the difference of two replays, message by message, without running them.</summary>
/// <remarks>
/// Only rules that differ are evaluated, and only messages on which they differ are decided again, by the same function as live.
/// Where more than rules differs (policy, words, order of rules), every message on which any rule did anything is.
/// </remarks>
public static class ImpactAnalysis
{
    /// <summary>Compares.</summary>
    /// <param name="before">The baseline over the history.</param>
    /// <param name="after">The candidate over the same history.</param>
    /// <param name="examples">Most examples of each rule, and of the whole.</param>
    public static ImpactReport Run(DecidedHistory before, DecidedHistory after, int examples = 5) => Run(before, after, null, examples);

    /// <summary>Compares on a part of the history.</summary>
    /// <param name="before">The baseline over the history.</param>
    /// <param name="after">The candidate over the same history.</param>
    /// <param name="part">The messages that count; null = all.</param>
    /// <param name="examples">Most examples of each rule, and of the whole.</param>
    /// <exception cref="ArgumentException">The two are not over the same history, or effective dates count in one only.</exception>
    public static ImpactReport Run(DecidedHistory before, DecidedHistory after, Bits? part, int examples)
    {
        if (before.Table.Keys.Observed != after.Table.Keys.Observed) throw new ArgumentException("the two configurations were not given the same history", nameof(after));
        if (before.Configuration.EffectiveDates != after.Configuration.EffectiveDates) throw new ArgumentException("effective dates count in one of the two only", nameof(after));
        var differences = RuleDifference.All(before, after);
        var routes = Surroundings.RoutesThatDiffer(before, after);
        var rows = RowsToDecide(before, after, differences, routes.Count > 0);
        if (part is not null) rows = rows.And(part);
        var decided = before.Decisions.With(after, rows);
        var comparison = new DecisionComparison(before, after, decided, rows);
        return new ImpactReport
        {
            Baseline = before.Rules.Version.Value,
            Candidate = after.Rules.Version.Value,
            EffectiveDates = after.Configuration.EffectiveDates,
            Differences = [.. RuleSetDiff.Between(before.Rules, after.Rules).Select(c => c.ToString())],
            History = comparison.Verdicts.Of(part),
            EscalatedBefore = comparison.Verdicts.Of(Within(before.Decisions.Escalated(), part)),
            EscalatedAfter = comparison.Verdicts.Of(Within(decided.Escalated(), part)),
            Tickets = comparison.Tickets(part),
            Rules = [.. differences.Select(d => ImpactOf(d, before, after, comparison, part, examples))],
            Routes = [.. routes.Select(r => new RouteImpact(r.Rule, r.Kind, comparison.TakenBy(r.Rule, before.Decisions, part), comparison.TakenBy(r.Rule, decided, part)))],
            Moves = comparison.Moves(comparison.Changed),
            Changed = comparison.Verdicts.Of(comparison.Changed),
            Examples = comparison.Examples(comparison.Changed, examples),
            Redecided = rows.Count,
        };
    }

    /// <summary>The messages whose band or team may differ.</summary>
    private static Bits RowsToDecide(DecidedHistory before, DecidedHistory after, IReadOnlyList<RuleDifference> differences, bool routesDiffer)
    {
        if (!Surroundings.AreSame(before, after)) return before.Touched().Or(after.Touched());
        var rows = new Bits(before.Table.Count);
        foreach (var difference in differences)
            if (!IsShadowOnly(difference, before, after)) rows.Add(difference.Rows(before, after));
        return routesDiffer ? rows.Add(before.Decisions.Escalated()) : rows;
    }

    private static bool IsShadowOnly(RuleDifference difference, DecidedHistory before, DecidedHistory after) =>
        (difference.Before < 0 || before.Rules.SignalRules[difference.Before].Stage == RuleStage.Shadow)
        && (difference.After < 0 || after.Rules.SignalRules[difference.After].Stage == RuleStage.Shadow);

    private static RuleImpact ImpactOf(RuleDifference difference, DecidedHistory before, DecidedHistory after, DecisionComparison comparison, Bits? part, int examples)
    {
        var none = new Bits(before.Table.Count);
        var was = Within(RuleDifference.BitsOf(before, difference.Before)?.Hit ?? none, part);
        var now = Within(RuleDifference.BitsOf(after, difference.After)?.Hit ?? none, part);
        var differs = Within(difference.Rows(before, after), part);
        var changed = differs.And(comparison.Changed);
        var shown = comparison.Examples(changed, examples);
        return new RuleImpact(
            difference.Name, difference.Kind, difference.After >= 0 ? after.Rules.SignalRules[difference.After].Stage : before.Rules.SignalRules[difference.Before].Stage,
            comparison.Verdicts.Of(was), comparison.Verdicts.Of(now), comparison.Verdicts.Of(now.Without(was)), comparison.Verdicts.Of(was.Without(now)),
            Within(RuleDifference.BitsOf(after, difference.After)?.Error ?? none, part).Count, Within(RuleDifference.BitsOf(after, difference.After)?.Unavailable ?? none, part).Count,
            comparison.Moves(changed),
            shown.Count < examples ? [.. shown, .. comparison.Examples(differs.Without(comparison.Changed), examples - shown.Count)] : shown);
    }

    private static Bits Within(Bits bits, Bits? part) => part is null ? bits : bits.And(part);
}
