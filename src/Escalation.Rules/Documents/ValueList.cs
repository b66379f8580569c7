using System.Buffers;
using System.Numerics;
using System.Text;
using NodaTime;

namespace Escalation.Rules.Documents;

/// <summary>One lists/NAME.csv: values, each with the time in which it holds.</summary>
/// <remarks>
/// Immutable and safe to share. Values are compared by ordinal. All of them lie in one run of UTF-8 bytes behind an open hash table, so that a million take
/// some 40 MB and asking allocates nothing.
/// </remarks>
internal sealed class ValueList
{
    private const int ShortValue = 256;

    private readonly byte[] bytes;
    private readonly int[] starts;
    private readonly int[] next;
    private readonly int[] spanOf;
    private readonly Interval[] spans;
    private readonly int[] slots;

    /// <summary>Made by <see cref="ValueListBuilder"/>.</summary>
    /// <param name="name">The file's name without its ending.</param>
    /// <param name="bytes">All values, one after the other.</param>
    /// <param name="starts">Where each row's value begins; one more for the end of the last.</param>
    /// <param name="next">The next row of the same value, or -1; empty where no value stands twice.</param>
    /// <param name="spanOf">Which span each row has; empty where there is but one.</param>
    /// <param name="spans">Different spans of time.</param>
    /// <param name="slots">First row of a value plus 1, by the value's hash; 0 = free.</param>
    /// <param name="count">Different values.</param>
    public ValueList(string name, byte[] bytes, int[] starts, int[] next, int[] spanOf, Interval[] spans, int[] slots, int count) =>
        (Name, this.bytes, this.starts, this.next, this.spanOf, this.spans, this.slots, Count) = (name, bytes, starts, next, spanOf, spans, slots, count);

    /// <summary>The file's name without its ending.</summary>
    public string Name { get; }

    /// <summary>Whether a row has no date at all and so always holds, also in a replay of long ago.</summary>
    public bool HasUndated => spans.Any(s => !s.HasStart && !s.HasEnd);

    /// <summary>Different values.</summary>
    public int Count { get; }

    /// <summary>Whether the list holds the value at a time; the end of a row is exclusive.</summary>
    public bool Holds(string? value, Instant at)
    {
        if (value is null || Count == 0) return false;
        var size = Encoding.UTF8.GetMaxByteCount(value.Length);
        byte[]? rented = null;
        var buffer = size <= ShortValue * 3 ? stackalloc byte[ShortValue * 3] : rented = ArrayPool<byte>.Shared.Rent(size);
        var encoded = buffer[..Encoding.UTF8.GetBytes(value, buffer)];
        var row = RowOf(encoded, string.GetHashCode(value));
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        for (; row >= 0; row = next.Length == 0 ? -1 : next[row])
            if (spans[SpanOf(row)].Contains(at)) return true;
        return false;
    }

    private int RowOf(ReadOnlySpan<byte> value, int hash)
    {
        for (var slot = hash & (slots.Length - 1); slots[slot] != 0; slot = (slot + 1) & (slots.Length - 1))
        {
            var row = slots[slot] - 1;
            if (bytes.AsSpan(starts[row]..starts[row + 1]).SequenceEqual(value)) return row;
        }
        return -1;
    }

    private int SpanOf(int row) => spanOf.Length > 0 ? spanOf[row] : 0;
}

/// <summary>Collects the rows of a list.</summary>
internal sealed class ValueListBuilder(string name)
{
    private readonly ArrayBufferWriter<byte> bytes = new(1024);
    private readonly List<int> starts = [0];
    private readonly List<int> hashes = [];
    private readonly List<int> spanOf = [];
    private readonly List<Interval> spans = [];
    private readonly Dictionary<Interval, int> spanIndex = [];

    /// <summary>Adds a row; null = open on that side.</summary>
    public void Add(ReadOnlySpan<char> value, Instant? from, Instant? to)
    {
        Encoding.UTF8.GetBytes(value, bytes);
        starts.Add(bytes.WrittenCount);
        hashes.Add(string.GetHashCode(value));
        var span = new Interval(from, to);
        if (!spanIndex.TryGetValue(span, out var index))
        {
            spanIndex.Add(span, index = spans.Count);
            spans.Add(span);
        }
        spanOf.Add(index);
    }

    /// <summary>The list.</summary>
    public ValueList Build()
    {
        var all = bytes.WrittenSpan.ToArray();
        var begins = starts.ToArray();
        var slots = new int[BitOperations.RoundUpToPowerOf2((uint)hashes.Count * 2 + 2)];
        int[] next = [];
        var count = 0;
        for (var row = 0; row < hashes.Count; row++)
        {
            var slot = hashes[row] & (slots.Length - 1);
            while (slots[slot] != 0 && !IsSame(slots[slot] - 1, row)) slot = (slot + 1) & (slots.Length - 1);
            if (slots[slot] == 0) count++;
            else
            {
                if (next.Length == 0) Array.Fill(next = new int[hashes.Count], -1);
                next[row] = slots[slot] - 1;
            }
            slots[slot] = row + 1;
        }
        return new ValueList(name, all, begins, next, spans.Count == 1 ? [] : [.. spanOf], [.. spans], slots, count);

        bool IsSame(int one, int other) =>
            hashes[one] == hashes[other] && all.AsSpan(begins[one]..begins[one + 1]).SequenceEqual(all.AsSpan(begins[other]..begins[other + 1]));
    }
}

/// <summary>Lists that are in use, by name and hash: a reload that leaves a list alone does not read it again.</summary>
internal static class SharedLists
{
    private static readonly Dictionary<(string Name, string Hash), WeakReference<ValueList>> Known = [];

    /// <summary>A list that is in use; null where there is none of that hash.</summary>
    public static ValueList? Find(string name, string hash)
    {
        lock (Known) return Known.TryGetValue((name, hash), out var known) && known.TryGetTarget(out var list) ? list : null;
    }

    /// <summary>Remembers a sound list for as long as somebody uses it.</summary>
    public static void Add(ValueList list, string hash)
    {
        lock (Known)
        {
            foreach (var (key, known) in Known)
                if (!known.TryGetTarget(out _)) Known.Remove(key);
            Known[(list.Name, hash)] = new WeakReference<ValueList>(list);
        }
    }
}
