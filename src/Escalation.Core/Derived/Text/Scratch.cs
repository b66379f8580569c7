namespace Escalation.Core.Derived.Text;

/// <summary>The buffers of one scan; one per thread.</summary>
internal sealed class Scratch
{
    private PhraseHit[] hits = new PhraseHit[64];
    private int[] before = new int[64];
    private OpenPath[] next = new OpenPath[16];
    private (int Round, int Hit)[] lastOfClass = new (int, int)[64];
    private int round;
    private int dropped;

    /// <summary>Hits so far, dropped ones included.</summary>
    public int HitCount { get; private set; }

    /// <summary>Paths that the last word left open.</summary>
    public OpenPath[] Active { get; private set; } = new OpenPath[16];

    /// <summary>How many of them.</summary>
    public int ActiveCount { get; set; }

    /// <summary>Paths that this word leaves open, so far.</summary>
    public int NextCount { get; set; }

    /// <summary>Forgets the scan before.</summary>
    public void Reset(int classes)
    {
        (HitCount, ActiveCount, NextCount, dropped) = (0, 0, 0, 0);
        if (lastOfClass.Length < classes) (lastOfClass, round) = (new (int, int)[classes], 0);
        if (++round == int.MaxValue)
        {
            Array.Clear(lastOfClass);
            round = 1;
        }
    }

    /// <summary>Takes a hit; of hits of one class that overlap only the longest stays, the first of equals.</summary>
    public void Add(in PhraseHit hit)
    {
        ref var last = ref lastOfClass[hit.Class];
        var previous = last.Round == round ? last.Hit : -1;
        while (previous >= 0 && hits[previous].End > hit.Start)
        {
            if (hits[previous].End - hits[previous].Start >= hit.End - hit.Start) return;
            hits[previous] = hits[previous] with { Phrase = -1 };
            dropped++;
            previous = before[previous];
        }
        if (HitCount == hits.Length)
        {
            Array.Resize(ref hits, hits.Length * 2);
            Array.Resize(ref before, hits.Length);
        }
        before[HitCount] = previous;
        last = (round, HitCount);
        hits[HitCount++] = hit;
    }

    /// <summary>Keeps a path open for the next word.</summary>
    public void Open(in OpenPath path)
    {
        if (NextCount == next.Length) Array.Resize(ref next, next.Length * 2);
        next[NextCount++] = path;
    }

    /// <summary>The next word begins.</summary>
    public void Swap()
    {
        (Active, next) = (next, Active);
        ActiveCount = NextCount;
    }

    /// <summary>The hits that stay, by end.</summary>
    public ReadOnlySpan<PhraseHit> Kept()
    {
        if (dropped == 0) return hits.AsSpan(0, HitCount);
        var kept = 0;
        for (var i = 0; i < HitCount; i++)
            if (hits[i].Phrase >= 0) hits[kept++] = hits[i];
        (HitCount, dropped) = (kept, 0);
        return hits.AsSpan(0, kept);
    }
}
