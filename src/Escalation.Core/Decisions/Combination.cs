namespace Escalation.Core.Decisions;

/// <summary>Signals to a score: 1 - product over groups of (1 - the group's strongest weight x confidence).</summary>
/// <remarks>Pure. Source: "Score" in DESIGN.md, "Signals and score" in CONTRACTS.md.</remarks>
public static class Combination
{
    private const double AlmostCertain = 1 - 1e-12;

    [ThreadStatic] private static List<Contribution>? scratch;

    /// <summary>Combines the signals of one message.</summary>
    /// <param name="signals">Signals that hit; of a trigger that only joins, those count where another group fired.</param>
    /// <param name="policy">Weights, groups and thresholds.</param>
    /// <param name="cap">Lowest cap of all rules that hit.</param>
    /// <param name="lift">Highest recommendation of the <c>mustEscalate</c> rules that hit.</param>
    /// <param name="without">A trigger to leave out, or null.</param>
    public static Recommendation Recommend(IReadOnlyList<Signal> signals, Policy policy, Band? cap = null, Band? lift = null, string? without = null)
    {
        if (signals.Count == 0 && cap is null && lift is null) return Recommendation.None;
        var groups = scratch ??= [];
        groups.Clear();
        Gather(groups, signals, policy, without);
        var open = 1d;
        foreach (var group in groups) open *= 1 - group.Strength;
        var score = Rounding.Score(1 - open);
        var band = policy.Thresholds.BandOf(score);
        if (groups.Count == 1) band = Lower(band, StrongestRecommendation(signals, groups[0].Group, without));
        if (cap is { } highest) band = Lower(band, highest);
        if (lift is { } lowest) band = Higher(band, lowest);
        return new Recommendation(score, ProbabilityOf(score, policy.Calibration), band, WithShares(groups, score));
    }

    private static void Gather(List<Contribution> groups, IReadOnlyList<Signal> signals, Policy policy, string? without)
    {
        for (var pass = 0; pass < 2; pass++)
        {
            if (pass == 1 && groups.Count == 0) break;
            for (var i = 0; i < signals.Count; i++)
            {
                var signal = signals[i];
                if (string.Equals(signal.TriggerType, without, StringComparison.Ordinal)) continue;
                var trigger = policy.Triggers[policy.TriggerIndex(signal.TriggerType)];
                if (trigger.JoinsOnly == (pass == 1)) Take(groups, signal, trigger);
            }
        }
    }

    private static void Take(List<Contribution> groups, Signal signal, TriggerPolicy trigger)
    {
        var strength = Rounding.Score(trigger.Weight * signal.Confidence);
        var place = 0;
        while (place < groups.Count && !string.Equals(groups[place].Group, trigger.Group, StringComparison.Ordinal)) place++;
        if (place == groups.Count) groups.Add(new Contribution(trigger.Group, trigger.Name, strength, 0));
        else if (strength > groups[place].Strength) groups[place] = new Contribution(trigger.Group, trigger.Name, strength, 0);
    }

    /// <remarks>log(1 - strength) adds up over groups, so shares in proportion to it add up to the score.</remarks>
    private static Contribution[] WithShares(List<Contribution> groups, double score)
    {
        var total = 0d;
        foreach (var group in groups) total += Math.Log(1 - Math.Min(group.Strength, AlmostCertain));
        for (var i = 0; i < groups.Count; i++)
        {
            var part = total == 0 ? 0 : Math.Log(1 - Math.Min(groups[i].Strength, AlmostCertain)) / total;
            groups[i] = groups[i] with { Share = Rounding.Score(part * score) };
        }
        if (groups.Count > 1) groups.Sort(static (a, b) => a.Share != b.Share ? b.Share.CompareTo(a.Share) : string.CompareOrdinal(a.Group, b.Group));
        return groups.Count == 0 ? [] : groups.ToArray();
    }

    private static Band StrongestRecommendation(IReadOnlyList<Signal> signals, string group, string? without)
    {
        var highest = Band.None;
        for (var i = 0; i < signals.Count; i++)
            if (string.Equals(signals[i].Group, group, StringComparison.Ordinal) && !string.Equals(signals[i].TriggerType, without, StringComparison.Ordinal))
                highest = Higher(highest, signals[i].Recommendation);
        return highest;
    }

    private static double? ProbabilityOf(double score, ScoreCalibration? calibration)
    {
        if (calibration is null or { N: < ScoreCalibration.FewestLabels }) return null;
        var clamped = Math.Clamp(score, 1e-6, 1 - 1e-6);
        return Rounding.Score(1 / (1 + Math.Exp(-(calibration.A * Math.Log(clamped / (1 - clamped)) + calibration.B))));
    }

    private static Band Lower(Band a, Band b) => a < b ? a : b;

    private static Band Higher(Band a, Band b) => a > b ? a : b;
}
