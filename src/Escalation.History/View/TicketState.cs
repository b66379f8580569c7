using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.View;

/// <summary>One ticket: its entries in order of <c>at</c>, their state so far, and where it was merged to.</summary>
internal sealed class TicketState(TicketId id)
{
    private const int CompactAbove = 256;
    private readonly List<TicketEntry> entries = [];
    private TicketFold settled;
    private TicketFold current;

    /// <summary>As its source named it.</summary>
    public TicketId Id => id;

    /// <summary>Whose it is; null while nobody known wrote on it.</summary>
    public CustomerState? Owner { get; set; }

    /// <summary>Its own timeline while it has no owner.</summary>
    public Timeline? Unowned { get; set; }

    /// <summary>Merges of this ticket into others, as told.</summary>
    public List<TicketMerge>? Merges { get; private set; }

    /// <summary>Tickets that were merged into this one at some time.</summary>
    public List<TicketState>? MergedIn { get; private set; }

    public Instant LastAt { get; private set; } = Instant.MinValue;

    public Instant LastReceived { get; private set; } = Instant.MinValue;

    /// <summary>Adds an entry at its place; true where one with a later <c>at</c> was there before.</summary>
    public bool Add(in TicketEntry entry, Instant settleUpTo)
    {
        LastReceived = Instant.Max(LastReceived, entry.Received);
        if (entries.Count == entries.Capacity) entries.Capacity = Growth.Of(entries.Count);
        if (entry.At >= LastAt)
        {
            entries.Add(entry);
            current.Take(entry);
            LastAt = entry.At;
            if (entries.Count > CompactAbove) Settle(settleUpTo);
            return false;
        }
        var place = entries.Count;
        while (place > 0 && entries[place - 1].At > entry.At) place--;
        entries.Insert(place, entry);
        current = settled;
        foreach (var each in entries) current.Take(each);
        return true;
    }

    /// <summary>Whether nothing was received on it for longer than a span.</summary>
    public bool IsIdle(Instant now, Duration longest) => now - LastReceived > longest;

    /// <summary>Notes that something was received that names the ticket.</summary>
    public void Touch(Instant received) => LastReceived = Instant.Max(LastReceived, received);

    public void MergeInto(TicketState target, Instant at, Instant received)
    {
        (Merges ??= []).Add(new TicketMerge(target, at, received));
        if (target.MergedIn?.Contains(this) != true) (target.MergedIn ??= []).Add(this);
    }

    /// <summary>The ticket that this one was merged into as of then, or null.</summary>
    public TicketState? MergedTo(Instant at, Instant received)
    {
        TicketMerge? latest = null;
        if (Merges is not null)
            foreach (var merge in Merges)
                if (merge.At <= at && merge.Received <= received && (latest is null || merge.At >= latest.Value.At)) latest = merge;
        return latest?.Target;
    }

    /// <summary>The state as of then.</summary>
    public TicketFold AsOf(Instant at, Instant received)
    {
        if (LastAt <= at && LastReceived <= received) return current;
        var fold = settled;
        foreach (var entry in entries)
            if (entry.At <= at && entry.Received <= received) fold.Take(entry);
        return fold;
    }

    /// <summary>Adds the entries known as of then, and the messages of those that were folded before.</summary>
    public void Collect(Instant at, Instant received, List<TicketEntry> into, ref TicketFold folded)
    {
        folded.TakeMessages(settled);
        foreach (var entry in entries)
            if (entry.At <= at && entry.Received <= received) into.Add(entry);
    }

    /// <summary>Takes itself out of the tickets it was merged into.</summary>
    public void LeaveMerges()
    {
        if (Merges is null) return;
        foreach (var merge in Merges) merge.Target.MergedIn?.Remove(this);
        Merges = null;
    }

    /// <summary>Forgets everything, merges too.</summary>
    public void Restart()
    {
        entries.Clear();
        LeaveMerges();
        (settled, current, LastAt) = (default, default, Instant.MinValue);
    }

    /// <summary>Folds what no late delivery reaches any more, so that a ticket of years stays small.</summary>
    public void Settle(Instant upTo)
    {
        var count = 0;
        while (count < entries.Count && entries[count].At <= upTo) settled.Take(entries[count++]);
        if (count == 0) return;
        entries.RemoveRange(0, count);
        if (entries.Count == 0) entries.Capacity = 0;
    }
}

/// <summary>A ticket was merged into another.</summary>
internal readonly record struct TicketMerge(TicketState Target, Instant At, Instant Received);
