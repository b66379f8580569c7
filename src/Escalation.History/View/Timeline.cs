using System.Collections;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.View;

/// <summary>Messages and events of one customer (or of a ticket whose customer nobody knows) by <c>at</c>, equal ones in the order received.</summary>
internal sealed class Timeline
{
    private Observation[] items = new Observation[4];
    private int start, end;
    private List<Revised>? revised;

    /// <summary>Entries held.</summary>
    public int Count => end - start;

    /// <summary>When the oldest entry happened; null where there is none.</summary>
    public Instant? First => end > start ? items[start].Record.At : null;

    /// <summary>The latest receivedAt of an entry.</summary>
    public Instant LastReceived { get; private set; } = Instant.MinValue;

    /// <summary>Adds an entry at its place; true where one with a later <c>at</c> was there before.</summary>
    public bool Add(in Observation observation) => Add(observation, isInOrder: true);

    private bool Add(in Observation observation, bool isInOrder)
    {
        var at = observation.Record.At;
        LastReceived = Instant.Max(LastReceived, observation.Record.Received);
        MakeRoom();
        var place = end++;
        for (; place > start && (items[place - 1].Record.At > at || (!isInOrder && HistoryOrder.Instance.Compare(items[place - 1].Record, observation.Record) > 0 && items[place - 1].Record.At == at)); place--)
            items[place] = items[place - 1];
        items[place] = observation;
        return place < end - 1;
    }

    /// <summary>Puts a higher revision where the message stands; its <c>at</c> becomes the message's own, so that it adds no contact.</summary>
    /// <returns>The message as it stands now, or null where no lower revision of it is held.</returns>
    public ObservedMessage? Revise(ObservedMessage revision)
    {
        if (Find(revision.Message) is var place && place < 0) return null;
        var old = items[place].Message!;
        if (old.Message.Revision >= revision.Message.Revision) return old;
        (revised ??= []).Add(new Revised(old, revision.Message.At, revision.Message.Received, old.Message.Revision, revision.Message.Revision));
        LastReceived = Instant.Max(LastReceived, revision.Message.Received);
        var placed = revision.MovedTo(old.Message.At);
        items[place] = new Observation(placed, null);
        return placed;
    }

    /// <summary>The message's own time where an earlier revision is held; else null.</summary>
    public Instant? FirstAt(Message message) => Find(message) is var place && place >= 0 ? items[place].Record.At : null;

    /// <summary>The entries in (from, to]; <paramref name="window"/> shows them in place.</summary>
    /// <returns>False where some of them must be left out or shown in an earlier form: then <see cref="Collect"/> has to be used.</returns>
    public bool TryWindow(Instant from, Instant to, Instant received, RecentWindow window)
    {
        if (LastReceived > received) return false;
        if (revised is not null)
            foreach (var change in revised)
                if (change.At > to) return false;
        var high = end;
        while (high > start && items[high - 1].Record.At > to) high--;
        window.Show(items, LowerBound(from, high), high);
        return true;
    }

    /// <summary>As <see cref="TryWindow"/>, entry by entry: what was received by then, in the revision known then, without one message.</summary>
    public void Collect(Instant from, Instant to, Instant received, Message? except, TicketId? only, List<Observation> into)
    {
        for (var i = LowerBound(from, end); i < end && items[i].Record.At <= to; i++)
        {
            var item = items[i];
            if (item.Message is { } message && except is not null && IsSame(message.Message, except)) continue;
            if (only is { } ticket && item.TicketId != ticket) continue;
            if (item.Message is { } latest && revised is not null) item = new Observation(AsKnown(latest, to, received), null);
            if (item.Record.Received <= received) into.Add(item);
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
        while (start < end && items[start].Record.At <= upTo) items[start++] = default;
        if (revised is not null) ForgetRevisions(upTo);
        if (start > 0 && Count * 4 < items.Length && items.Length > 16) Resize(Math.Max(4, Count * 2));
        return start - before;
    }

    private void ForgetRevisions(Instant upTo)
    {
        revised!.RemoveAll(r => r.Old.Message.At <= upTo);
        if (revised.Count == 0) revised = null;
    }

    private ObservedMessage AsKnown(ObservedMessage latest, Instant to, Instant received)
    {
        var shown = latest;
        var lowest = int.MaxValue;
        foreach (var change in revised!)
            if ((change.At > to || change.Received > received) && change.OldRevision < lowest && IsSame(change.Old.Message, latest.Message))
                (shown, lowest) = (change.Old, change.OldRevision);
        return shown;
    }

    private int Find(Message message)
    {
        for (var i = end - 1; i >= start; i--)
            if (items[i].Message is { } held && IsSame(held.Message, message)) return i;
        return -1;
    }

    private static bool IsSame(Message one, Message other) =>
        string.Equals(one.ExternalId, other.ExternalId, StringComparison.Ordinal) && string.Equals(one.Source, other.Source, StringComparison.Ordinal);

    /// <summary>Index of the first entry after an instant.</summary>
    private int LowerBound(Instant after, int high)
    {
        var low = start;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (items[middle].Record.At > after) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private void MakeRoom()
    {
        if (end < items.Length) return;
        Resize(start > items.Length / 2 ? items.Length : items.Length * 2);
    }

    private void Resize(int capacity)
    {
        var moved = new Observation[capacity];
        Array.Copy(items, start, moved, 0, Count);
        (items, start, end) = (moved, 0, Count);
    }

    private sealed record Revised(ObservedMessage Old, Instant At, Instant Received, int OldRevision, int NewRevision);
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
