using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Sla;

/// <summary>A customer's public message, as far as it lets a clock go on.</summary>
public readonly record struct CustomerAnswer(TicketId TicketId, Instant At);

/// <summary>Reads the steps of an escalation's clock from what happened on its tickets.</summary>
/// <remarks>
/// Ends and reopenings are those that the book of episodes makes of the same events. A pause begins where the ticket waits for the customer, and
/// ends where it waits for an agent, where it is reopened, and at the customer's next public message, also where nobody says so: what a customer
/// wrote inside a pause is not lost time of theirs. Steps count at the time at which they happened, so that late news count as if they had come in time.
/// </remarks>
public static class SlaSteps
{
    /// <summary>The steps, by time.</summary>
    /// <param name="episode">The escalation as recorded.</param>
    /// <param name="events">Events of its tickets, merged ones included, in any order.</param>
    /// <param name="labels">Labels of its tickets; only needed where one of them once ended it.</param>
    /// <param name="answers">Customers' messages on its tickets; only needed where a ticket ever waited for the customer.</param>
    public static IReadOnlyList<SlaStep> Of(Episode episode, IReadOnlyList<TicketEvent> events, IReadOnlyList<Label> labels, IReadOnlyList<CustomerAnswer> answers)
    {
        var places = new Places(episode.OpenedOn, events);
        // The order of what stands at one instant: an answer was there before the question that it does not answer.
        var steps = new List<SlaStep>();
        steps.AddRange(answers.Where(a => places.IsAt(a.TicketId, a.At)).Select(a => new SlaStep(a.At, SlaStepKind.Resumed)));
        steps.AddRange(events.Where(e => e.Kind is EventKind.WaitingCustomer or EventKind.WaitingAgent && places.IsAt(e.TicketId, e.At)).OrderBy(e => e, HistoryOrder.Instance)
            .Select(e => new SlaStep(e.At, e.Kind == EventKind.WaitingCustomer ? SlaStepKind.Paused : SlaStepKind.Resumed)));
        steps.AddRange(Ends(episode, events, labels, places));
        return [.. steps.OrderBy(s => s.At)];
    }

    private static IEnumerable<SlaStep> Ends(Episode episode, IReadOnlyList<TicketEvent> events, IReadOnlyList<Label> labels, Places places)
    {
        var book = new EpisodeBook(Policy.Default, isLive: true, keepsSignals: false);
        book.Restore(episode with { TicketId = episode.OpenedOn, Status = EpisodeStatus.Open, EndedAt = null, FirstResolvedAt = null, JudgedBy = null, SnoozedUntil = null, Reopened = 0 });
        var last = episode.EndedAt;
        foreach (var record in events.Cast<HistoryRecord>().Concat(labels).Where(r => r.Received >= episode.OpenedAt).Order(HistoryOrder.Instance))
        {
            var change = record switch
            {
                TicketEvent { Kind: EventKind.Escalated } => null,
                TicketEvent happened => book.OnEvent(happened, places.Of(happened.TicketId, happened.At), episode.CustomerId),
                Label label => book.OnLabel(label, places.Of(label.TicketId, label.At)),
                _ => null,
            };
            if (change?.Kind == EpisodeChangeKind.Ended && change.Episode.EndedAt is { } end && (last is null || end < last)) yield return new SlaStep(end, SlaStepKind.Ended);
            if (change?.Kind == EpisodeChangeKind.Reopened && (last is null || record.At < last)) yield return new SlaStep(record.At, SlaStepKind.Reopened);
        }
        if (last is { } recorded) yield return new SlaStep(recorded, SlaStepKind.Ended);
    }

    /// <summary>Where tickets were at any time, by their merges.</summary>
    private sealed class Places(TicketId origin, IReadOnlyList<TicketEvent> events)
    {
        private readonly TicketEvent[] merges = [.. events.Where(e => e is { Kind: EventKind.Merged, ToTicket: not null }).OrderBy(e => e.At).ThenBy(e => e.Received)];

        public TicketId Of(TicketId ticket, Instant at)
        {
            foreach (var merge in merges)
                if (merge.At <= at && merge.TicketId == ticket) ticket = merge.ToTicket!.Value;
            return ticket;
        }

        /// <summary>Whether a ticket was the escalation's at an instant.</summary>
        public bool IsAt(TicketId ticket, Instant at) => Of(ticket, at) == Of(origin, at);
    }
}
