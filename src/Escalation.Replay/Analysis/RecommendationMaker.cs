using Escalation.Core.Decisions;
using Escalation.Core.Derived;

namespace Escalation.Replay.Analysis;

/// <summary>Makes what routing rules see of a recommendation from the decision columns.</summary>
internal sealed class RecommendationMaker(Policy policy)
{
    private readonly Dictionary<ulong, Signal[]> signals = [];

    /// <summary>What routing rules see of the decision on a message.</summary>
    public RecommendationFacts Of(DecisionColumns decisions, int row)
    {
        var mask = decisions.TriggersOf(row);
        if (!signals.TryGetValue(mask, out var known))
            signals.Add(mask, known = [.. policy.Triggers.Where((_, i) => (mask >> Math.Min(i, 63) & 1) != 0).Select(t => new Signal(t.Name, t.Group, 0, Band.None, "", []))]);
        return new RecommendationFacts(decisions.ScoreOf(row), decisions.BandOf(row), known);
    }
}
