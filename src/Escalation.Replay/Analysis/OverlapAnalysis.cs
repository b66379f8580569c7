using System.Globalization;

namespace Escalation.Replay.Analysis;

/// <summary>Compares all pairs of rules by what they did on a history.</summary>
/// <remarks>A finding says what was seen, not what can be: a rule that never fired may wait for its day.</remarks>
public static class OverlapAnalysis
{
    /// <summary>Fewer messages than this are chance.</summary>
    public const int LeastMessages = 5;

    private const int MostOverlaps = 10;
    private const double LeastShare = .25;

    /// <summary>Analyzes signal rules and routing rules.</summary>
    public static OverlapReport Run(DecidedHistory history)
    {
        var findings = new List<RuleFinding>();
        var overlaps = new List<RuleOverlap>();
        if (history.Table.Count == 0) return new OverlapReport(0, 0, [], []);          // nothing was seen, so nothing can be said
        var rules = history.Rules.SignalRules;
        var counts = history.Bits.Select(b => b.Hit.Count).ToArray();
        for (var i = 0; i < rules.Count; i++) AddAlone(history, i, counts[i], findings);
        for (var i = 0; i < rules.Count; i++)
            for (var j = i + 1; j < rules.Count; j++)
                if (counts[i] > 0 && counts[j] > 0) AddPair(history, (i, j), counts, findings, overlaps);
        var routing = RoutingBits.Of(history);
        findings.AddRange(RoutingOverlaps.Find(history, routing));
        return new OverlapReport(
            history.Table.Count, routing.Escalated,
            [.. findings.OrderBy(f => f.Kind)],
            [.. overlaps.OrderByDescending(o => o.Share).ThenByDescending(o => o.Both).Take(MostOverlaps)]);
    }

    private static void AddAlone(DecidedHistory history, int rule, int hits, List<RuleFinding> findings)
    {
        var (name, bits, all) = (history.Rules.SignalRules[rule].Name, history.Bits[rule], history.Table.Count);
        if (hits == 0)
        {
            var (errors, unavailable) = (bits.Error.Count, bits.Unavailable.Count);
            var why = errors + unavailable == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (it threw on {errors}, and read an unknown fact on {unavailable})");
            findings.Add(new RuleFinding(RuleFindingKind.NeverFired, name, null, 0, false, $"{name} matched none of {Number(all)} messages{why}"));
        }
        else if (hits == all) findings.Add(new RuleFinding(RuleFindingKind.AlwaysFired, name, null, all, false, $"{name} matched every one of {Number(all)} messages"));
    }

    private static void AddPair(DecidedHistory history, (int I, int J) pair, int[] counts, List<RuleFinding> findings, List<RuleOverlap> overlaps)
    {
        var (i, j) = pair;
        var both = history.Bits[i].Hit.CountWith(history.Bits[j].Hit);
        if (both < LeastMessages) return;
        var (first, second) = (history.Rules.SignalRules[i].Name, history.Rules.SignalRules[j].Name);
        if (both == counts[i] && both == counts[j])
        {
            var (one, other) = IsCovered(history, i, j) || !IsCovered(history, j, i) ? (i, j) : (j, i);
            var (covered, cover) = (history.Rules.SignalRules[one].Name, history.Rules.SignalRules[other].Name);
            findings.Add(new RuleFinding(RuleFindingKind.Duplicate, covered, cover, both, IsCovered(history, one, other), $"{covered} and {cover} matched the same {Number(both)} messages"));
        }
        else if (both == counts[i]) findings.Add(Subsumed(history, i, j, counts));
        else if (both == counts[j]) findings.Add(Subsumed(history, j, i, counts));
        else if (both >= LeastShare * (counts[i] + counts[j] - both)) overlaps.Add(new RuleOverlap(first, second, both, counts[i] + counts[j] - both));
    }

    private static RuleFinding Subsumed(DecidedHistory history, int inner, int outer, int[] counts)
    {
        var (name, other, redundant) = (history.Rules.SignalRules[inner].Name, history.Rules.SignalRules[outer].Name, IsCovered(history, inner, outer));
        var consequence = redundant ? "; it adds nothing there and could go" : "";
        return new RuleFinding(RuleFindingKind.Subsumed, name, other, counts[inner], redundant, $"all {Number(counts[inner])} messages of {name} are among the {Number(counts[outer])} of {other}{consequence}");
    }

    /// <summary>Whether a rule's signal counts for nothing beside the other's: same group, no stronger, no higher recommendation, no cap, no lift.</summary>
    private static bool IsCovered(DecidedHistory history, int inner, int outer)
    {
        var (one, other, policy) = (history.Rules.SignalRules[inner], history.Rules.SignalRules[outer], history.Configuration.Policy);
        if (one.TriggerIndex < 0 || other.TriggerIndex < 0 || one.Cap is not null || one.MustEscalate || one.Stage != other.Stage) return false;
        var (trigger, cover) = (policy.Triggers[one.TriggerIndex], policy.Triggers[other.TriggerIndex]);
        if (trigger.Group != cover.Group || trigger.JoinsOnly != cover.JoinsOnly) return false;
        if (ConstantOf(history, inner) is not { } confidence || ConstantOf(history, outer) is not { } covering) return false;
        var thresholds = policy.Thresholds;
        return trigger.Weight * confidence <= cover.Weight * covering
            && (one.Recommendation ?? thresholds.RecommendationOf(confidence)) <= (other.Recommendation ?? thresholds.RecommendationOf(covering));
    }

    private static double? ConstantOf(DecidedHistory history, int rule) =>
        double.TryParse(history.Rules.Single.Signals[rule].Confidence, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
