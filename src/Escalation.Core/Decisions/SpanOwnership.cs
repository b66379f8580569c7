namespace Escalation.Core.Decisions;

/// <summary>A span of text is evidence for one group: overlapping spans go to the strongest signal.</summary>
/// <remarks>A signal that had spans and keeps none is suppressed. Source: "Signals and score" in CONTRACTS.md.</remarks>
internal static class SpanOwnership
{
    /// <summary>Drops lost spans from the signals in place and moves suppressed signals out.</summary>
    public static IReadOnlyList<Signal> Resolve(List<Signal> signals, Policy policy)
    {
        if (!AnyOverlap(signals)) return [];
        var order = signals.Select((s, i) => (Index: i, Trigger: policy.TriggerIndex(s.TriggerType)))
            .OrderByDescending(x => Rounding.Score(policy.Triggers[x.Trigger].Weight * signals[x.Index].Confidence))
            .ThenBy(x => x.Trigger).ThenBy(x => x.Index).ToArray();
        var claims = new List<(Evidence Span, Signal Owner)>();
        var suppressed = new SortedDictionary<int, Signal>();
        foreach (var (index, _) in order)
        {
            var signal = signals[index];
            var kept = signal.Evidence.Where(e => !e.HasSpan || OwnerOf(claims, e, signal.Group) is null).ToList();
            if (kept.Count < signal.Evidence.Count)
            {
                if (!kept.Exists(e => e.HasSpan))
                {
                    var lost = signal.Evidence.First(e => e.HasSpan);
                    suppressed.Add(index, signal with { SuppressedBy = OwnerOf(claims, lost, signal.Group)!.Rule });
                    continue;
                }
                signals[index] = signal = signal with { Evidence = kept };
            }
            claims.AddRange(signal.Evidence.Where(e => e.HasSpan).Select(e => (e, signal)));
        }
        foreach (var index in suppressed.Keys.Reverse()) signals.RemoveAt(index);
        return [.. suppressed.Values];
    }

    private static Signal? OwnerOf(List<(Evidence Span, Signal Owner)> claims, Evidence span, string group)
    {
        foreach (var (claimed, owner) in claims)
            if (claimed.Start < span.End && span.Start < claimed.End && !string.Equals(owner.Group, group, StringComparison.Ordinal)) return owner;
        return null;
    }

    private static bool AnyOverlap(List<Signal> signals)
    {
        for (var a = 0; a < signals.Count; a++)
            for (var b = a + 1; b < signals.Count; b++)
                if (!string.Equals(signals[a].Group, signals[b].Group, StringComparison.Ordinal) && Overlap(signals[a].Evidence, signals[b].Evidence)) return true;
        return false;
    }

    private static bool Overlap(IReadOnlyList<Evidence> first, IReadOnlyList<Evidence> second)
    {
        for (var i = 0; i < first.Count; i++)
            for (var j = 0; j < second.Count; j++)
                if (first[i].HasSpan && second[j].HasSpan && first[i].Start < second[j].End && second[j].Start < first[i].End) return true;
        return false;
    }
}
