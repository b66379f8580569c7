using System.Collections.Concurrent;
using Escalation.History.Formats;

namespace Escalation.History.Reading;

/// <summary>Parsers that are lent to the tasks of one source, so that each keeps its own texts.</summary>
internal sealed class ParserPool(HistoryReadOptions options)
{
    private readonly ConcurrentBag<HistoryJsonReader> idle = [];

    public HistoryReadOptions Options => options;

    /// <summary>Parses a chunk and gives its bytes back.</summary>
    public ParsedChunk Parse(LineChunk chunk, RecordType? type, string name)
    {
        var parsed = new ParsedChunk();
        var reader = Rent();
        var line = new LineEnumerator(chunk.Bytes);
        for (var number = chunk.FirstLine; line.MoveNext(); number++) Parse(reader, line.Line, type, name, number, parsed);
        chunk.Return();
        Return(reader, parsed);
        return parsed;
    }

    public HistoryJsonReader Rent() => idle.TryTake(out var reader) ? reader : new HistoryJsonReader(options);

    public void Return(HistoryJsonReader reader, ParsedChunk parsed)
    {
        parsed.Counters = reader.TakeCounters();
        idle.Add(reader);
    }

    public static void Parse(HistoryJsonReader reader, ReadOnlySpan<byte> line, RecordType? type, string name, long number, ParsedChunk parsed)
    {
        parsed.Lines++;
        if (reader.Read(line, type, name, number, out var problem) is { } record)
        {
            parsed.Records.Add(record);
            parsed.Places.Add(number);
        }
        else parsed.Problems.Add(problem!);
    }
}
