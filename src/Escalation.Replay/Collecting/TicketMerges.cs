using Escalation.Core.Tickets;

namespace Escalation.Replay.Collecting;

/// <summary>What tickets have become by merges.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class TicketMerges
{
    private readonly Dictionary<TicketId, TicketId> merges = [];

    /// <summary>Tickets that were merged into others.</summary>
    public IEnumerable<TicketId> Merged => merges.Keys;

    /// <summary>The ticket that a ticket has become by the merges so far.</summary>
    public TicketId Canonical(TicketId ticket)
    {
        for (var steps = 0; steps < 16 && merges.TryGetValue(ticket, out var next); steps++) ticket = next;
        return ticket;
    }

    /// <summary>Whether a ticket was merged into another.</summary>
    public bool Contains(TicketId ticket) => merges.ContainsKey(ticket);

    /// <summary>Takes an event: a merge that would make a ring is none.</summary>
    public void Take(TicketEvent happened)
    {
        if (happened is { Kind: EventKind.Merged, ToTicket: { } to } && Canonical(to) != happened.TicketId) merges[happened.TicketId] = to;
    }

    /// <summary>Adds those among other tickets.</summary>
    public void Add(TicketMerges other)
    {
        foreach (var (from, to) in other.merges) merges.Add(from, to);
    }
}
