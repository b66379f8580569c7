namespace Escalation.Core.Derived.Text;

/// <summary>The buffers of one scan; one per thread.</summary>
internal sealed class Scratch
{
    private PhraseHit[] hits = new PhraseHit[64];
    private OpenPath[] next = new OpenPath[16];

    /// <summary>Hits so far.</summary>
    public int HitCount { get; private set; }

    /// <summary>Paths that the last word left open.</summary>
    public OpenPath[] Active { get; private set; } = new OpenPath[16];

    /// <summary>How many of them.</summary>
    public int ActiveCount { get; set; }

    /// <summary>Paths that this word leaves open, so far.</summary>
    public int NextCount { get; set; }

    public void Reset() => (HitCount, ActiveCount, NextCount) = (0, 0, 0);

    public void Add(in PhraseHit hit)
    {
        if (HitCount == hits.Length) Array.Resize(ref hits, hits.Length * 2);
        hits[HitCount++] = hit;
    }

    public void Open(in OpenPath path)
    {
        if (NextCount == next.Length) Array.Resize(ref next, next.Length * 2);
        next[NextCount++] = path;
    }

    public void Swap()
    {
        (Active, next) = (next, Active);
        ActiveCount = NextCount;
    }

    /// <summary>Of hits of one class that overlap only the longest, the first of equals; by class and start.</summary>
    public ReadOnlySpan<PhraseHit> KeepLongest()
    {
        if (HitCount < 2) return hits.AsSpan(0, HitCount);
        var all = hits.AsSpan(0, HitCount);
        if (HitCount <= 24) InsertionSort(all);
        else all.Sort(default(ByClassAndStart));
        var kept = 0;
        for (var i = 1; i < all.Length; i++)
        {
            ref var last = ref all[kept];
            ref readonly var hit = ref all[i];
            if (hit.Class != last.Class || hit.Start >= last.End) all[++kept] = hit;
            else if (hit.End - hit.Start > last.End - last.Start) last = hit;
        }
        return all[..(kept + 1)];
    }

    private static void InsertionSort(Span<PhraseHit> all)
    {
        for (var i = 1; i < all.Length; i++)
        {
            var hit = all[i];
            var j = i - 1;
            for (; j >= 0 && default(ByClassAndStart).Compare(all[j], hit) > 0; j--) all[j + 1] = all[j];
            all[j + 1] = hit;
        }
    }

    private readonly struct ByClassAndStart : IComparer<PhraseHit>
    {
        public int Compare(PhraseHit x, PhraseHit y)
        {
            if (x.Class != y.Class) return x.Class.CompareTo(y.Class);
            if (x.Start != y.Start) return x.Start.CompareTo(y.Start);
            return x.End != y.End ? y.End.CompareTo(x.End) : x.Phrase.CompareTo(y.Phrase);
        }
    }
}
