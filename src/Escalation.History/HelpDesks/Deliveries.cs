using Escalation.Core.Tickets;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.History.HelpDesks;

/// <summary>A delivery, or a part of one, that cannot be taken.</summary>
/// <param name="pointer">JSON pointer (RFC 6901) to the field in the body; empty where the whole body is meant.</param>
/// <param name="message">What is wrong and what to do.</param>
public sealed class DeliveryException(string pointer, string message) : Exception(message)
{
    /// <summary>JSON pointer (RFC 6901) to the field in the body.</summary>
    public string Pointer => pointer;
}

/// <summary>Whose deliveries are read.</summary>
/// <param name="Source">The source account, for example <c>zendesk/acme</c>; ids of tickets, customers and messages begin with it.</param>
/// <param name="TeamOf">The team that a group of the help desk stands for, by its name or id; null where it is none.</param>
/// <param name="IsSigned">Whether it is proven who sends: only then does the source's word on who a customer is count without a person.</param>
public sealed record DeliverySource(string Source, Func<string?, string?> TeamOf, bool IsSigned = false)
{
    /// <summary>The ticket of a number of the source's own.</summary>
    public TicketId Ticket(string number) => new($"{Source}/{number}");

    /// <summary>That whoever writes under an address is a customer.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="channel">The channel of the address.</param>
    /// <param name="address">The id under which messages of the address come.</param>
    /// <param name="at">Since when.</param>
    /// <param name="isAttested">Whether that is proven; else a person is asked.</param>
    /// <param name="pointer">Where it stands in the body.</param>
    internal static DeliveredRecord Link(CustomerId customer, Channel channel, string address, Instant at, bool isAttested, string pointer) => new(new IdentityLink
    {
        Id = RecordIds.Identity(customer, channel, address),
        CustomerId = customer,
        Channel = channel,
        Address = address,
        At = at,
        Linked = true,
        Attested = isAttested,
    }, pointer, WhenKnown.Keep);

    /// <summary>The customer of a number of the source's own; unknown where it has none.</summary>
    public CustomerId Customer(string? number) => string.IsNullOrWhiteSpace(number) ? CustomerId.Unknown : new CustomerId($"{Source}/{number}");
}

/// <summary>What a message does whose identity is known with another text.</summary>
public enum WhenKnown
{
    /// <summary>It is a problem: the source never changes a text.</summary>
    Refuse,

    /// <summary>It is left out: an older delivery came late.</summary>
    Keep,

    /// <summary>It is the next revision: somebody edited the text.</summary>
    Replace,
}

/// <summary>A record that a delivery holds.</summary>
/// <param name="Record">The record, without <c>receivedAt</c>.</param>
/// <param name="Pointer">JSON pointer to where it stands in the body.</param>
/// <param name="Known">What it does where its identity is known with another text.</param>
public sealed record DeliveredRecord(HistoryRecord Record, string Pointer, WhenKnown Known = WhenKnown.Refuse);

/// <summary>Something in a delivery that cannot be taken.</summary>
/// <param name="Pointer">JSON pointer to the field in the body.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record DeliveryProblem(string Pointer, string Message);

/// <summary>What a delivery holds.</summary>
/// <param name="Records">What can be taken, in the order of the body.</param>
/// <param name="Problems">What cannot.</param>
/// <param name="Ignored">What the delivery is about, where that is nothing we follow; null else.</param>
public sealed record DeliveryReading(IReadOnlyList<DeliveredRecord> Records, IReadOnlyList<DeliveryProblem> Problems, string? Ignored = null)
{
    /// <summary>A delivery without problems.</summary>
    public static DeliveryReading Of(params DeliveredRecord[] records) => new(records, []);

    /// <summary>A delivery about something that we do not follow.</summary>
    public static DeliveryReading Ignore(string about) => new([], [], about);
}
