using Escalation.Core.Metrics;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Changes;

/// <summary>Which tickets needed an escalation, as far as people said.</summary>
internal sealed class TicketNeeds
{
    private readonly Dictionary<TicketId, bool> known = [];
    private readonly Dictionary<int, bool> byNumber = [];

    public IReadOnlyDictionary<TicketId, bool> Known => known;

    /// <summary>Takes what is known of some tickets.</summary>
    public void Take(IEnumerable<TicketOutcome> outcomes, Func<TicketId, int> numberOf)
    {
        foreach (var ticket in outcomes)
            if (ticket.Needed is { } needed)
                known[ticket.TicketId] = byNumber[numberOf(ticket.TicketId)] = needed;
    }

    /// <summary>Adds what is known of other tickets; without their numbers, which are of another part.</summary>
    public void Add(TicketNeeds other)
    {
        foreach (var (ticket, needed) in other.known) known.Add(ticket, needed);
    }

    /// <summary>Whether a ticket needed one; null = unknown.</summary>
    public bool? Of(TicketId ticket) => known.TryGetValue(ticket, out var needed) ? needed : null;

    /// <summary>The same by the ticket's number, after all merges.</summary>
    /// <param name="merged">For every ticket that was merged: its number, and that of the ticket that stays.</param>
    public NumberedNeeds ByNumber(IReadOnlyDictionary<int, int> merged) => new(byNumber, merged);
}

/// <summary>Needs by the number that a ticket had when its messages were decided.</summary>
/// <param name="known">What is known, by the number of the ticket that stayed.</param>
/// <param name="merged">The number of the ticket that a ticket became, for those that were merged.</param>
internal sealed class NumberedNeeds(IReadOnlyDictionary<int, bool> known, IReadOnlyDictionary<int, int> merged)
{
    /// <summary>Whether any ticket was merged.</summary>
    public bool AnyMerged => merged.Count > 0;

    /// <summary>The number of the ticket that a ticket has become.</summary>
    public int Staying(int number) => merged.GetValueOrDefault(number, number);

    /// <summary>Whether a ticket that stayed needed an escalation; null = unknown.</summary>
    public bool? Of(int staying) => known.TryGetValue(staying, out var needed) ? needed : null;
}
