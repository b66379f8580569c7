using Escalation.Core.Tickets;

namespace Escalation.Core.Metrics;

/// <summary>Draws for a blind audit, so that what nobody was shown can be judged too.</summary>
/// <remarks>
/// Strata by score; more are drawn where answers will vary more (Neyman's allocation), and some from everywhere. The chance of each is exact: drawn / members
/// of its stratum. Pure: the seed decides.
/// </remarks>
public static class StratifiedSample
{
    private const int FewestOfAStratum = 5;
    private static readonly (string Name, double From)[] Strata = [("quiet", 0), ("near", .2), ("high", .5)];

    /// <summary>Draws so many, or all where there are fewer.</summary>
    /// <param name="candidates">In an order that does not change between two draws, each with its score, 0 to 1.</param>
    /// <param name="count">How many.</param>
    /// <param name="design">The audit's name.</param>
    /// <param name="seed">Of the draw.</param>
    /// <returns>Mixed, so that the order does not tell the stratum.</returns>
    public static IReadOnlyList<(T Item, AuditDraw Draw)> Draw<T>(IReadOnlyList<(T Item, double Score)> candidates, int count, string design, int seed)
    {
        var strata = Strata.Select(s => s.Name).Select(name => (Name: name, Members: candidates.Where(c => NameOf(c.Score) == name).ToList())).Where(s => s.Members.Count > 0).ToList();
        var spread = strata.Select(s => s.Members.Count * Math.Sqrt(s.Members.Average(m => m.Score * (1 - m.Score)) + .01)).ToArray();
        var shares = Shares(count, spread, [.. strata.Select(s => s.Members.Count)]);
        var random = new Random(seed);
        var drawn = new List<(T, AuditDraw)>();
        for (var i = 0; i < strata.Count; i++)
        {
            var (name, members) = strata[i];
            var order = members.ToArray();
            random.Shuffle(order);
            var draw = new AuditDraw(design, name, (double)shares[i] / members.Count);
            drawn.AddRange(order.Take(shares[i]).Select(m => (m.Item, draw)));
        }
        var mixed = drawn.ToArray();
        random.Shuffle(mixed);
        return mixed;
    }

    /// <summary>Draws a share of what was escalated, for blind confirmations, and mixes it with what was drawn of the rest, so that the order does not tell which is which.</summary>
    /// <param name="drawn">What was drawn of the rest.</param>
    /// <param name="escalated">In an order that does not change between two draws.</param>
    /// <param name="share">0 to 1; rounded up to a whole number of items where it is above 0.</param>
    /// <param name="design">The audit's name.</param>
    /// <param name="seed">Of the draw.</param>
    public static IReadOnlyList<(T Item, AuditDraw Draw)> Mix<T>(IReadOnlyList<(T Item, AuditDraw Draw)> drawn, IReadOnlyList<T> escalated, double share, string design, int seed)
    {
        var count = (int)Math.Ceiling(Math.Round(escalated.Count * share, 9));
        if (count == 0) return drawn;
        var random = new Random(seed);
        T[] order = [.. escalated];
        random.Shuffle(order);
        var draw = new AuditDraw(design, AuditDraw.Escalated, (double)count / order.Length);
        (T, AuditDraw)[] mixed = [.. drawn, .. order.Take(count).Select(item => (item, draw))];
        random.Shuffle(mixed);
        return mixed;
    }

    /// <summary>How many of each stratum, adding up to the number asked for, or to all there are.</summary>
    private static int[] Shares(int count, double[] spread, int[] there)
    {
        int[] shares = [.. spread.Select((s, i) => Math.Min(there[i], Math.Max(Math.Min(FewestOfAStratum, count / spread.Length), (int)Math.Round(count * s / spread.Sum()))))];
        while (shares.Sum() > count) shares[Array.IndexOf(shares, shares.Max())]--;
        while (shares.Sum() < Math.Min(count, there.Sum())) shares[Enumerable.Range(0, shares.Length).Where(i => shares[i] < there[i]).MaxBy(i => spread[i])]++;
        return shares;
    }

    private static string NameOf(double score) => Strata.Last(s => score >= s.From).Name;
}
