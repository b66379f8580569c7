using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.Replay.Collecting;

namespace Escalation.Replay.Changes;

/// <summary>Which tickets needed an escalation, as far as people said.</summary>
internal sealed class TicketNeeds(IReadOnlyDictionary<TicketId, bool> known)
{
    public static TicketNeeds Of(Outcomes outcomes) => new(outcomes.Tickets.Where(t => t.Needed is not null).ToDictionary(t => t.TicketId, t => t.Needed!.Value));

    public IReadOnlyDictionary<TicketId, bool> Known => known;

    /// <summary>Whether a ticket needed one; null = unknown.</summary>
    public bool? Of(TicketId ticket) => known.TryGetValue(ticket, out var needed) ? needed : null;

    /// <summary>The same by the ticket's number, after all merges.</summary>
    public NumberedNeeds ByNumber(TicketLedger tickets) => new(known.ToDictionary(k => tickets.IndexOf(k.Key), k => k.Value), tickets.NumbersOfMerged());
}

/// <summary>Needs by the number that a ticket had when its messages were decided.</summary>
/// <param name="known">What is known, by the number of the ticket that stayed.</param>
/// <param name="merged">The number of the ticket that a ticket became, for those that were merged.</param>
internal sealed class NumberedNeeds(IReadOnlyDictionary<int, bool> known, IReadOnlyDictionary<int, int> merged)
{
    /// <summary>The number of the ticket that a ticket has become.</summary>
    public int Staying(int number) => merged.GetValueOrDefault(number, number);

    /// <summary>Whether a ticket that stayed needed an escalation; null = unknown.</summary>
    public bool? Of(int staying) => known.TryGetValue(staying, out var needed) ? needed : null;
}
