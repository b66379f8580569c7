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

    /// <summary>The same by the ticket's number.</summary>
    public Func<int, bool?> ByNumber(TicketLedger tickets)
    {
        var numbers = known.ToDictionary(k => tickets.IndexOf(k.Key), k => k.Value);
        return number => numbers.TryGetValue(number, out var needed) ? needed : null;
    }
}
