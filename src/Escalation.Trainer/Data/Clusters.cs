using System.Globalization;
using System.Numerics;
using Escalation.Inference.Evaluation;

namespace Escalation.Trainer.Data;

/// <summary>Which rows belong together: those of one customer, and those whose texts are nearly the same.</summary>
/// <param name="OfCustomers">The cluster of each row by customer alone.</param>
/// <param name="OfTexts">By near-duplicate text alone.</param>
/// <param name="OfAll">By either: what must not stand in two folds.</param>
internal sealed record Clusters(int[] OfCustomers, int[] OfTexts, int[] OfAll)
{
    /// <summary>Fewest groups that can be divided into training rows, held-out rows and folds.</summary>
    public const int FewestGroups = 20;

    /// <summary>A group of more than this share of the rows cannot be held out, nor be a fold.</summary>
    public const double LargestShare = 0.5;

    private const int Bands = 8, RowsOfABand = 4, FewestWords = 4, FewHeldOut = 100;
    private const double NearlyTheSame = 0.7, ManyAcross = .05;

    /// <summary>Finds them.</summary>
    /// <remarks>Near-duplicates by MinHash of word triples (32 values in 8 bands); a pair of one band counts where at least 0.7 of the triples are common. A number counts as any other, names after @ and links as none.</remarks>
    public static Clusters Of(IReadOnlyList<LabelledText> rows, CancellationToken cancellation)
    {
        var customers = Bootstrap.Clusters([.. rows.Select(r => r.CustomerId)]);
        var shingles = new HashSet<ulong>[rows.Count];
        for (var i = 0; i < rows.Count; i++) shingles[i] = Shingles(rows[i].Text);
        int[] texts = [.. Enumerable.Range(0, rows.Count)];
        var signature = new ulong[rows.Count][];
        for (var i = 0; i < rows.Count; i++) signature[i] = Signature(shingles[i]);
        for (var band = 0; band < Bands; band++)
        {
            cancellation.ThrowIfCancellationRequested();
            var seen = new Dictionary<ulong, int>();
            for (var i = 0; i < rows.Count; i++)
            {
                if (shingles[i].Count == 0) continue;
                ulong key = (ulong)band;
                for (var k = 0; k < RowsOfABand; k++) key = Mix(key ^ signature[i][(band * RowsOfABand) + k]);
                if (!seen.TryAdd(key, i) && Likeness(shingles[i], shingles[seen[key]]) >= NearlyTheSame) Join(texts, i, seen[key]);
            }
        }
        for (var i = 0; i < texts.Length; i++) texts[i] = Root(texts, i);
        int[] all = [.. texts];
        var first = new Dictionary<int, int>();
        for (var i = 0; i < all.Length; i++)
            if (!first.TryAdd(customers[i], i)) Join(all, i, first[customers[i]]);
        for (var i = 0; i < all.Length; i++) all[i] = Root(all, i);
        return new Clusters(customers, texts, all);
    }

    /// <summary>What is held out together where no customer is known: near-duplicates, or each row for itself where too many texts resemble one another to be divided.</summary>
    public RowGroups ForHoldOut => FirstDivisible((OfTexts, "near-duplicate"));

    /// <summary>What stands in one fold: rows of a customer and near-duplicates, as far as that can be divided.</summary>
    public RowGroups ForFolds => FirstDivisible((OfAll, "customer and near-duplicate"), (OfCustomers, "customer"), (OfTexts, "near-duplicate"));

    private static bool IsDivisible(int[] groups)
    {
        var sizes = groups.CountBy(g => g).Select(g => g.Value).ToList();
        return sizes.Count >= FewestGroups && sizes.Max() <= groups.Length * LargestShare;
    }

    private RowGroups FirstDivisible(params ReadOnlySpan<(int[] Groups, string By)> ways)
    {
        foreach (var (groups, by) in ways)
            if (IsDivisible(groups)) return new RowGroups(groups, by);
        return new RowGroups([.. Enumerable.Range(0, OfTexts.Length)], "row, since too many texts resemble one another");
    }

    /// <summary>How many held-out rows have a near-duplicate among the training rows, for the card.</summary>
    public string AcrossNote(HoldOut split) => string.Create(CultureInfo.InvariantCulture, $"held-out rows that are nearly the same as a training row: {Across(split)}");

    /// <summary>What makes the figures of a held-out part less than they seem: few rows, or many with a near-duplicate that was trained on.</summary>
    public IEnumerable<string> WarningsOf(HoldOut split)
    {
        if (split.Test.Length < FewHeldOut)
            yield return string.Create(CultureInfo.InvariantCulture, $"only {split.Test.Length} rows were held out: the figures say little, as their intervals show; more labels are needed to trust them");
        if (Across(split) is var across && across >= split.Test.Length * ManyAcross && across > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{across} of {split.Test.Length} held-out rows are nearly the same as a training row: the figures are better than they will be on new texts");
    }

    private int Across(HoldOut split)
    {
        var trained = split.Train.Select(i => OfTexts[i]).ToHashSet();
        return split.Test.Count(i => trained.Contains(OfTexts[i]));
    }

    private static HashSet<ulong> Shingles(string text)
    {
        var words = new List<ulong>();
        foreach (var part in text.AsSpan().SplitAny(' ', '\t', '\r', '\n'))
        {
            var word = text.AsSpan(part);
            if (word.IsEmpty || word[0] == '@' || word.StartsWith("http", StringComparison.OrdinalIgnoreCase)) continue;
            ulong hash = 0;
            var last = ' ';
            foreach (var c in word)
            {
                if (!char.IsLetterOrDigit(c)) continue;
                var kept = char.IsDigit(c) ? '0' : char.ToLowerInvariant(c);
                if (kept != '0' || last != '0') hash = Mix(hash ^ kept);
                last = kept;
            }
            if (hash != 0) words.Add(hash);
        }
        var shingles = new HashSet<ulong>();
        if (words.Count < FewestWords) return shingles;
        for (var i = 0; i + 2 < words.Count; i++) shingles.Add(Mix(Mix(Mix(words[i]) ^ words[i + 1]) ^ words[i + 2]));
        return shingles;
    }

    private static ulong[] Signature(HashSet<ulong> shingles)
    {
        var smallest = new ulong[Bands * RowsOfABand];
        Array.Fill(smallest, ulong.MaxValue);
        foreach (var shingle in shingles)
            for (var k = 0; k < smallest.Length; k++) smallest[k] = Math.Min(smallest[k], Mix(shingle + ((ulong)k * 0x9E3779B97F4A7C15)));
        return smallest;
    }

    private static double Likeness(HashSet<ulong> one, HashSet<ulong> other)
    {
        var common = one.Count(other.Contains);
        return (double)common / (one.Count + other.Count - common);
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        return BitOperations.RotateLeft((value ^ (value >> 27)) * 0x94D049BB133111EB, 31) + 1;
    }

    private static void Join(int[] parents, int one, int other)
    {
        var (a, b) = (Root(parents, one), Root(parents, other));
        parents[Math.Max(a, b)] = Math.Min(a, b);
    }

    private static int Root(int[] parents, int of)
    {
        while (parents[of] != of) of = parents[of] = parents[parents[of]];
        return of;
    }
}

/// <summary>Rows that stay together.</summary>
/// <param name="Of">The group of each row.</param>
/// <param name="By">What makes a group, for the card.</param>
internal sealed record RowGroups(int[] Of, string By);
