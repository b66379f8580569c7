using Escalation.Core.Metrics;

namespace Escalation.Replay.Analysis;

/// <summary>A conjunction of clauses.</summary>
/// <param name="Clauses">In the order in which they were chosen.</param>
/// <param name="Holds">Messages on which all hold.</param>
internal sealed record Conjunction(IReadOnlyList<FactClause> Clauses, Bits Holds)
{
    /// <summary>As a rule writes it.</summary>
    public string Text => string.Join(" && ", Clauses.Select(c => c.Text));
}

/// <summary>Finds conjunctions of up to three clauses that hold on many wanted messages and few others: a beam search, as a person could do it on paper.</summary>
/// <remarks>Deterministic. Later conjunctions look for what the earlier ones have not found. Quality: the lower end of the 95 % interval of the share of wanted ones, times how many.</remarks>
internal sealed class ClauseLearner(IReadOnlyList<FactClause> clauses, int leastWanted)
{
    private const int Beam = 12;
    private const int MostClauses = 3;

    /// <summary>At most so many conjunctions, the best first.</summary>
    /// <param name="wanted">Messages to find.</param>
    /// <param name="others">Messages to leave out.</param>
    /// <param name="most">Conjunctions.</param>
    /// <param name="leastShare">Least share of wanted ones among wanted and others, 0 to 1.</param>
    public IEnumerable<Conjunction> Find(Bits wanted, Bits others, int most, double leastShare)
    {
        for (var found = 0; found < most && Best(wanted, others) is { } best; found++)
        {
            var (hits, wrong) = (best.Holds.CountWith(wanted), best.Holds.CountWith(others));
            if (hits < leastWanted || hits < leastShare * (hits + wrong)) yield break;
            yield return best;
            wanted = wanted.Without(best.Holds);
        }
    }

    private Conjunction? Best(Bits wanted, Bits others)
    {
        var beam = new List<Conjunction>();
        Conjunction? best = null;
        var bestQuality = 0d;
        for (var depth = 0; depth < MostClauses; depth++)
        {
            var grown = depth == 0
                ? clauses.Select(c => new Conjunction([c], c.Holds))
                : beam.SelectMany(b => clauses.Where(c => b.Clauses.All(used => used.Fact != c.Fact)).Select(c => new Conjunction([.. b.Clauses, c], b.Holds.And(c.Holds))));
            beam = [.. grown.Select(c => (Conjunction: c, Quality: QualityOf(c, wanted, others))).Where(c => c.Quality > 0).OrderByDescending(c => c.Quality).ThenBy(c => c.Conjunction.Text, StringComparer.Ordinal).Take(Beam).Select(c => c.Conjunction)];
            // A longer one must be clearly better than a shorter one.
            if (beam.Count == 0 || QualityOf(beam[0], wanted, others) is var quality && quality <= bestQuality * 1.05) break;
            (best, bestQuality) = (beam[0], quality);
        }
        return best;
    }

    private double QualityOf(Conjunction conjunction, Bits wanted, Bits others)
    {
        var (hits, wrong) = (conjunction.Holds.CountWith(wanted), conjunction.Holds.CountWith(others));
        return hits < leastWanted ? 0 : Wilson.Interval((double)hits / (hits + wrong), hits + wrong).Low * Math.Sqrt(hits);
    }
}
