using System.Buffers;
using Escalation.Core.Tickets;
using Escalation.History.Formats;

namespace Escalation.History.Reading;

/// <summary>One file's records in order of (receivedAt, at), parsed ahead on other threads.</summary>
internal abstract class HistoryFile(string name, RecordType? type, ParserPool parsers, InputSummary summary) : IDisposable
{
    private readonly Queue<Ahead<ParsedChunk>> ahead = new();
    private ParsedChunk? current;
    private int next;

    /// <summary>As it was named.</summary>
    public string Name => name;

    protected RecordType? Type => type;

    protected ParserPool Parsers => parsers;

    protected InputSummary Summary => summary;

    /// <summary>Where the lines were read and counted before, in another form: the line there of each line here.</summary>
    public IReadOnlyList<long>? SpoolOf { get; init; }

    /// <summary>The line of <see cref="Head"/>, from 1.</summary>
    public long HeadLine { get; private set; }

    /// <summary>The record that stands first; null at the end.</summary>
    public HistoryRecord? Head { get; private set; }

    /// <summary>Whether <see cref="Head"/> is missing only because it would have to be waited for.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Sets <see cref="Head"/> to the next record.</summary>
    /// <param name="cancellation">Ends between two parts.</param>
    /// <param name="mayWait">Whether to wait for an input that has nothing more for now; else <see cref="IsWaiting"/> says so.</param>
    /// <exception cref="IOException">The file broke off.</exception>
    public void Advance(CancellationToken cancellation, bool mayWait = true)
    {
        IsWaiting = false;
        while (current is null || next >= current.Records.Count)
        {
            if (ahead.Count == 0 && !mayWait && WouldWait)
            {
                (Head, IsWaiting) = (null, true);
                return;
            }
            while (ahead.Count < parsers.Options.Workers + 1 && !(ahead.Count > 0 && WouldWait) && StartNext(cancellation) is { } started) ahead.Enqueue(started);
            TakeProblems();
            if (ahead.Count == 0)
            {
                Head = null;
                return;
            }
            current = ahead.Dequeue().Take();
            next = 0;
            if (SpoolOf is null) summary.Read += current.Lines;
            if (SpoolOf is null) summary.Take(current.Counters);
            foreach (var problem in current.Problems) summary.Reject(problem);
        }
        var line = current.Places[next];
        HeadLine = SpoolOf is { } places ? places[(int)line - 1] : line;
        Head = current.Records[next];
        current.Records[next++] = null!;        // a chunk must not keep what the reader has let go
    }

    /// <summary>Starts parsing the next part; null at the end.</summary>
    protected abstract Ahead<ParsedChunk>? StartNext(CancellationToken cancellation);

    /// <summary>Whether the next part would have to be waited for.</summary>
    protected virtual bool WouldWait => false;

    /// <summary>Hands over problems found outside of parsing.</summary>
    protected virtual void TakeProblems()
    {
    }

    public virtual void Dispose()
    {
        foreach (var part in ahead) part.Drop();
        ahead.Clear();
    }
}

/// <summary>A JSONL file that is in order already, or a stream that is taken as it comes.</summary>
internal sealed class SequentialJsonFile(Stream stream, string name, RecordType? type, ParserPool parsers, InputSummary summary)
    : HistoryFile(name, type, parsers, summary)
{
    private readonly LineReader lines = new(stream, name);

    protected override bool WouldWait => lines.WouldWait;

    protected override Ahead<ParsedChunk>? StartNext(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (lines.Next() is not { } chunk) return null;
        return new Ahead<ParsedChunk>(() => Parsers.Parse(chunk, Type, Name), Parsers.Options.Workers > 1);
    }

    protected override void TakeProblems()
    {
        foreach (var problem in lines.Problems) Summary.RejectRead(problem);
        lines.Problems.Clear();
    }

    public override void Dispose()
    {
        base.Dispose();
        stream.Dispose();
    }
}

/// <summary>A JSONL file out of order, read line by line through an index of offsets.</summary>
internal sealed class IndexedJsonFile(string path, string name, RecordType? type, ParserPool parsers, InputSummary summary, List<IndexedLine> index)
    : HistoryFile(name, type, parsers, summary)
{
    private const int BatchLines = 512;
    private readonly FileStream stream = FileOrder.Open(path);
    private int position;

    protected override Ahead<ParsedChunk>? StartNext(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (position >= index.Count) return null;
        var (from, count) = (position, Math.Min(BatchLines, index.Count - position));
        position += count;
        return new Ahead<ParsedChunk>(() => Parse(from, count), Parsers.Options.Workers > 1);
    }

    private ParsedChunk Parse(int from, int count)
    {
        var parsed = new ParsedChunk();
        var reader = Parsers.Rent();
        for (var i = from; i < from + count; i++)
        {
            var line = index[i];
            var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(1, line.Length));
            var read = 0;
            while (read < line.Length)
            {
                var part = RandomAccess.Read(stream.SafeFileHandle, bytes.AsSpan(read, line.Length - read), line.Offset + read);
                if (part == 0) throw new EndOfStreamException($"{Name}:{line.Line}: the file became shorter while it was read");
                read += part;
            }
            ParserPool.Parse(reader, bytes.AsSpan(0, line.Length), Type, Name, line.Line, parsed);
            ArrayPool<byte>.Shared.Return(bytes);
        }
        Parsers.Return(reader, parsed);
        return parsed;
    }

    public override void Dispose()
    {
        base.Dispose();
        stream.Dispose();
    }
}
