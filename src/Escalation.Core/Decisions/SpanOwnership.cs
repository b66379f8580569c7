namespace Escalation.Core.Decisions;

/// <summary>A span of text is evidence for one group: overlapping spans go to the strongest signal.</summary>
/// <remarks>
/// A signal that had spans and keeps none is suppressed. One that only joins others speaks of the same words as they do, so it claims none and stays without any.
/// Source: "Signals and score" in CONTRACTS.md.
/// </remarks>
internal sealed class SpanOwnership
{
    [ThreadStatic] private static SpanOwnership? scratch;

    private readonly List<Rank> order = [];
    private readonly List<Claim> claims = [];
    private readonly List<Evidence> kept = [];

    private readonly record struct Rank(double Strength, int Trigger, int Index);

    private readonly record struct Claim(int Start, int End, Signal Owner);

    /// <summary>Drops lost spans from the signals in place and moves suppressed signals out.</summary>
    /// <returns>The suppressed ones, in their order.</returns>
    public static IReadOnlyList<Signal> Resolve(List<Signal> signals, Policy policy) => AnyOverlap(signals) ? (scratch ??= new SpanOwnership()).ResolveAll(signals, policy) : [];

    private IReadOnlyList<Signal> ResolveAll(List<Signal> signals, Policy policy)
    {
        order.Clear();
        claims.Clear();
        for (var i = 0; i < signals.Count; i++)
        {
            var trigger = policy.TriggerIndex(signals[i].TriggerType);
            order.Add(new Rank(Rounding.Score(policy.Triggers[trigger].Weight * signals[i].Confidence), trigger, i));
        }
        order.Sort(static (a, b) => b.Strength.CompareTo(a.Strength) is var strength && strength != 0 ? strength : a.Trigger != b.Trigger ? a.Trigger - b.Trigger : a.Index - b.Index);
        List<Signal>? suppressed = null;
        foreach (var rank in order) signals[rank.Index] = Claimed(signals[rank.Index], policy.Triggers[rank.Trigger].JoinsOnly);
        for (var i = 0; i < signals.Count; i++)
            if (signals[i].SuppressedBy is not null) (suppressed ??= []).Add(signals[i]);
        if (suppressed is not null) signals.RemoveAll(static s => s.SuppressedBy is not null);
        return suppressed ?? (IReadOnlyList<Signal>)[];
    }

    /// <summary>The signal with what stronger ones have left it; its own spans are claimed.</summary>
    private Signal Claimed(Signal signal, bool joinsOnly)
    {
        kept.Clear();
        Signal? winner = null;
        var spans = 0;
        for (var i = 0; i < signal.Evidence.Count; i++)
        {
            var piece = signal.Evidence[i];
            if (piece.HasSpan && OwnerOf(piece, signal.Group) is { } owner)
            {
                winner ??= owner;
                continue;
            }
            if (piece.HasSpan) spans++;
            kept.Add(piece);
        }
        if (winner is not null && spans == 0 && !joinsOnly) return signal with { SuppressedBy = winner.Rule };
        if (winner is not null) signal = signal with { Evidence = kept.ToArray() };
        if (joinsOnly) return signal;
        foreach (var piece in kept)
            if (piece.HasSpan) claims.Add(new Claim(piece.Start, piece.End, signal));
        return signal;
    }

    private Signal? OwnerOf(in Evidence span, string group)
    {
        foreach (var claim in claims)
            if (claim.Start < span.End && span.Start < claim.End && !string.Equals(claim.Owner.Group, group, StringComparison.Ordinal)) return claim.Owner;
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
