using System.Text.Json;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.History.Reading;

/// <summary>Where a line stands in its file, and when it counts.</summary>
internal readonly record struct IndexedLine(long ReceivedMs, long AtMs, long Offset, int Length, long Line) : IComparable<IndexedLine>
{
    public int CompareTo(IndexedLine other)
    {
        var order = ReceivedMs.CompareTo(other.ReceivedMs);
        if (order == 0) order = AtMs.CompareTo(other.AtMs);
        return order == 0 ? Line.CompareTo(other.Line) : order;
    }
}

/// <summary>What a first look at a file has found.</summary>
/// <param name="Lines">Lines.</param>
/// <param name="Index">All lines in order of (receivedAt, at); null where they stand so already.</param>
/// <param name="Problems">Of lines that could not be indexed.</param>
internal sealed record FileLook(long Lines, List<IndexedLine>? Index, IReadOnlyList<InputProblem> Problems);

/// <summary>A cheap first look at a file: whether its lines stand in order of (receivedAt, at), and if not, an index of them.</summary>
internal static class FileOrder
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 16 };

    /// <summary>Looks at a file.</summary>
    /// <exception cref="IOException">It could not be read to its end.</exception>
    public static FileLook Look(string path, DateTimeZone? zone, CancellationToken cancellation)
    {
        if (IsOrdered(path, zone, out var lines, cancellation)) return new FileLook(lines, null, []);
        var index = Index(path, zone, out var problems, cancellation);
        return new FileLook(index.Count, index, problems);
    }

    private static bool IsOrdered(string path, DateTimeZone? zone, out long count, CancellationToken cancellation)
    {
        count = 0;
        var last = (long.MinValue, long.MinValue);
        using var stream = Open(path);
        var lines = new LineReader(stream, path);
        while (lines.Next() is { } chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            var line = new LineEnumerator(chunk.Bytes);
            var ordered = true;
            for (; ordered && line.MoveNext(); count++)
                if (TryKey(line.Line, zone, out var key))
                {
                    ordered = key.CompareTo(last) >= 0;
                    last = key;
                }
            chunk.Return();
            if (!ordered) return false;
        }
        return true;
    }

    /// <remarks>A line without a readable time stays behind the one before it.</remarks>
    private static List<IndexedLine> Index(string path, DateTimeZone? zone, out IReadOnlyList<InputProblem> problems, CancellationToken cancellation)
    {
        var index = new List<IndexedLine>();
        (long Received, long At) last = (long.MinValue, long.MinValue);
        using var stream = Open(path);
        var lines = new LineReader(stream, path);
        while (lines.Next() is { } chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            var line = new LineEnumerator(chunk.Bytes);
            for (var number = chunk.FirstLine; line.MoveNext(); number++)
            {
                if (TryKey(line.Line, zone, out var key)) last = key;
                index.Add(new IndexedLine(last.Received, last.At, chunk.Offset + line.Start, line.Line.Length, number));
            }
            chunk.Return();
        }
        problems = lines.Problems;
        index.Sort();
        return index;
    }

    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);

    private static bool TryKey(ReadOnlySpan<byte> line, DateTimeZone? zone, out (long Received, long At) key) =>
        TryPlainKey(line, zone, out key) || TryAnyKey(line, zone, out key);

    /// <summary>Finds the times without reading the rest: as most lines are written, <c>"at":"</c> stands there once and can be nothing else.</summary>
    /// <remarks>Inside a string its quotes would be escaped. Only attributes may hold a member of any name, and an escape may hide a name: such lines are read.</remarks>
    private static bool TryPlainKey(ReadOnlySpan<byte> line, DateTimeZone? zone, out (long Received, long At) key)
    {
        key = default;
        if (!TryPlainTime(line, "\"at\":\""u8, zone, out var at) || at is null || !TryPlainTime(line, "\"receivedAt\":\""u8, zone, out var received)) return false;
        if (received is null && line.IndexOf("receivedAt"u8) >= 0) return false;
        if (line.IndexOf("\"attributes\""u8) >= 0 || line.IndexOf("\\u"u8) >= 0) return false;
        key = KeyOf(at.Value, received);
        return true;
    }

    private static bool TryPlainTime(ReadOnlySpan<byte> line, ReadOnlySpan<byte> member, DateTimeZone? zone, out Instant? time)
    {
        time = null;
        var start = line.IndexOf(member);
        if (start < 0) return true;
        var rest = line[(start + member.Length)..];
        var end = rest.IndexOf((byte)'"');
        if (end < 0 || rest.IndexOf(member) >= 0 || WireTime.Read(rest[..end], zone, out var read, out _) != TimeReading.Done) return false;
        time = read;
        return true;
    }

    private static (long Received, long At) KeyOf(Instant at, Instant? received) => ((received ?? at).ToUnixTimeMilliseconds(), at.ToUnixTimeMilliseconds());

    private static bool TryAnyKey(ReadOnlySpan<byte> line, DateTimeZone? zone, out (long Received, long At) key)
    {
        Instant? at = null, received = null;
        key = default;
        try
        {
            var json = new Utf8JsonReader(line, Options);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isAt = json.ValueTextEquals("at"u8) || json.ValueTextEquals("validFrom"u8) || json.ValueTextEquals("from"u8);
                var isReceived = !isAt && json.ValueTextEquals("receivedAt"u8);
                json.Read();
                if ((isAt || isReceived) && json.TokenType == JsonTokenType.String && WireTime.Read(json.ValueSpan, zone, out var time, out _) == TimeReading.Done)
                {
                    if (isAt) at = time;
                    else received = time;
                }
                else json.Skip();
            }
        }
        catch (JsonException)
        {
            return false;       // the line is named when it is read in full
        }
        if (at is null) return false;
        key = KeyOf(at.Value, received);
        return true;
    }
}
