using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.Synthetic;

/// <summary>What is true of one customer message; never part of the history.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="TicketId">Its ticket.</param>
/// <param name="Frustrated">Whether the writer was frustrated.</param>
/// <param name="Needed">Whether a senior person was needed as of this message.</param>
/// <param name="RightTeam">The team that should have had it then.</param>
/// <param name="NeededFrom">Since when that could be seen on this ticket; null while it cannot.</param>
/// <param name="IsTest">The part of the customer: <c>test</c> or <c>train</c>.</param>
public readonly record struct MessageTruth(MessageId MessageId, TicketId TicketId, bool Frustrated, bool Needed, string RightTeam, Instant? NeededFrom, bool IsTest);

/// <summary>Records that are known to come, in the total order of history.</summary>
/// <remarks>Holds only what lies ahead of the simulation: a case's records until their time, whatever the length of the history.</remarks>
internal sealed class RecordQueue
{
    private readonly PriorityQueue<MessageTruth?, HistoryRecord> waiting = new(HistoryOrder.Instance);

    /// <summary>Records held.</summary>
    public int Count => waiting.Count;

    /// <summary>The most records that were ever held.</summary>
    public int Peak { get; private set; }

    /// <summary>Takes a record, with its truth where it is a customer's message.</summary>
    public void Add(HistoryRecord record, MessageTruth? truth = null)
    {
        waiting.Enqueue(truth, record);
        if (waiting.Count > Peak) Peak = waiting.Count;
    }

    /// <summary>The next record that is received before <paramref name="before"/>; false when there is none.</summary>
    public bool TryTake(Instant before, out HistoryRecord record, out MessageTruth? truth)
    {
        if (waiting.TryPeek(out truth, out record!) && record.Received < before)
        {
            waiting.Dequeue();
            return true;
        }
        return false;
    }
}
