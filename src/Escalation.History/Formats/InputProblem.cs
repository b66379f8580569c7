using NodaTime;

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

/// <summary>Why a row counts for nothing.</summary>
public enum DropReason
{
    /// <summary>It could not be read.</summary>
    Rejected,
    /// <summary>It was delivered before; the first one counts.</summary>
    Repeated,
    /// <summary>It speaks of a ticket without a message.</summary>
    UnknownTicket,
}

/// <summary>A span of time in which no message was received.</summary>
/// <param name="From">The message before it.</param>
/// <param name="To">The message after it.</param>
public readonly record struct TimeGap(Instant From, Instant To);

/// <summary>How reading an input went. One thread at a time.</summary>
public sealed class InputSummary
{
    /// <summary>Problems kept; all are counted.</summary>
    public const int MaxKept = 1000;

    private readonly List<InputProblem> rejected = [], repeated = [], unknown = [];

    /// <summary>Called for every problem as it is found, in the order of the input.</summary>
    public Action<InputProblem>? OnRejected { get; set; }

    /// <summary>Called for every row of a history that counts for nothing, those of <see cref="OnRejected"/> too.</summary>
    public Action<DropReason, InputProblem>? OnDropped { get; set; }

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

    /// <summary>Events and labels of tickets without a message.</summary>
    public long UnknownTicketRows { get; private set; }

    /// <summary>Tickets without a message of which events or labels speak.</summary>
    public long UnknownTickets { get; private set; }

    /// <summary>Events that resolve or close a ticket.</summary>
    public long Endings { get; internal set; }

    /// <summary>The longest spans without a message that are out of all proportion, in order of time.</summary>
    public IReadOnlyList<TimeGap> Gaps { get; internal set; } = [];

    /// <summary>The first <see cref="MaxKept"/> rows of each reason that count for nothing; of tickets without a message one row each.</summary>
    public IEnumerable<(DropReason Reason, InputProblem Problem)> Dropped =>
        rejected.Select(p => (DropReason.Rejected, p)).Concat(repeated.Select(p => (DropReason.Repeated, p))).Concat(unknown.Select(p => (DropReason.UnknownTicket, p)));

    /// <summary>How many stand in <see cref="Dropped"/> where all are kept.</summary>
    public long DroppedCount => RejectedCount + Duplicates + UnknownTickets;

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
        UnknownTicketRows += other.UnknownTicketRows;
        UnknownTickets += other.UnknownTickets;
        Endings += other.Endings;
        Gaps = [.. Gaps, .. other.Gaps];
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
        repeated.AddRange(earlier.repeated);
        unknown.AddRange(earlier.unknown);
    }

    /// <summary>Refuses a line that never came to a parser.</summary>
    internal void RejectRead(InputProblem problem)
    {
        Read++;
        Reject(problem);
    }

    /// <summary>Takes what was written of a reading.</summary>
    internal void Restore(IEnumerable<(DropReason Reason, InputProblem Problem)> kept, long rejectedCount, long unknownTickets, long unknownTicketRows)
    {
        foreach (var (reason, problem) in kept) ListOf(reason).Add(problem);
        (RejectedCount, UnknownTickets, UnknownTicketRows) = (rejectedCount, unknownTickets, unknownTicketRows);
    }

    /// <summary>Counts and keeps a delivery that was there before.</summary>
    internal void Repeat(InputProblem problem)
    {
        Duplicates++;
        Drop(DropReason.Repeated, problem);
    }

    /// <summary>Counts and keeps a ticket without a message.</summary>
    /// <param name="problem">The first row that speaks of it.</param>
    /// <param name="rows">How many do.</param>
    internal void Miss(InputProblem problem, int rows)
    {
        UnknownTickets++;
        UnknownTicketRows += rows;
        Drop(DropReason.UnknownTicket, problem);
    }

    internal void Reject(InputProblem problem)
    {
        RejectedCount++;
        Drop(DropReason.Rejected, problem);
        OnRejected?.Invoke(problem);
    }

    private void Drop(DropReason reason, InputProblem problem)
    {
        if (ListOf(reason) is { Count: < MaxKept } kept) kept.Add(problem);
        OnDropped?.Invoke(reason, problem);
    }

    private List<InputProblem> ListOf(DropReason reason) => reason switch
    {
        DropReason.Rejected => rejected,
        DropReason.Repeated => repeated,
        _ => unknown,
    };

    internal void Take(ParseCounters counters)
    {
        MissingReceivedAt += counters.MissingReceivedAt;
        AmbiguousLocalTimes += counters.AmbiguousLocalTimes;
        TicketsMade += counters.TicketsMade;
    }
}

internal record struct ParseCounters(int MissingReceivedAt, int AmbiguousLocalTimes, int TicketsMade);
