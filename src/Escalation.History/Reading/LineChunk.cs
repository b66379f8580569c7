using System.Buffers;
using Escalation.Core.Tickets;
using Escalation.History.Formats;

namespace Escalation.History.Reading;

/// <summary>Whole lines of a file, as bytes. The array is rented and goes back with <see cref="Return"/>.</summary>
internal sealed class LineChunk(byte[] bytes, int length, long firstLine, long offset)
{
    /// <summary>The lines, each with its end but for the last of the file.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

    /// <summary>Number of the first line, from 1.</summary>
    public long FirstLine => firstLine;

    /// <summary>Where the chunk starts in the file.</summary>
    public long Offset => offset;

    public void Return() => ArrayPool<byte>.Shared.Return(bytes);
}

/// <summary>Lines of a chunk, one after the other.</summary>
internal ref struct LineEnumerator(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>The line, without its end.</summary>
    public ReadOnlySpan<byte> Line { get; private set; }

    /// <summary>Where the line starts in the chunk.</summary>
    public int Start { get; private set; }

    private int next;

    public bool MoveNext()
    {
        if (rest.IsEmpty) return false;
        Start = next;
        var end = rest.IndexOf((byte)'\n');
        Line = end < 0 ? rest : rest[..end];
        var taken = end < 0 ? rest.Length : end + 1;
        rest = rest[taken..];
        next += taken;
        if (!Line.IsEmpty && Line[^1] == '\r') Line = Line[..^1];
        return true;
    }
}

/// <summary>Records of one chunk, in the order of its lines.</summary>
internal sealed class ParsedChunk
{
    public List<HistoryRecord> Records { get; } = new(1024);

    /// <summary>The line of each record.</summary>
    public List<long> Places { get; } = new(1024);

    public List<InputProblem> Problems { get; } = [];

    public int Lines { get; set; }

    public ParseCounters Counters { get; set; }
}
