using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.View;

/// <summary>What a ticket's state needs of a message or an event, kept in place: neither the record nor its texts stay. Times are exact to 100 ns.</summary>
internal readonly struct TicketEntry
{
    private readonly long at, received;     // Unix ticks
    private readonly TicketChange change;

    public TicketEntry(Message message) => (at, received, change) = (message.At.ToUnixTimeTicks(), message.Received.ToUnixTimeTicks(), TicketChange.Of(message));

    public TicketEntry(TicketEvent happened, TicketChanges known) => (at, received, change) = (happened.At.ToUnixTimeTicks(), happened.Received.ToUnixTimeTicks(), known.Of(happened));

    public Instant At => Instant.FromUnixTimeTicks(at);

    public Instant Received => Instant.FromUnixTimeTicks(received);

    public bool IsMessage => change.IsMessage;

    /// <summary>What happened.</summary>
    public TicketChange Change => change;
}
