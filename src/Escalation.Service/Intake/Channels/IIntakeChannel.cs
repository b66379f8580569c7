using Escalation.Core.Tickets;
using Escalation.History.HelpDesks;
using NodaTime;

namespace Escalation.Service.Intake.Channels;

/// <summary>What a channel may ask about while it reads a delivery.</summary>
/// <param name="TeamOf">The team that a group of the help desk stands for; null where it is none.</param>
/// <param name="FindAsync">The newest revision of a message by source and external id; null where it was never recorded.</param>
/// <param name="AreOneAsync">Whether two ids of customers are one person now.</param>
/// <param name="Now">Our time.</param>
public sealed record ChannelSurroundings(
    Func<string?, string?> TeamOf, Func<string, string, CancellationToken, Task<Message?>> FindAsync, Func<CustomerId, CustomerId, CancellationToken, Task<bool>> AreOneAsync, Instant Now);

/// <summary>A way in.</summary>
/// <remarks>Thread-safe.</remarks>
public interface IIntakeChannel
{
    /// <summary>Its name in channels.json.</summary>
    string Name { get; }

    /// <summary>What sends to it, for example <c>zendesk</c>.</summary>
    string Kind { get; }

    /// <summary>The source account.</summary>
    string Source { get; }

    /// <summary>What a delivery holds.</summary>
    /// <param name="body">The delivery, byte for byte.</param>
    /// <param name="around">What it may ask about.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DeliveryException">It cannot be taken; the pointer says why.</exception>
    Task<DeliveryReading> ReadAsync(ReadOnlyMemory<byte> body, ChannelSurroundings around, CancellationToken cancellation);
}

/// <summary>A channel whose provider sends to <c>/api/v1/channels/NAME</c>.</summary>
/// <remarks>Each one passes the contract suite <c>IntakeChannelContract</c>.</remarks>
public interface IWebhookChannel : IIntakeChannel
{
    /// <summary>Why a delivery is not the provider's, or not of now; null where it is, or where the channel takes unsigned ones.</summary>
    /// <param name="body">The body as it came, byte for byte.</param>
    /// <param name="header">A header of the request by name; null or empty where it is not there.</param>
    /// <param name="now">Our time.</param>
    string? Refusal(ReadOnlyMemory<byte> body, Func<string, string?> header, Instant now);
}
