using Escalation.Core.Derived;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.Reading;

namespace Escalation.Replay.Pipeline;

/// <summary>A record on its way to the ordered stage; messages come with their text already analyzed.</summary>
/// <param name="Message">The message, or null.</param>
/// <param name="Other">Any other record, or null.</param>
public readonly record struct PreparedRecord(ObservedMessage? Message, HistoryRecord? Other)
{
    /// <summary>No record: the input has nothing more for now.</summary>
    public bool IsPause => Message is null && Other is null;
}

/// <summary>Analyzes texts on all cores ahead of the ordered stage, which sees the records in the order they came.</summary>
public static class PreparedRecords
{
    private const int BatchSize = 256;

    /// <summary>The records in order, each message with the text facts of every analyzer in its memo.</summary>
    /// <param name="records">Records in order, null for a pause, before which all records are handed out; pulled by the thread that enumerates the result.</param>
    /// <param name="analyzers">The analyzers of all arms, each once.</param>
    /// <param name="workers">Threads that analyze, at least 1; the result does not depend on it.</param>
    /// <param name="cancellation">Ends between two batches.</param>
    public static IEnumerable<PreparedRecord> Of(IEnumerable<HistoryRecord?> records, IReadOnlyList<TextAnalyzer> analyzers, int workers, CancellationToken cancellation)
    {
        TextAnalyzer[] distinct = [.. analyzers];
        var ahead = new Queue<Ahead<ArraySegment<PreparedRecord>>>();
        using var source = records.GetEnumerator();
        bool ended = false, paused = false;
        while (true)
        {
            while (!ended && !paused && ahead.Count <= workers * 4)
            {
                cancellation.ThrowIfCancellationRequested();
                var (batch, count) = Fill(source, out ended, out paused);
                if (count > 0) ahead.Enqueue(new Ahead<ArraySegment<PreparedRecord>>(() => Analyze(batch, count, distinct), workers > 1));
            }
            if (ahead.Count == 0 && !paused) yield break;
            if (ahead.Count == 0)
            {
                paused = false;
                yield return default;
                continue;
            }
            foreach (var ready in ahead.Dequeue().Take()) yield return ready;
        }
    }

    /// <summary>The analyzers of some configurations, each once.</summary>
    public static IReadOnlyList<TextAnalyzer> Distinct(IEnumerable<TextAnalyzer> analyzers) => [.. analyzers.Distinct(ReferenceEqualityComparer.Instance).Cast<TextAnalyzer>()];

    private static (PreparedRecord[], int) Fill(IEnumerator<HistoryRecord?> source, out bool ended, out bool paused)
    {
        var batch = new PreparedRecord[BatchSize];
        var count = 0;
        (ended, paused) = (false, false);
        while (count < BatchSize)
        {
            ended = !source.MoveNext();
            paused = !ended && source.Current is null;
            if (ended || paused) break;
            batch[count++] = source.Current is Message message ? new PreparedRecord(new ObservedMessage(message), null) : new PreparedRecord(null, source.Current);
        }
        return (batch, count);
    }

    private static ArraySegment<PreparedRecord> Analyze(PreparedRecord[] batch, int count, TextAnalyzer[] analyzers)
    {
        for (var i = 0; i < count; i++)
            if (batch[i].Message is { Message.Author: Author.Customer } message)
                foreach (var analyzer in analyzers) message.TextFacts(analyzer);
        return new ArraySegment<PreparedRecord>(batch, 0, count);
    }
}
