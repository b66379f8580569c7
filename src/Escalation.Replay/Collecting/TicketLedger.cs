using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Replay.Collecting;

/// <summary>What metrics need of every ticket of a replay, collected in order: one small entry a ticket, and a trail where an episode was opened.</summary>
public sealed class TicketLedger
{
    private readonly Dictionary<TicketId, LedgerEntry> entries = [];
    private readonly TicketMerges merges = new();
    private readonly HashSet<TicketId> ofMerges = [];
    private readonly Dictionary<(Channel, string?), IReadOnlyList<string>> slices = [];
    private readonly Dictionary<(IReadOnlyList<string>, IReadOnlyList<string>, string?), IReadOnlyList<string>> joined = [];
    private int seen;

    /// <summary>The ticket that a ticket has become by the merges so far.</summary>
    public TicketId Canonical(TicketId ticket) => merges.Canonical(ticket);

    /// <summary>The merges so far.</summary>
    internal TicketMerges Merges => merges;

    /// <summary>Number of a ticket in the ledger.</summary>
    public int IndexOf(TicketId ticket) => entries[ticket].Index;

    /// <summary>For every ticket that was merged: its number, and that of the ticket that stays.</summary>
    public IReadOnlyDictionary<int, int> NumbersOfMerged() =>
        merges.Merged.Where(entries.ContainsKey).Where(from => entries.ContainsKey(Canonical(from))).ToDictionary(IndexOf, from => IndexOf(Canonical(from)));

    /// <summary>The customer of a ticket, as the first message that names one says.</summary>
    public CustomerId CustomerOf(TicketId ticket) => entries.TryGetValue(ticket, out var entry) ? entry.Customer : CustomerId.Unknown;

    /// <summary>Takes a message, after it was decided.</summary>
    public void Take(Message message) => Take(message, null);

    /// <summary>Takes a message, after it was decided.</summary>
    /// <param name="message">The message.</param>
    /// <param name="text">The outline of its text, where the text is not at hand.</param>
    public void Take(Message message, TextOutline? text)
    {
        var entry = EntryOf(message.TicketId);
        if (!entry.Customer.IsKnown) entry.Customer = message.CustomerId;
        entry.FirstMessageAt ??= message.At;
        entry.Slices ??= SlicesOf(message);
        TrailOf(message.TicketId, entry)?.Add(message, text ?? TextOutline.Of(message.Text));
    }

    /// <summary>Adds slices to a ticket, after merges; only the first ones count.</summary>
    internal void Describe(TicketId ticket, Func<IReadOnlyList<string>> further)
    {
        if (entries.TryGetValue(ticket, out var entry)) entry.Further ??= further();
    }

    /// <summary>Takes an event.</summary>
    public void Take(TicketEvent happened)
    {
        var entry = EntryOf(happened.TicketId);
        switch (happened.Kind)
        {
            case EventKind.Created: entry.CreatedAt ??= happened.At; break;
            case EventKind.Escalated when happened.Actor.Kind == ActorKind.Human: entry.RaisedAt ??= happened.At; break;
            case EventKind.Assigned or EventKind.TeamChanged when happened.Team is { } team: entry.Holder = new TeamStep(happened.At, happened.Actor.Kind, team); break;
            case EventKind.Merged when happened.ToTicket is { } to:
                merges.Take(happened);
                ofMerges.Add(happened.TicketId);
                ofMerges.Add(to);
                break;
        }
        TrailOf(happened.TicketId, entry)?.Add(happened);
    }

    /// <summary>Follows a ticket from here on: an episode was opened on it.</summary>
    public void Follow(TicketId ticket)
    {
        var entry = EntryOf(Canonical(ticket));
        entry.Trail ??= new TicketTrail(entry.Holder);
    }

    /// <summary>The trail of a ticket, after merges; null where no episode was opened.</summary>
    public TicketTrail? TrailOf(TicketId ticket) => entries.TryGetValue(Canonical(ticket), out var entry) ? entry.Trail : null;

    private TicketTrail? TrailOf(TicketId ticket, LedgerEntry own) => merges.Contains(ticket) ? TrailOf(ticket) : own.Trail;

    /// <summary>Tickets created in [from, to), those merged into others left out, by id.</summary>
    public IEnumerable<TicketSummary> Summaries(Instant from, Instant to)
    {
        foreach (var (ticket, entry) in entries.OrderBy(e => e.Key.Value, StringComparer.Ordinal))
            if (!merges.Contains(ticket) && SummaryOf(ticket, entry, from, to) is { } summary) yield return summary;
    }

    /// <summary>The ticket of an entry as metrics count it; null where it was not created in [from, to) or has no message.</summary>
    internal TicketSummary? SummaryOf(TicketId ticket, LedgerEntry entry, Instant from, Instant to) =>
        (entry.CreatedAt ?? entry.FirstMessageAt) is { } created && created >= from && created < to && entry.FirstMessageAt is not null
            ? new TicketSummary(ticket, entry.Customer, created, entry.RaisedAt, SlicesOf(entry))
            : null;

    /// <summary>Notes that something is about to happen on a ticket; false where the ledger holds nothing of it.</summary>
    internal bool Touch(TicketId ticket, Instant received)
    {
        if (!entries.TryGetValue(ticket, out var entry)) return false;
        entry.LastTicks = Math.Max(entry.LastTicks, received.ToUnixTimeTicks());
        return true;
    }

    /// <summary>Tickets on which nothing happened after an instant, but for those of a merge: they are asked for one by the other.</summary>
    internal IReadOnlyList<TicketId> IdleSince(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        return [.. entries.Where(e => e.Value.LastTicks < ticks && !ofMerges.Contains(e.Key)).Select(e => e.Key)];
    }

    /// <summary>Lets go of a ticket.</summary>
    internal LedgerEntry Release(TicketId ticket) => entries.Remove(ticket, out var entry) ? entry : throw new ArgumentException($"nothing is held of ticket {ticket}", nameof(ticket));

    /// <summary>Takes back what <see cref="Release"/> gave.</summary>
    internal void Recall(TicketId ticket, LedgerEntry entry) => entries.Add(ticket, entry);

    private LedgerEntry EntryOf(TicketId ticket)
    {
        if (!entries.TryGetValue(ticket, out var entry)) entries.Add(ticket, entry = new LedgerEntry(seen++));
        return entry;
    }

    private IReadOnlyList<string> SlicesOf(Message message)
    {
        var key = (message.Channel, message.Brand);
        if (slices.TryGetValue(key, out var known)) return known;
        var channel = SliceNames.Of(SliceNames.Channel, Wire.Name(message.Channel));
        return slices[key] = message.Brand is { } brand ? [channel, SliceNames.Of(SliceNames.Brand, brand)] : [channel];
    }

    /// <remarks>Tickets with the same slices share a list: there are far fewer of these than tickets.</remarks>
    private IReadOnlyList<string> SlicesOf(LedgerEntry entry)
    {
        var key = (entry.Slices ?? [], entry.Further ?? [], entry.Holder?.Team);
        if (joined.TryGetValue(key, out var all)) return all;
        return joined[key] = [.. key.Item1, .. key.Item2, SliceNames.Of(SliceNames.Team, key.Team ?? SliceNames.Unknown)];
    }
}
