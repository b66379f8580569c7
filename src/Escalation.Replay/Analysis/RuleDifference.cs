using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.History.Facts;

namespace Escalation.Replay.Analysis;

/// <summary>A signal rule that differs between two snapshots.</summary>
/// <param name="Name">The rule.</param>
/// <param name="Kind">How it differs.</param>
/// <param name="Before">Its place in the baseline; -1 where it is new.</param>
/// <param name="After">Its place in the candidate; -1 where it was removed.</param>
internal sealed record RuleDifference(string Name, RuleChangeKind Kind, int Before, int After)
{
    /// <summary>The messages on which its part in the decision may differ.</summary>
    /// <param name="before">The baseline.</param>
    /// <param name="after">The candidate.</param>
    /// <param name="withEvidence">Also those on which only the evidence may that a decision shows.</param>
    public Bits Rows(DecidedHistory before, DecidedHistory after, bool withEvidence = false)
    {
        var (was, now) = (BitsOf(before, Before), BitsOf(after, After));
        // With a constant confidence, the same effect and the same evidence, a message that it matches both ways is decided both ways alike.
        return Kind is RuleChangeKind.Condition or RuleChangeKind.Surroundings or RuleChangeKind.Dates && IsSameSignal(before, after) && (!withEvidence || RestsOnTheSame(before, after))
            ? was!.Hit.Xor(now!.Hit).Add(was.Error.Xor(now.Error)).Add(was.Unavailable.Xor(now.Unavailable))
            : (was?.Any ?? now!.Any).Or(now?.Any ?? was!.Any);
    }

    public static RuleBits? BitsOf(DecidedHistory history, int rule) => rule < 0 ? null : history.Bits[rule];

    /// <summary>The rules that differ, in the candidate's order; removed ones last.</summary>
    /// <inheritdoc cref="Rows"/>
    public static IReadOnlyList<RuleDifference> All(DecidedHistory before, DecidedHistory after, bool withEvidence = false)
    {
        var places = before.Rules.SignalRules.Select((r, i) => (r.Name, i)).ToDictionary(r => r.Name, r => r.i, StringComparer.Ordinal);
        var found = new List<RuleDifference>();
        for (var i = 0; i < after.Rules.SignalRules.Count; i++)
        {
            var name = after.Rules.SignalRules[i].Name;
            if (!places.Remove(name, out var was)) found.Add(new RuleDifference(name, RuleChangeKind.Added, -1, i));
            else if (KindOf(before, was, after, i) is { } kind && new RuleDifference(name, kind, was, i) is var differs && (kind != RuleChangeKind.Surroundings || differs.Rows(before, after, withEvidence).Count > 0)) found.Add(differs);
        }
        found.AddRange(places.OrderBy(p => p.Value).Select(p => new RuleDifference(p.Key, RuleChangeKind.Removed, p.Value, -1)));
        return found;
    }

    private bool IsSameSignal(DecidedHistory before, DecidedHistory after)
    {
        var (one, other) = (before.Rules.SignalRules[Before], after.Rules.SignalRules[After]);
        return before.Rules.Single.Signals[Before].Confidence is { } constant && constant == after.Rules.Single.Signals[After].Confidence
            && (other.TriggerIndex < 0 || (one.ContextFields == other.ContextFields && ClassesOf(before, one).SequenceEqual(ClassesOf(after, other))));     // a rule that only caps shows no evidence
    }

    /// <summary>Whether it shows the same facts of a message, with the same values.</summary>
    private bool RestsOnTheSame(DecidedHistory before, DecidedHistory after)
    {
        var (was, now) = (before.Rules.Single.Signals[Before].Facts, after.Rules.Single.Signals[After].Facts);
        return was.Order(StringComparer.Ordinal).SequenceEqual(now.Order(StringComparer.Ordinal)) && (before.Table.Keys.Differing(after.Table.Keys) & FactColumnNames.Of(now)) == 0;
    }

    /// <remarks>By name: a class that is put in before them moves their places and changes nothing.</remarks>
    private static IEnumerable<string> ClassesOf(DecidedHistory history, SignalRule rule) => rule.KeywordClasses.Select(c => history.Rules.Text.KeywordClasses[c].Name);

    private static RuleChangeKind? KindOf(DecidedHistory before, int was, DecidedHistory after, int now)
    {
        var (one, other) = (before.Rules.SignalRules[was], after.Rules.SignalRules[now]);
        var (first, second) = (before.Rules.Single.Signals[was], after.Rules.Single.Signals[now]);
        if (EffectOf(one) != EffectOf(other) || first.Confidence != second.Confidence) return RuleChangeKind.Effect;
        if (one.Expression != other.Expression) return RuleChangeKind.Condition;
        var columns = FactColumnNames.Of(second.Facts);
        if (after.Configuration.EffectiveDates && (one.EffectiveFrom, one.EffectiveTo) != (other.EffectiveFrom, other.EffectiveTo)) return RuleChangeKind.Dates;
        return first.Key == second.Key && before.Table.Keys.Of(columns) == after.Table.Keys.Of(columns) ? null : RuleChangeKind.Surroundings;
    }

    private static string EffectOf(SignalRule rule) => JsonSerializer.Serialize(new { rule.Trigger, rule.Recommendation, rule.Cap, rule.MustEscalate, rule.Stage });
}
