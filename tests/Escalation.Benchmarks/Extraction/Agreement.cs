namespace Escalation.Benchmarks.Extraction;

/// <summary>Counts of right, wrong and missed claims.</summary>
internal readonly record struct ClaimCounts(int Right, int Claimed, int Gold)
{
    public double Precision => Claimed == 0 ? 0 : (double)Right / Claimed;
    public double Recall => Gold == 0 ? 0 : (double)Right / Gold;
    public double F1 => Claimed + Gold == 0 ? 0 : 2d * Right / (Claimed + Gold);
}

/// <summary>Measures of agreement between two judges, or between a program and gold.</summary>
internal static class Agreement
{
    /// <summary>One value each, empty = nothing claimed; a wrong value is a false positive and a false negative.</summary>
    public static ClaimCounts Single(IReadOnlyList<string> claimed, IReadOnlyList<string> gold)
    {
        int right = 0, claims = 0, golds = 0;
        for (var i = 0; i < gold.Count; i++)
        {
            if (claimed[i].Length > 0) claims++;
            if (gold[i].Length > 0) golds++;
            if (gold[i].Length > 0 && claimed[i] == gold[i]) right++;
        }
        return new ClaimCounts(right, claims, golds);
    }

    /// <summary>Any number of codes each.</summary>
    public static ClaimCounts Sets(IReadOnlyList<IReadOnlyList<string>> claimed, IReadOnlyList<IReadOnlyList<string>> gold)
    {
        var right = 0;
        for (var i = 0; i < gold.Count; i++) right += claimed[i].Count(code => gold[i].Contains(code));
        return new ClaimCounts(right, claimed.Sum(c => c.Count), gold.Sum(g => g.Count));
    }

    /// <summary>Mean F1 over the values that gold knows.</summary>
    public static double MacroF1(IReadOnlyList<string> claimed, IReadOnlyList<string> gold) =>
        gold.Where(g => g.Length > 0).Distinct().Average(value =>
            Single([.. claimed.Select(c => c == value ? c : "")], [.. gold.Select(g => g == value ? g : "")]).F1);

    /// <summary>Share of equal answers and Cohen's kappa.</summary>
    public static (double Share, double Kappa) Kappa(IReadOnlyList<string> a, IReadOnlyList<string> b)
    {
        var n = (double)a.Count;
        var share = a.Zip(b).Count(p => p.First == p.Second) / n;
        var chance = a.Distinct().Sum(value => a.Count(x => x == value) / n * (b.Count(x => x == value) / n));
        return (share, chance >= 1 ? 1 : (share - chance) / (1 - chance));
    }

    /// <summary>Spearman's rank correlation, ties at their mean rank.</summary>
    public static double Spearman(double[] x, double[] y)
    {
        double[] a = Ranks(x), b = Ranks(y);
        double meanA = a.Average(), meanB = b.Average(), both = 0, ofA = 0, ofB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            both += (a[i] - meanA) * (b[i] - meanB);
            ofA += (a[i] - meanA) * (a[i] - meanA);
            ofB += (b[i] - meanB) * (b[i] - meanB);
        }
        return ofA == 0 || ofB == 0 ? 0 : both / Math.Sqrt(ofA * ofB);
    }

    private static double[] Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Length];
        for (var i = 0; i < order.Length;)
        {
            var j = i;
            while (j < order.Length && values[order[j]] == values[order[i]]) j++;
            for (var k = i; k < j; k++) ranks[order[k]] = (i + j - 1) / 2d;
            i = j;
        }
        return ranks;
    }
}
