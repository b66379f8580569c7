namespace Escalation.History.Formats;

/// <summary>One line of input that could not be taken, and the way out.</summary>
/// <param name="File">The file as it was named, or <c>-</c> for standard input.</param>
/// <param name="Line">From 1; 0 where the whole file is meant.</param>
/// <param name="Field">The field; <c>line</c> where the whole line is meant.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record InputProblem(string File, long Line, string Field, string Message)
{
    /// <summary><c>file:line: field: message</c>; without the line where the whole file is meant.</summary>
    public override string ToString() =>
        Line > 0 ? FormattableString.Invariant($"{File}:{Line}: {Field}: {Message}") : $"{File}: {Field}: {Message}";
}

/// <summary>How reading an input went. One thread at a time.</summary>
public sealed class InputSummary
{
    /// <summary>Problems kept; all are counted.</summary>
    public const int MaxKept = 1000;

    private readonly List<InputProblem> rejected = [];

    /// <summary>Called for every problem as it is found, in the order of the input.</summary>
    public Action<InputProblem>? OnRejected { get; set; }

    /// <summary>Lines read.</summary>
    public long Read { get; internal set; }

    /// <summary>Records taken.</summary>
    public long Accepted { get; set; }

    /// <summary>Lines that were refused.</summary>
    public long RejectedCount { get; private set; }

    /// <summary>Deliveries that had been there before and were dropped.</summary>
    public long Duplicates { get; set; }

    /// <summary>Records without <c>receivedAt</c>; <c>at</c> stands in.</summary>
    public long MissingReceivedAt { get; internal set; }

    /// <summary>Local times that fell into a gap or an overlap of the time zone and were resolved leniently.</summary>
    public long AmbiguousLocalTimes { get; internal set; }

    /// <summary>Messages without a ticket, which became tickets of their own.</summary>
    public long TicketsMade { get; internal set; }

    /// <summary>Files that were not in the total order and were read through an index.</summary>
    public int UnorderedFiles { get; internal set; }

    /// <summary>The first <see cref="MaxKept"/> problems.</summary>
    public IReadOnlyList<InputProblem> Rejected => rejected;

    /// <summary>Counts and keeps a problem that another reading found.</summary>
    public void Refuse(InputProblem problem) => Reject(problem);

    /// <summary>Adds the counts of another reading whose problems were handed over one by one.</summary>
    public void Add(InputSummary other)
    {
        Read += other.Read;
        Accepted += other.Accepted;
        Duplicates += other.Duplicates;
        MissingReceivedAt += other.MissingReceivedAt;
        AmbiguousLocalTimes += other.AmbiguousLocalTimes;
        TicketsMade += other.TicketsMade;
        UnorderedFiles += other.UnorderedFiles;
    }

    /// <summary>Takes over what an earlier reading of the same input found; <see cref="OnRejected"/> hears of it again.</summary>
    public void Restore(InputSummary earlier)
    {
        Add(earlier);
        foreach (var problem in earlier.rejected)
        {
            rejected.Add(problem);
            OnRejected?.Invoke(problem);
        }
        RejectedCount += earlier.RejectedCount;
    }

    /// <summary>Refuses a line that never came to a parser.</summary>
    internal void RejectRead(InputProblem problem)
    {
        Read++;
        Reject(problem);
    }

    /// <summary>Takes what was written of a reading.</summary>
    internal void Restore(IEnumerable<InputProblem> kept, long count)
    {
        rejected.AddRange(kept);
        RejectedCount = count;
    }

    internal void Reject(InputProblem problem)
    {
        RejectedCount++;
        if (rejected.Count < MaxKept) rejected.Add(problem);
        OnRejected?.Invoke(problem);
    }

    internal void Take(ParseCounters counters)
    {
        MissingReceivedAt += counters.MissingReceivedAt;
        AmbiguousLocalTimes += counters.AmbiguousLocalTimes;
        TicketsMade += counters.TicketsMade;
    }
}

internal record struct ParseCounters(int MissingReceivedAt, int AmbiguousLocalTimes, int TicketsMade);
