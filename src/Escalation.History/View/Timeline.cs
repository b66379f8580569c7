using System.Collections;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.View;

/// <summary>Messages and events of one customer (or of a ticket whose customer nobody knows) by <c>at</c>, equal ones in the order received.</summary>
internal sealed class Timeline
{
    private Observation[] items = [];
    private int start, end;
    private List<Revised>? revised;

    /// <summary>Entries held.</summary>
    public int Count => end - start;

    /// <summary>When the oldest entry happened; null where there is none.</summary>
    public Instant? First => end > start ? items[start].At : null;

    /// <summary>The latest receivedAt of an entry.</summary>
    public Instant LastReceived { get; private set; } = Instant.MinValue;

    /// <summary>Adds an entry at its place; true where one with a later <c>at</c> was there before.</summary>
    public bool Add(in Observation observation) => Add(observation, isInOrder: true);

    private bool Add(in Observation observation, bool isInOrder)
    {
        var at = observation.At;
        LastReceived = Instant.Max(LastReceived, observation.Received);
        MakeRoom();
        var place = end++;
        for (; place > start && (items[place - 1].At > at || (!isInOrder && items[place - 1].At == at && items[place - 1].IsAfter(observation))); place--)
            items[place] = items[place - 1];
        items[place] = observation;
        return place < end - 1;
    }

    /// <summary>Puts a higher revision where the message stands; its <c>at</c> becomes the message's own, so that it adds no contact.</summary>
    /// <returns>False where no revision of it is held.</returns>
    public bool Revise(in Observation revision)
    {
        var place = end - 1;
        while (place >= start && !items[place].IsSame(revision)) place--;
        if (place < start) return false;
        var old = items[place];
        if (old.Revision >= revision.Revision) return true;
        (revised ??= []).Add(new Revised(old, revision.At, revision.Received));
        LastReceived = Instant.Max(LastReceived, revision.Received);
        items[place] = revision.MovedTo(old.At);
        return true;
    }

    /// <summary>The message's own time where an earlier revision is held; else null.</summary>
    public Instant? FirstAt(Message message)
    {
        var identity = Observation.IdentityOf(message);
        for (var i = end - 1; i >= start; i--)
            if (items[i].IsSame(identity)) return items[i].At;
        return null;
    }

    /// <summary>The entries in (from, to]; <paramref name="window"/> shows them in place.</summary>
    /// <returns>False where some of them must be left out or shown in an earlier form: then <see cref="Collect"/> has to be used.</returns>
    public bool TryWindow(Instant from, Instant to, Instant received, RecentWindow window)
    {
        if (LastReceived > received) return false;
        if (revised is not null)
            foreach (var change in revised)
                if (change.At > to) return false;
        var high = end;
        while (high > start && items[high - 1].At > to) high--;
        window.Show(items, LowerBound(from, high), high);
        return true;
    }

    /// <summary>As <see cref="TryWindow"/>, entry by entry: what was received by then, in the revision known then, without one message.</summary>
    public void Collect(Instant from, Instant to, Instant received, Message except, TicketId? only, List<Observation> into)
    {
        var left = Observation.IdentityOf(except);
        for (var i = LowerBound(from, end); i < end && items[i].At <= to; i++)
        {
            var item = items[i];
            if (item.IsSame(left)) continue;
            if (only is { } ticket && item.TicketId != ticket) continue;
            if (item.IsMessage && revised is not null) item = AsKnown(item, to, received);
            if (item.Received <= received) into.Add(item);
        }
    }

    /// <summary>Takes over all entries of another timeline.</summary>
    public void TakeOver(Timeline other)
    {
        for (var i = other.start; i < other.end; i++) Add(other.items[i], isInOrder: false);
        if (other.revised is not null) (revised ??= []).AddRange(other.revised);
    }

    /// <summary>Lets go what lies at or before an instant; the number let go.</summary>
    public int Evict(Instant upTo)
    {
        var before = start;
        while (start < end && items[start].At <= upTo) items[start++] = default;
        if (revised is not null) ForgetRevisions(upTo);
        if (start > 0 && Count * 4 < items.Length && items.Length > 16) Resize(Growth.Of(Count));
        return start - before;
    }

    private void ForgetRevisions(Instant upTo)
    {
        revised!.RemoveAll(r => r.Old.At <= upTo);
        if (revised.Count == 0) revised = null;
    }

    private Observation AsKnown(in Observation latest, Instant to, Instant received)
    {
        var shown = latest;
        var lowest = int.MaxValue;
        foreach (var change in revised!)
            if ((change.At > to || change.Received > received) && change.Old.Revision < lowest && change.Old.IsSame(latest))
                (shown, lowest) = (change.Old, change.Old.Revision);
        return shown;
    }

    /// <summary>Index of the first entry after an instant.</summary>
    private int LowerBound(Instant after, int high)
    {
        var low = start;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (items[middle].At > after) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private void MakeRoom()
    {
        if (end < items.Length) return;
        Resize(start > items.Length / 2 ? items.Length : Growth.Of(items.Length));
    }

    private void Resize(int capacity)
    {
        var moved = new Observation[capacity];
        Array.Copy(items, start, moved, 0, Count);
        (items, start, end) = (moved, 0, Count);
    }

    /// <param name="Old">What stood there before.</param>
    /// <param name="At">When it was revised.</param>
    /// <param name="Received">When we learned of that.</param>
    private sealed record Revised(Observation Old, Instant At, Instant Received);
}

/// <summary>The entries that one decision may see: a part of a timeline, or entries picked one by one. Reused for the next decision.</summary>
internal sealed class RecentWindow : IReadOnlyList<Observation>
{
    private Observation[] items = [];
    private int from, to;

    /// <summary>Entries picked one by one.</summary>
    public List<Observation> Picked { get; } = [];

    public int Count => to - from;

    public Observation this[int index] => (uint)index < (uint)Count ? items[from + index] : throw new ArgumentOutOfRangeException(nameof(index));

    public void Show(Observation[] source, int first, int end) => (items, from, to) = (source, first, end);

    /// <summary>Shows what was picked.</summary>
    public void ShowPicked()
    {
        items = [.. Picked];            // a copy: the array shown before may belong to a timeline
        (from, to) = (0, items.Length);
        Picked.Clear();
    }

    public IEnumerator<Observation> GetEnumerator()
    {
        for (var i = from; i < to; i++) yield return items[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
