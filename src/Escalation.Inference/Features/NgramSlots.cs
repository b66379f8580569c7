namespace Escalation.Inference.Features;

/// <summary>Chosen n-grams, numbered: which of them a text holds is what trees are asked about.</summary>
/// <remarks>Immutable and thread-safe; 4 bytes a bucket.</remarks>
internal sealed class NgramSlots
{
    private readonly int[] slots;       // of each bucket; -1 = not chosen

    /// <param name="schema">The features.</param>
    /// <param name="buckets">The bucket of each slot.</param>
    /// <param name="used">So many slots, the first, are ever filled.</param>
    public NgramSlots(FeatureSchema schema, IReadOnlyList<int> buckets, int used)
    {
        Count = buckets.Count;
        slots = new int[schema.Buckets];
        Array.Fill(slots, -1);
        for (var i = 0; i < Math.Min(used, Count); i++) slots[buckets[i]] = i;
    }

    /// <summary>Slots in all.</summary>
    public int Count { get; }

    /// <summary>The slots that a row's buckets fill, ascending.</summary>
    /// <param name="buckets">Of one row.</param>
    /// <param name="target">At least as long.</param>
    /// <returns>How many.</returns>
    public int Fill(ReadOnlySpan<int> buckets, Span<int> target)
    {
        var count = 0;
        foreach (var bucket in buckets)
            if (slots[bucket] is var slot and >= 0) target[count++] = slot;
        target[..count].Sort();
        return count;
    }
}
