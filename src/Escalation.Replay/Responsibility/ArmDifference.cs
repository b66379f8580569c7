using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Replay.Arms;
using Escalation.Replay.Changes;

namespace Escalation.Replay.Responsibility;

/// <summary>Finds which part of an arm changes a decision of the baseline, by deciding again with one part swapped at a time.</summary>
/// <remarks>
/// First each part alone is put into the baseline: where that gives the arm's decision, the part is responsible. Else each is taken back out of the arm:
/// those whose absence gives the baseline's decision are needed together. What is named together is decided once more, so that it is never a guess; where
/// it does not give the arm's decision, all parts are named. Two decisions are the same with the same band and team.
/// </remarks>
internal sealed class ArmDifference
{
    private readonly Configuration before, after;
    private readonly IReadOnlyList<ConfigurationPart> parts;
    private readonly Configuration?[] forward, backward;
    private readonly int[] inseparable;     // a rule that asks for a word list that is new too loads only with it
    private readonly Dictionary<string, Configuration?> joint = new(StringComparer.Ordinal);

    public ArmDifference(Configuration before, Configuration after)
    {
        (this.before, this.after) = (before, after);
        parts = ConfigurationPart.Between(before, after);
        forward = [.. parts.Select(p => Made([p], before, after))];
        backward = [.. parts.Select(p => Made([p], after, before))];
        inseparable = Places(i => forward[i] is null || backward[i] is null);
    }

    /// <summary>What is decided by, but for parts that are put together: the arms first, since what is cached is of them and holds for all that see the same context.</summary>
    public IEnumerable<Configuration> Configurations => forward.Concat(backward).OfType<Configuration>().Prepend(after).Prepend(before);

    /// <summary>Which parts make a change; null where this message is not decided so: another revision was.</summary>
    /// <param name="facts">The facts of its message under a configuration; null where they are not known.</param>
    /// <param name="change">The change.</param>
    public Responsible? Explain(Func<Configuration, DerivedFacts?> facts, DecisionChange change)
    {
        Decision? Decide(Configuration? configuration) => configuration is not null && facts(configuration) is { } derived ? DecisionEngine.Decide(derived, configuration) : null;
        var (was, isNow) = (Decide(before), Decide(after));
        if (was is null || isNow is null || !change.Before.IsOf(was) || !change.After.IsOf(isNow)) return null;
        var put = forward.Select(Decide).ToList();
        var alone = Names(i => put[i] is { } decision && !DecisionChange.Differs(decision, isNow));
        if (alone.Count > 0) return new Responsible(alone, Together: false);
        var taken = backward.Select(Decide).ToList();
        var needed = Places(i => taken[i] is { } decision && !DecisionChange.Differs(decision, was));
        var moving = Places(i => (put[i] is { } decision && DecisionChange.Differs(decision, was)) || (taken[i] is { } other && DecisionChange.Differs(other, isNow)));
        foreach (var together in (int[][])[needed, moving, [.. needed.Union(inseparable)], [.. moving.Union(inseparable)]])
            if (together.Length > 1 && Decide(Joint(together)) is { } decision && !DecisionChange.Differs(decision, isNow)) return new Responsible([.. together.Order().Select(i => parts[i].Name)], Together: true);
        return new Responsible([.. parts.Select(p => p.Name)], Together: parts.Count > 1);
    }

    /// <summary>Makes a configuration whose texts are analyzed once with those of the arms, where they are the same.</summary>
    private Configuration? Made(IReadOnlyList<ConfigurationPart> swapped, Configuration target, Configuration source) =>
        ConfigurationPart.Put(swapped, target, source) is { } made ? AnalyzerSharing.Share([before, after, made])[2] : null;

    private Configuration? Joint(int[] together)
    {
        var key = string.Join(',', together);
        if (!joint.TryGetValue(key, out var made)) joint.Add(key, made = Made([.. together.Select(i => parts[i])], before, after));
        return made;
    }

    private int[] Places(Func<int, bool> holds) => [.. Enumerable.Range(0, parts.Count).Where(holds)];

    private IReadOnlyList<string> Names(Func<int, bool> holds) => [.. Places(holds).Select(i => parts[i].Name)];
}
