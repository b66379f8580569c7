using Escalation.Core.Metrics;

namespace Escalation.Replay.Collecting;

/// <summary>A slice that was measured.</summary>
/// <param name="Name">For example <c>channel=chat</c>.</param>
/// <param name="Tickets">Tickets created in the window that lie in it, the same for every arm.</param>
public sealed record SliceSize(string Name, int Tickets)
{
    /// <summary>What it cuts by.</summary>
    public string Dimension => SliceNames.DimensionOf(Name);

    /// <summary>Whether it is too small for its figures to be more than a hint: below the labels that a gate asks for.</summary>
    public bool IsSmall => Tickets < GateCheck.FewestLabels;
}

/// <summary>The metrics of every slice for every arm, and each further arm less the first.</summary>
internal sealed class SlicedMetrics
{
    /// <summary>Values shown of one dimension; a product list or a help desk may have thousands.</summary>
    public const int MostOfADimension = 40;

    private SlicedMetrics(IReadOnlyList<SliceSize> sizes, IReadOnlyDictionary<string, (int Values, int Tickets)> leftOut, IReadOnlyList<Part> parts) => (Sizes, LeftOut, this.parts) = (sizes, leftOut, parts);

    private readonly IReadOnlyList<Part> parts;

    /// <summary>What was measured, by dimension in the order of reports, then by name.</summary>
    public IReadOnlyList<SliceSize> Sizes { get; }

    /// <summary>By dimension with more than <see cref="MostOfADimension"/> values: the smaller ones, and the tickets in them.</summary>
    public IReadOnlyDictionary<string, (int Values, int Tickets)> LeftOut { get; }

    /// <summary>The metrics of an arm by slice.</summary>
    public IReadOnlyDictionary<string, MetricSet> Of(int arm) => parts.ToDictionary(p => p.Name, p => p.Arms[arm], StringComparer.Ordinal);

    /// <summary>An arm less the first one, by slice, as paired differences.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, MetricValue>> DifferencesOf(int arm) => parts.ToDictionary(p => p.Name, p => p.Differences[arm], StringComparer.Ordinal);

    /// <summary>Measures.</summary>
    /// <param name="arms">The outcomes of each arm over the same tickets.</param>
    /// <param name="asked">Slices that are measured in any case where something lies in them.</param>
    /// <param name="all">Whether the largest slices of every dimension are measured too.</param>
    /// <param name="workers">Threads; the result does not depend on it.</param>
    public static SlicedMetrics Measure(IReadOnlyList<Outcomes> arms, IReadOnlyList<string> asked, bool all, int workers)
    {
        var tickets = new Dictionary<string, int>(StringComparer.Ordinal);
        if (all || asked.Count > 0)
            foreach (var ticket in arms[0].Tickets)
                foreach (var slice in ticket.Slices) tickets[slice] = tickets.GetValueOrDefault(slice) + 1;
        var wanted = asked.Where(tickets.ContainsKey).ToHashSet(StringComparer.Ordinal);
        var leftOut = new Dictionary<string, (int Values, int Tickets)>(StringComparer.Ordinal);
        foreach (var dimension in all ? SliceNames.Dimensions : [])
        {
            var values = tickets.Where(t => SliceNames.DimensionOf(t.Key) == dimension).OrderByDescending(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal).ToList();
            if (values is [var only] && only.Key == SliceNames.Of(dimension, SliceNames.Unknown)) continue;      // says nothing
            wanted.UnionWith(values.Take(MostOfADimension).Select(v => v.Key));
            var rest = values.Where(v => !wanted.Contains(v.Key)).ToList();
            if (rest.Count > 0) leftOut.Add(dimension, (rest.Count, rest.Sum(r => r.Value)));
        }
        var order = SliceNames.Dimensions.Index().ToDictionary(d => d.Item, d => d.Index, StringComparer.Ordinal);
        var sizes = wanted.Select(w => new SliceSize(w, tickets[w])).OrderBy(s => order.GetValueOrDefault(s.Dimension, order.Count)).ThenBy(s => s.Name, StringComparer.Ordinal).ToList();
        // One dimension after another: the slices of one hold every ticket once.
        return new SlicedMetrics(sizes, leftOut, [.. sizes.GroupBy(s => s.Dimension, StringComparer.Ordinal).SelectMany(d => PartsOf(arms, [.. d.Select(s => s.Name)], workers))]);
    }

    private static Part[] PartsOf(IReadOnlyList<Outcomes> arms, IReadOnlyList<string> slices, int workers)
    {
        var bySlice = arms.Select(a => a.BySlice(slices.Contains)).ToList();
        var parts = new Part[slices.Count];
        Parallel.For(0, slices.Count, new ParallelOptions { MaxDegreeOfParallelism = workers }, i => parts[i] = Part.Of(slices[i], [.. bySlice.Select(b => b[slices[i]])]));
        return parts;
    }

    private sealed record Part(string Name, IReadOnlyList<MetricSet> Arms, IReadOnlyList<IReadOnlyDictionary<string, MetricValue>> Differences)
    {
        public static Part Of(string name, IReadOnlyList<Outcomes> arms)
        {
            var sets = arms.Select(a => EscalationMetrics.Compute(a)).ToList();
            var differences = sets.ConvertAll(s => s.Minus(sets[0]));
            foreach (var set in sets) set.Close();
            return new Part(name, sets, differences);
        }
    }
}
