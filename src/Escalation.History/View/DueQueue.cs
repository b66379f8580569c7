using NodaTime;

namespace Escalation.History.View;

/// <summary>What has to be looked at again at some time, so that letting go costs what is let go and not what is held.</summary>
/// <remarks>Items of one slot come out together, in the order they were put in. Not thread-safe.</remarks>
/// <param name="slot">How exact the times are kept: an item comes out at most one slot early.</param>
internal sealed class DueQueue<T>(Duration slot)
{
    private readonly Dictionary<long, List<T>> slots = [];
    private readonly PriorityQueue<long, long> order = new();

    /// <summary>Puts an item in.</summary>
    public void Add(T item, Instant due)
    {
        var number = Number(due);
        if (!slots.TryGetValue(number, out var items))
        {
            slots.Add(number, items = []);
            order.Enqueue(number, number);
        }
        items.Add(item);
    }

    /// <summary>Takes out the first slot that has begun; null where none has. What the caller puts back into that same slot comes the next time.</summary>
    public List<T>? Take(Instant now)
    {
        if (!order.TryPeek(out var number, out _) || number > Number(now)) return null;
        order.Dequeue();
        slots.Remove(number, out var items);
        return items;
    }

    private long Number(Instant time) => (long)Math.Floor((time - NodaConstants.UnixEpoch) / slot);
}
