using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Observed;

/// <summary>Something seen on a ticket: a message or an event.</summary>
/// <remarks>
/// Of the many that the windows hold a pass over history keeps only what later decisions ask for, in place: neither the record nor anything that it
/// refers to stays. The live service keeps the records, since another configuration may ask for their texts.
/// </remarks>
public readonly struct Observation
{
    private readonly object? held;          // an ObservedMessage, an EarlierMessage or a TicketEvent; nothing of an event that is not kept
    private readonly long number;           // of what is not kept: its place in the order of history
    private readonly byte channel, author, kind;
    private readonly bool isPublic;

    /// <summary>A message.</summary>
    public Observation(ObservedMessage message) : this(message.Message, message, 0)
    {
    }

    /// <summary>An event.</summary>
    public Observation(TicketEvent happened) : this(happened, happened, 0)
    {
    }

    private Observation(Message message, object held, long number)
    {
        (this.held, this.number) = (held, number);
        (At, Received, TicketId, IsMessage) = (message.At, message.Received, message.TicketId, true);
        (channel, author, isPublic) = ((byte)message.Channel, (byte)message.Author, message.Public);
    }

    private Observation(TicketEvent happened, object? held, long number)
    {
        (this.held, this.number) = (held, number);
        (At, Received, TicketId) = (happened.At, happened.Received, happened.TicketId);
        kind = (byte)happened.Kind;
    }

    private Observation(in Observation other, object? held, Instant at)
    {
        this = other;
        (this.held, At) = (held, at);
    }

    /// <summary>A message for decisions on later ones, under the analyzers that have seen it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="number">Its place in the order of history.</param>
    public static Observation WithoutText(ObservedMessage message, long number) => new(message.Message, message.Earlier(), number);

    /// <summary>An event for decisions on later messages.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="number">Its place in the order of history.</param>
    public static Observation WithoutRecord(TicketEvent happened, long number) => new(happened, null, number);

    /// <summary>When it happened.</summary>
    public Instant At { get; }

    /// <summary>When we learned of it.</summary>
    public Instant Received { get; }

    /// <summary>The ticket as its source named it, before merges.</summary>
    public TicketId TicketId { get; }

    /// <summary>Whether it is a message; else it is an event.</summary>
    public bool IsMessage { get; }

    /// <summary>Of a message: how it reached us.</summary>
    public Channel Channel => (Channel)channel;

    /// <summary>Of a message: who wrote it.</summary>
    public Author Author => (Author)author;

    /// <summary>Of a message: whether the customer can see it.</summary>
    public bool IsPublic => isPublic;

    /// <summary>Whether a customer wrote it.</summary>
    public bool IsOfCustomer => IsMessage && author == (byte)Author.Customer;

    /// <summary>Of an event: what happened.</summary>
    public EventKind EventKind => (EventKind)kind;

    /// <summary>Of a message: whether its text holds a question mark.</summary>
    public bool Asks => held is ObservedMessage message ? message.Asks : ((EarlierMessage)held!).Asks;

    /// <summary>Of a message: its revision.</summary>
    public int Revision => held is ObservedMessage message ? message.Message.Revision : ((EarlierMessage)held!).Revision;

    /// <summary>The record behind it; null where that is not kept.</summary>
    public HistoryRecord? Record => held is ObservedMessage message ? message.Message : held as TicketEvent;

    /// <summary>Of a message: what decisions on later ones need of its text facts.</summary>
    /// <exception cref="InvalidOperationException">The text was let go before the analyzer saw it.</exception>
    public EarlierFacts EarlierFacts(TextAnalyzer analyzer) => held is ObservedMessage message ? message.EarlierFacts(analyzer) : ((EarlierMessage)held!).Facts(analyzer);

    /// <summary>Whether it is a revision of the same message.</summary>
    public bool IsSame(string source, string externalId)
    {
        if (!IsMessage) return false;
        var (its, id) = Identity();
        return string.Equals(id, externalId, StringComparison.Ordinal) && string.Equals(its, source, StringComparison.Ordinal);
    }

    /// <summary>Whether it is a revision of the same message.</summary>
    public bool IsSame(in Observation message)
    {
        var (source, id) = message.Identity();
        return IsSame(source, id);
    }

    /// <summary>The same message as if it had been written at another time.</summary>
    public Observation MovedTo(Instant at) => at == At ? this : new(this, held is ObservedMessage message ? message.MovedTo(at) : held, at);

    /// <summary>Whether it stands after another one in the total order of history. What is kept and what is not are never mixed.</summary>
    public bool IsAfter(in Observation other) => Record is { } mine && other.Record is { } its ? HistoryOrder.Instance.Compare(mine, its) > 0 : number > other.number;

    private (string Source, string ExternalId) Identity() =>
        held is ObservedMessage { Message: var message } ? (message.Source, message.ExternalId) : held is EarlierMessage earlier ? (earlier.Source, earlier.ExternalId) : ("", "");
}
