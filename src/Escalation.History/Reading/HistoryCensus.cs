using System.Globalization;
using System.Runtime.InteropServices;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.History.Reading;

/// <summary>A record with the place that it was read from.</summary>
/// <param name="Record">The record.</param>
/// <param name="File">The file as it was named.</param>
/// <param name="Line">Its line, from 1.</param>
internal readonly record struct PlacedRecord(HistoryRecord Record, string File, long Line)
{
    /// <summary>What is said of it where it was delivered before.</summary>
    public InputProblem Repeated() => Record switch
    {
        Message message => new InputProblem(File, Line, "externalId", $"{message.ExternalId} of {message.Source}, revision {message.Revision.ToString(CultureInfo.InvariantCulture)}, was delivered before: the first one counts; a new text of it needs a higher revision"),
        _ => new InputProblem(File, Line, "id", $"{Record.Id} was delivered before: the first one counts; give another id to what is another {(Record is Label ? "label" : "event")}"),
    };
}

/// <summary>Looks at the records of a history as they are read: which count for nothing, and where time jumps.</summary>
/// <remarks>Of each ticket 64 bits are kept.</remarks>
/// <param name="summary">Takes what is found.</param>
internal sealed class HistoryCensus(InputSummary summary)
{
    private const int MostGaps = 5, LeastMessages = 20, TimesTheUsual = 20;
    private static readonly Duration LeastGap = Duration.FromDays(7);

    private readonly HashSet<ulong> known = [];
    private readonly Dictionary<ulong, Missing> missing = [];
    private readonly PriorityQueue<TimeGap, Duration> gaps = new();
    private Instant? first, last;
    private long messages;

    /// <summary>Takes the next record.</summary>
    public void Take(in PlacedRecord placed)
    {
        switch (placed.Record)
        {
            case Message message:
                See(message.Received);
                Know(Digest(message.TicketId));
                break;
            case TicketEvent happened:
                if (happened.Kind is EventKind.Resolved or EventKind.Closed) summary.Endings++;
                Await(happened.TicketId, placed);
                if (happened is { Kind: EventKind.Merged, ToTicket: { } into } && known.Contains(Digest(happened.TicketId))) Know(Digest(into));
                break;
            case Label label: Await(label.TicketId, placed); break;
        }
    }

    /// <summary>Says what could only be known at the end.</summary>
    public void Complete()
    {
        foreach (var one in missing.Values.OrderBy(m => m.File, StringComparer.Ordinal).ThenBy(m => m.Line))
            summary.Miss(new InputProblem(one.File, one.Line, "ticketId", FormattableString.Invariant($"{one.Ticket} has no message in this history, so that its events and labels ({one.Rows}) count for nothing; add its messages, or mend the id")), one.Rows);
        if (messages <= LeastMessages) return;
        var usual = (last!.Value - first!.Value) / messages;
        summary.Gaps = [.. gaps.UnorderedItems.Where(g => g.Priority > usual * TimesTheUsual).Select(g => g.Element).OrderBy(g => g.From)];
    }

    private void See(Instant received)
    {
        messages++;
        if (last is { } before && received - before > LeastGap)
        {
            gaps.Enqueue(new TimeGap(before, received), received - before);
            if (gaps.Count > MostGaps) gaps.Dequeue();
        }
        (first, last) = (first ?? received, received);
    }

    private void Know(ulong ticket)
    {
        if (known.Add(ticket)) missing.Remove(ticket);
    }

    private void Await(TicketId ticket, in PlacedRecord placed)
    {
        var digest = Digest(ticket);
        if (known.Contains(digest)) return;
        ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(missing, digest, out var isThere);
        if (!isThere) waiting = new Missing(ticket.Value, placed.File, placed.Line, 0);
        waiting = waiting with { Rows = waiting.Rows + 1 };
    }

    private static ulong Digest(TicketId ticket) => (ulong)TextDigest.Of(4, ticket.Value, "", 0);

    private readonly record struct Missing(string Ticket, string File, long Line, int Rows);
}
