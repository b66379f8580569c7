using NodaTime;

namespace Escalation.History.Import;

/// <summary>Gives each message of a source without tickets a ticket, in the order of the file.</summary>
internal sealed class TicketMaker(TicketMaking making)
{
    private readonly Dictionary<string, string> byMessage = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Customer, string Brand), (string Ticket, Instant At)> latest = [];

    /// <summary>Tickets made.</summary>
    public int Made { get; private set; }

    /// <summary>Messages that joined a ticket by the chain of answers.</summary>
    public int ByChain { get; private set; }

    /// <summary>Messages that joined the customer's latest ticket.</summary>
    public int ByCustomer { get; private set; }

    public string TicketOf(string messageId, string? inReplyTo, string customer, string brand, Instant at)
    {
        var ticket = making.By == TicketsBy.Thread ? OfChain(messageId, inReplyTo) : null;
        if (ticket is not null) ByChain++;
        else if (customer.Length > 0 && latest.TryGetValue((customer, brand), out var last) && (at - last.At) is var silence && silence <= making.Gap && silence >= -making.Gap)
        {
            ticket = last.Ticket;
            ByCustomer++;
        }
        else
        {
            ticket = "t-" + messageId;
            Made++;
        }
        if (customer.Length > 0) latest[(customer, brand)] = (ticket, at);
        if (making.By == TicketsBy.Thread)
        {
            byMessage[messageId] = ticket;
            if (!string.IsNullOrEmpty(inReplyTo)) byMessage.TryAdd(inReplyTo, ticket);       // two answers to a message that is not in the file
        }
        return ticket;
    }

    private string? OfChain(string messageId, string? inReplyTo)
    {
        if (!string.IsNullOrEmpty(inReplyTo) && byMessage.TryGetValue(inReplyTo, out var ticket)) return ticket;
        return byMessage.GetValueOrDefault(messageId);
    }
}
