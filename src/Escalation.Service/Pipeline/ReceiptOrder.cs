using Escalation.Core.Tickets;
using Escalation.Service.Intake;
using NodaTime;

namespace Escalation.Service.Pipeline;

/// <summary>When records are received: each batch at one instant, later than everything before; inside it the total order of history holds.</summary>
/// <remarks>Belongs to the ordered writer; not thread-safe.</remarks>
internal sealed class ReceiptOrder
{
    private Instant last;

    /// <summary>When the last record was received; null before the first.</summary>
    public Instant? Last
    {
        get => last == default ? null : last;
        set => last = value ?? default;
    }

    /// <summary>Gives the records of a batch their time and puts them in order.</summary>
    public void Stamp(List<QueuedRecord> batch, Instant now)
    {
        var received = last == default ? now : Instant.Max(now, last + Duration.FromMilliseconds(1));
        foreach (var entry in batch)
        {
            var record = entry.Item.Record;
            var given = record.Received;
            entry.Record = IntakeBody.ToMilliseconds(entry.Item.IsHistory && given >= last ? record : record with { ReceivedAt = received });
            if (entry.Item.IsHistory) last = Instant.Max(last, entry.Record.Received);
        }
        batch.Sort(static (x, y) => HistoryOrder.Instance.Compare(x.Record, y.Record));
        last = Instant.Max(last, batch[^1].Record.Received);
    }
}
