using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Replay.Collecting;

/// <summary>What metrics need of every ticket of a replay, collected in order: one small entry a ticket, and a trail where an episode was opened.</summary>
public sealed class TicketLedger
{
    private readonly Dictionary<TicketId, Entry> entries = [];
    private readonly Dictionary<TicketId, TicketId> merges = [];
    private readonly Dictionary<(Channel, string?), IReadOnlyList<string>> slices = [];
    private readonly Dictionary<(IReadOnlyList<string>, IReadOnlyList<string>, string?), IReadOnlyList<string>> joined = [];

    /// <summary>Tickets seen.</summary>
    public int Count => entries.Count;

    /// <summary>The ticket that a ticket has become by the merges so far.</summary>
    public TicketId Canonical(TicketId ticket)
    {
        for (var steps = 0; steps < 16 && merges.TryGetValue(ticket, out var next); steps++) ticket = next;
        return ticket;
    }

    /// <summary>Number of a ticket in the ledger.</summary>
    public int IndexOf(TicketId ticket) => entries[ticket].Index;

    /// <summary>For every ticket that was merged: its number, and that of the ticket that stays.</summary>
    public IReadOnlyDictionary<int, int> NumbersOfMerged() =>
        merges.Keys.Where(entries.ContainsKey).Where(from => entries.ContainsKey(Canonical(from))).ToDictionary(IndexOf, from => IndexOf(Canonical(from)));

    /// <summary>The customer of a ticket, as the first message that names one says.</summary>
    public CustomerId CustomerOf(TicketId ticket) => entries.TryGetValue(ticket, out var entry) ? entry.Customer : CustomerId.Unknown;

    /// <summary>Takes a message, after it was decided.</summary>
    public void Take(Message message)
    {
        var entry = EntryOf(message.TicketId);
        if (!entry.Customer.IsKnown) entry.Customer = message.CustomerId;
        entry.FirstMessageAt ??= message.At;
        entry.Slices ??= SlicesOf(message);
        TrailOf(message.TicketId, entry)?.Add(message);
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
            case EventKind.Merged when happened.ToTicket is { } to && Canonical(to) != happened.TicketId: merges[happened.TicketId] = to; break;
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

    private TicketTrail? TrailOf(TicketId ticket, Entry own) => merges.ContainsKey(ticket) ? TrailOf(ticket) : own.Trail;

    /// <summary>Tickets created in [from, to), those merged into others left out, by id.</summary>
    public IEnumerable<TicketSummary> Summaries(Instant from, Instant to)
    {
        foreach (var (ticket, entry) in entries.OrderBy(e => e.Key.Value, StringComparer.Ordinal))
            if ((entry.CreatedAt ?? entry.FirstMessageAt) is { } created && created >= from && created < to && entry.FirstMessageAt is not null && !merges.ContainsKey(ticket))
                yield return new TicketSummary(ticket, entry.Customer, created, entry.RaisedAt, SlicesOf(entry));
    }

    private Entry EntryOf(TicketId ticket)
    {
        if (!entries.TryGetValue(ticket, out var entry)) entries.Add(ticket, entry = new Entry(entries.Count));
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
    private IReadOnlyList<string> SlicesOf(Entry entry)
    {
        var key = (entry.Slices ?? [], entry.Further ?? [], entry.Holder?.Team);
        if (joined.TryGetValue(key, out var all)) return all;
        return joined[key] = [.. key.Item1, .. key.Item2, SliceNames.Of(SliceNames.Team, key.Team ?? SliceNames.Unknown)];
    }

    private sealed class Entry(int index)
    {
        public int Index => index;

        public CustomerId Customer { get; set; } = CustomerId.Unknown;

        public Instant? CreatedAt { get; set; }

        public Instant? FirstMessageAt { get; set; }

        public Instant? RaisedAt { get; set; }

        /// <summary>The team that has it; kept in place of the event, which would keep all its texts.</summary>
        public TeamStep? Holder { get; set; }

        public TicketTrail? Trail { get; set; }

        public IReadOnlyList<string>? Slices { get; set; }

        public IReadOnlyList<string>? Further { get; set; }
    }
}
