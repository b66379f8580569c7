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

/// <summary>A cheap first look at a file: whether its lines stand in order of (receivedAt, at), and if not, an index of them.</summary>
internal static class FileOrder
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 16 };

    /// <summary>Whether the file is in order, and how many lines it has as far as that needed a look.</summary>
    public static bool IsOrdered(string path, DateTimeZone? zone, out long count, CancellationToken cancellation)
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

    /// <summary>All lines in order; a line without a readable time stays behind the one before it.</summary>
    public static List<IndexedLine> Index(string path, DateTimeZone? zone, InputSummary summary, CancellationToken cancellation)
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
        foreach (var problem in lines.Problems) summary.RejectRead(problem);
        index.Sort();
        return index;
    }

    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan);

    private static bool TryKey(ReadOnlySpan<byte> line, DateTimeZone? zone, out (long Received, long At) key)
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
        key = ((received ?? at).Value.ToUnixTimeMilliseconds(), at.Value.ToUnixTimeMilliseconds());
        return true;
    }
}
