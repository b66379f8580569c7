using Escalation.Core.Decisions;

namespace Escalation.Core.Derived.Text;

/// <summary>The buffers of one extraction; one per thread.</summary>
internal sealed class ContextScratch
{
    private PhraseHit[] hits = new PhraseHit[64];
    private sbyte[] severities = new sbyte[64];
    private ProductScore[] products = [];
    private int[] seenPhrases = [];
    private int round;
    private int count;
    private int[] touched = [];
    private int touchedCount;

    /// <summary>Cue weights per issue type.</summary>
    public readonly CueSum[] Types = new CueSum[Enum.GetValues<IssueType>().Length];

    /// <summary>Cues that speak for what is usual for the product.</summary>
    public CueSum Usual;

    /// <summary>Cues of praise and blame.</summary>
    public CueSum Opinion;

    /// <summary>What speaks for each issue type: its cues, and its words where these were asked.</summary>
    public readonly double[] Totals = new double[IssueWordTable.Types];

    /// <summary>The words of issue-words.csv in the text; only where <see cref="HasWords"/>.</summary>
    public readonly IssueWordScratch Words = new();

    /// <summary>Whether words helped to choose the issue type.</summary>
    public bool HasWords { get; set; }

    /// <summary>Whether the issue type that won is what is usual for the product.</summary>
    public bool UsualWins { get; set; }

    /// <summary>Whether the issue type that won is that of opinions of the product.</summary>
    public bool OpinionWins { get; set; }

    /// <summary>Sum of cue weights per urgency code.</summary>
    public readonly double[] Urgency = new double[Enum.GetValues<UrgencyCode>().Length];

    /// <summary>Sum of cue weights per impact level.</summary>
    public readonly double[] Impact = new double[Enum.GetValues<BusinessImpact>().Length];

    /// <summary>Hits of subject and text; those of the subject have negative words.</summary>
    public ReadOnlySpan<PhraseHit> Hits => hits.AsSpan(0, count);

    /// <summary>The products that anything speaks for.</summary>
    public ReadOnlySpan<int> Touched => touched.AsSpan(0, touchedCount);

    /// <summary>What speaks for a product.</summary>
    public ref ProductScore Product(int index)
    {
        ref var score = ref products[index];
        if (score.Round == round) return ref score;
        score = new ProductScore { Round = round };
        touched[touchedCount++] = index;
        return ref score;
    }

    /// <summary>Whether the text itself speaks for a product.</summary>
    public bool IsMentioned(int product) => products[product].Round == round && products[product].Mentioned;

    /// <summary>Bits of the urgency codes that are there.</summary>
    public int UrgencyMask { get; private set; }

    /// <summary>Lowest confidence of these; 0 without any.</summary>
    public double UrgencyConfidence { get; private set; }

    public void Reset(int catalogueProducts, int phrases)
    {
        if (seenPhrases.Length < phrases || ++round == int.MaxValue)
            (seenPhrases, products, round) = (new int[Math.Max(phrases, seenPhrases.Length)], [], 1);
        (count, touchedCount, UrgencyMask, UrgencyConfidence) = (0, 0, 0, 0);
        if (products.Length < catalogueProducts) (products, touched) = (new ProductScore[catalogueProducts], new int[catalogueProducts]);
        (Usual, Opinion, HasWords) = (default, default, false);
        Array.Clear(Types);
        Array.Clear(Urgency);
        Array.Clear(Impact);
    }

    public void Take(ReadOnlySpan<PhraseHit> found, int tokenShift)
    {
        if (hits.Length < count + found.Length)
        {
            Array.Resize(ref hits, Math.Max(hits.Length * 2, count + found.Length));
            Array.Resize(ref severities, hits.Length);
        }
        foreach (ref readonly var hit in found)
        {
            severities[count] = sbyte.MinValue;
            hits[count++] = hit with { FirstToken = hit.FirstToken + tokenShift, LastToken = hit.LastToken + tokenShift };
        }
    }

    /// <summary>Marks a hit as counted; whether its phrase is new in this text. A word that is repeated weighs once.</summary>
    public bool Counts(int hit)
    {
        severities[hit] = -1;
        ref var seen = ref seenPhrases[hits[hit].Phrase];
        if (seen == round) return false;
        seen = round;
        return true;
    }

    public bool IsCounted(int hit) => severities[hit] >= -1;

    public void SetSeverity(int hit, int severity) => severities[hit] = (sbyte)severity;

    public int SeverityOf(int hit) => severities[hit];

    /// <summary>How many hits say at least almost as much.</summary>
    public int SupportOf(int severity)
    {
        var support = 0;
        for (var i = 0; i < count; i++)
            if (severities[i] >= 0 && severities[i] >= severity - 1) support++;
        return support;
    }

    public void CloseUrgency()
    {
        var lowest = 0d;
        for (var code = 0; code < Urgency.Length; code++)
        {
            if (Urgency[code] < 1) continue;
            UrgencyMask |= 1 << code;
            var confidence = Urgency[code] / (Urgency[code] + .5);
            lowest = lowest == 0 ? confidence : Math.Min(lowest, confidence);
        }
        UrgencyConfidence = Rounding.Score(lowest);
    }
}

/// <summary>Every combination of urgency codes as a list, made once.</summary>
internal static class UrgencyCodes
{
    private static readonly IReadOnlyList<string>[] Lists = Build();

    /// <summary>The codes of a mask, in order of declaration.</summary>
    public static IReadOnlyList<string> Of(int mask) => Lists[mask];

    private static IReadOnlyList<string>[] Build()
    {
        var names = Tickets.Wire.All<UrgencyCode>();
        var lists = new IReadOnlyList<string>[1 << names.Count];
        for (var mask = 0; mask < lists.Length; mask++)
            lists[mask] = Array.AsReadOnly([.. Enumerable.Range(0, names.Count).Where(bit => (mask & (1 << bit)) != 0).Select(bit => names[bit])]);
        return lists;
    }
}

/// <summary>Weights of cues that speak for one value: people say one thing in many words, so the strongest counts whole and the rest in part.</summary>
internal struct CueSum
{
    private double sum;
    private double strongest;

    public void Add(double weight)
    {
        sum += weight;
        strongest = Math.Max(strongest, weight);
    }

    /// <summary>The strongest, and this part of all others.</summary>
    public readonly double Total(double partOfOthers) => strongest + (sum - strongest) * partOfOthers;
}
