using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Escalation.Replay.Collecting;

/// <summary>The lists of slices of all parts of a replay, each list and each name once: every part makes its own, and there are many more tickets than different lists.</summary>
/// <remarks>Safe to share between threads.</remarks>
internal sealed class SliceLists
{
    private readonly ConcurrentDictionary<IReadOnlyList<string>, IReadOnlyList<string>> lists = new(new SameNames());
    private readonly ConcurrentDictionary<string, string> names = new(StringComparer.Ordinal);

    /// <summary>The one list that has these names in this order.</summary>
    public IReadOnlyList<string> Of(IReadOnlyList<string> slices)
    {
        if (lists.TryGetValue(slices, out var known)) return known;
        string[] made = [.. slices.Select(s => names.GetOrAdd(s, s))];
        return lists.GetOrAdd(made, made);
    }

    private sealed class SameNames : IEqualityComparer<IReadOnlyList<string>>
    {
        public bool Equals(IReadOnlyList<string>? x, IReadOnlyList<string>? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.SequenceEqual(y, StringComparer.Ordinal));

        public int GetHashCode([DisallowNull] IReadOnlyList<string> obj)
        {
            var hash = new HashCode();
            for (var i = 0; i < obj.Count; i++) hash.Add(obj[i], StringComparer.Ordinal);
            return hash.ToHashCode();
        }
    }
}
