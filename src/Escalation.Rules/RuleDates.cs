using Escalation.Core.Decisions;
using NodaTime;

namespace Escalation.Rules;

/// <summary>What effective dates mean at an instant, for people: the loader itself knows no clock.</summary>
public static class RuleDates
{
    /// <summary>A warning for each rule whose last date is past, at that date; drafts never run and are left out.</summary>
    public static IReadOnlyList<RuleProblem> Past(RuleSet rules, Instant now) =>
    [
        .. rules.Describe().Where(r => r.Stage != RuleStage.Draft && r.EffectiveTo <= now).Select(r => new RuleProblem(r.File, r.EffectiveToAt.Line, r.EffectiveToAt.Column, r.Name, r.Stage == RuleStage.Shadow
            ? $"its shadow run ended at {r.EffectiveTo}: it neither runs nor is recorded any more; make it live, move \"effectiveTo\", or take it out"
            : $"it has not been in effect since {r.EffectiveTo}; move \"effectiveTo\", or take it out", ProblemSeverity.Warning)),
    ];

    /// <summary>When a rule runs, in words; empty for one without dates.</summary>
    public static string InWords(RuleDescription rule, Instant now) => (rule.EffectiveFrom, rule.EffectiveTo) switch
    {
        (null, null) => "",
        (_, { } to) when to <= now => $"ended {to}",
        ({ } from, { } to) => $"{from} to {to}",
        ({ } from, _) => $"from {from}",
        (_, { } to) => $"to {to}",
    };
}
