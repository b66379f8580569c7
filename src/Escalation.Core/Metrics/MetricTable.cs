using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Escalation.Core.Metrics;

/// <summary>Figures by id, each worked out when it is first read: an interval costs a thousand draws, and of a hundred slices hardly a detail is read.</summary>
internal sealed class MetricTable : IReadOnlyDictionary<string, MetricValue>
{
    private readonly Dictionary<string, Func<MetricValue>> figures = new(StringComparer.Ordinal);

    /// <summary>All figures of a set, details among them.</summary>
    public static MetricTable Of(MetricSet set)
    {
        var table = new MetricTable();
        foreach (var (id, value) in set.Metrics) table.Add(id, () => value);
        foreach (var id in set.Details.Keys) table.Add(id, () => set.Details[id]);
        return table;
    }

    /// <inheritdoc/>
    public MetricValue this[string key] => figures[key]();

    /// <inheritdoc/>
    public IEnumerable<string> Keys => figures.Keys;

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Values => figures.Values.Select(f => f());

    /// <inheritdoc/>
    public int Count => figures.Count;

    /// <summary>Adds a figure.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="figure">Works it out; asked at every reading, so it remembers.</param>
    public void Add(string id, Func<MetricValue> figure) => figures.Add(id, figure);

    /// <inheritdoc/>
    public bool ContainsKey(string key) => figures.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out MetricValue value)
    {
        value = figures.TryGetValue(key, out var figure) ? figure() : null;
        return value is not null;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, MetricValue>> GetEnumerator() => figures.Select(f => KeyValuePair.Create(f.Key, f.Value())).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
