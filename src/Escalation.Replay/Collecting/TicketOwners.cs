using Escalation.Core.Tickets;

namespace Escalation.Replay.Collecting;

/// <summary>Whose every ticket is, and what it has become by merges: all that the live service needs of tickets besides the windows.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class TicketOwners
{
    private readonly Dictionary<TicketId, CustomerId> customers = [];
    private readonly TicketMerges merges = new();

    /// <inheritdoc cref="TicketMerges.Canonical"/>
    public TicketId Canonical(TicketId ticket) => merges.Canonical(ticket);

    /// <summary>The customer of a ticket, as the first message that names one says.</summary>
    public CustomerId CustomerOf(TicketId ticket) => customers.GetValueOrDefault(ticket, CustomerId.Unknown);

    /// <summary>Takes a message, after it was decided.</summary>
    public void Take(Message message)
    {
        if (message.CustomerId.IsKnown) customers.TryAdd(message.TicketId, message.CustomerId);
    }

    /// <summary>Takes an event.</summary>
    public void Take(TicketEvent happened) => merges.Take(happened);
}
