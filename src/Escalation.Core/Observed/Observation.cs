using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Observed;

/// <summary>Something seen on a ticket: a message or an event.</summary>
/// <remarks>
/// Of the many that the windows hold, the live service and a pass over history keep only what later decisions ask for, in place and in 56 bytes: neither
/// the record nor a text that is its own stays. Who asks for the records keeps them. Times are exact to 100 ns.
/// </remarks>
public readonly struct Observation
{
    private const double FrustrationUnit = 1e6;
    private const int NoFrustration = -1;
    private const byte MessageFlag = 1, PublicFlag = 2, AsksFlag = 4;

    private readonly object? held;          // an ObservedMessage or a TicketEvent; of what is not kept: an EarlierTopic, EarlierTexts, or nothing
    private readonly long at, received;     // Unix ticks
    private readonly ulong identity;        // of a message that is not kept
    private readonly uint number;           // of what is not kept: its place in the order of history
    private readonly int revision, frustration;
    private readonly byte channel, author, kind, flags;

    /// <summary>A message.</summary>
    public Observation(ObservedMessage message) : this(message.Message, message.Message.TicketId, message) => revision = message.Message.Revision;

    /// <summary>An event.</summary>
    public Observation(TicketEvent happened) : this(happened, happened.TicketId, happened)
    {
    }

    private Observation(Message message, TicketId ticket, object? held)
    {
        (this.held, TicketId, at, received) = (held, ticket, message.At.ToUnixTimeTicks(), message.Received.ToUnixTimeTicks());
        (channel, author, flags) = ((byte)message.Channel, (byte)message.Author, message.Public ? (byte)(MessageFlag | PublicFlag) : MessageFlag);
    }

    private Observation(TicketEvent happened, TicketId ticket, object? held)
    {
        (this.held, TicketId, at, received) = (held, ticket, happened.At.ToUnixTimeTicks(), happened.Received.ToUnixTimeTicks());
        kind = (byte)happened.Kind;
    }

    private Observation(ObservedMessage message, TicketId ticket, long number) : this(message.Message, ticket, message.Earlier(out var scored))
    {
        (identity, this.number, revision) = (IdentityOf(message.Message), unchecked((uint)number), message.Message.Revision);
        frustration = held is EarlierTopic ? Packed(scored) : NoFrustration;
        if (message.Asks) flags |= AsksFlag;
    }

    private Observation(TicketEvent happened, TicketId ticket, long number) : this(happened, ticket, null) => this.number = unchecked((uint)number);

    private Observation(in Observation other, object? held, Instant at)
    {
        this = other;
        (this.held, this.at) = (held, at.ToUnixTimeTicks());
    }

    /// <summary>A message for decisions on later ones, under the analyzers that have seen it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ticket">Its ticket; one instance for all that happens on it saves memory.</param>
    /// <param name="number">Its place in the order of history.</param>
    public static Observation WithoutText(ObservedMessage message, TicketId ticket, long number) => new(message, ticket, number);

    /// <summary>An event for decisions on later messages.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="ticket">As for <see cref="WithoutText"/>.</param>
    /// <param name="number">Its place in the order of history.</param>
    public static Observation WithoutRecord(TicketEvent happened, TicketId ticket, long number) => new(happened, ticket, number);

    /// <summary>What tells a message from every other one of its customer: equal for its revisions.</summary>
    /// <remarks>64 bits of a digest: two messages of one customer's window share them in one of 10^12 histories.</remarks>
    public static ulong IdentityOf(Message message) => (ulong)TextDigest.Of(1, message.Source, message.ExternalId, 0);

    /// <summary>When it happened.</summary>
    public Instant At => Instant.FromUnixTimeTicks(at);

    /// <summary>When we learned of it.</summary>
    public Instant Received => Instant.FromUnixTimeTicks(received);

    /// <summary>The ticket as its source named it, before merges.</summary>
    public TicketId TicketId { get; }

    /// <summary>Whether it is a message; else it is an event.</summary>
    public bool IsMessage => (flags & MessageFlag) != 0;

    /// <summary>Of a message: how it reached us.</summary>
    public Channel Channel => (Channel)channel;

    /// <summary>Of a message: who wrote it.</summary>
    public Author Author => (Author)author;

    /// <summary>Of a message: whether the customer can see it.</summary>
    public bool IsPublic => (flags & PublicFlag) != 0;

    /// <summary>Whether a customer wrote it.</summary>
    public bool IsOfCustomer => IsMessage && author == (byte)Author.Customer;

    /// <summary>Of an event: what happened.</summary>
    public EventKind EventKind => (EventKind)kind;

    /// <summary>Of a message: whether its text holds a question mark.</summary>
    public bool Asks => held is ObservedMessage message ? message.Asks : (flags & AsksFlag) != 0;

    /// <summary>Of what is not kept: its place in the order of history, as it was given, in 32 bits.</summary>
    public uint Number => number;

    /// <summary>Of a message: its revision.</summary>
    public int Revision => revision;

    /// <summary>The record behind it; null where that is not kept.</summary>
    public HistoryRecord? Record => held is ObservedMessage message ? message.Message : held as TicketEvent;

    /// <summary>Of a message: what decisions on later ones need of its text facts.</summary>
    /// <exception cref="InvalidOperationException">The text was let go before the analyzer saw it.</exception>
    public EarlierFacts EarlierFacts(TextAnalyzer analyzer) => held switch
    {
        EarlierTopic topic when ReferenceEquals(topic.Analyzer, analyzer) => topic.With(frustration == NoFrustration ? double.NaN : frustration / FrustrationUnit),
        ObservedMessage message => message.EarlierFacts(analyzer),
        EarlierTexts texts when texts.Facts(analyzer) is { } facts => facts,
        _ => throw new InvalidOperationException($"The text of a message on ticket {TicketId} was let go before it was read."),
    };

    /// <summary>Whether it is a revision of the message with an identity; see <see cref="IdentityOf"/>.</summary>
    public bool IsSame(ulong message) => IsMessage && Identity == message;

    /// <summary>Whether it is a revision of the same message.</summary>
    public bool IsSame(in Observation message) => IsSame(message.Identity);

    /// <summary>The same message as if it had been written at another time.</summary>
    public Observation MovedTo(Instant time) => time == At ? this : new(this, held is ObservedMessage message ? message.MovedTo(time) : held, time);

    /// <summary>Whether it stands after another one in the total order of history. What is kept and what is not are never mixed.</summary>
    /// <remarks>Numbers may begin again: no window holds half of them.</remarks>
    public bool IsAfter(in Observation other) =>
        Record is { } mine && other.Record is { } its ? HistoryOrder.Instance.Compare(mine, its) > 0 : unchecked((int)(number - other.number)) > 0;

    /// <summary>Whether a frustration is one that 6 decimals say exactly, as <see cref="TextFacts.Frustration"/> is.</summary>
    internal static bool CanPack(double score) => double.IsNaN(score) || (score is >= 0 and <= 1 && Packed(score) / FrustrationUnit == score);

    private static int Packed(double score) => double.IsNaN(score) ? NoFrustration : (int)Math.Round(score * FrustrationUnit);

    private ulong Identity => held is ObservedMessage message ? IdentityOf(message.Message) : identity;
}
