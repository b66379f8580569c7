using System.Text.Json;
using Escalation.History.HelpDesks;
using NodaTime;

namespace Escalation.Service.Intake.Channels;

/// <summary>A way in: what a provider sends to <c>/api/v1/channels/NAME</c>.</summary>
/// <remarks>Thread-safe. Each one passes the contract suite <c>IntakeChannelContract</c>.</remarks>
public interface IIntakeChannel
{
    /// <summary>Its name in the address.</summary>
    string Name { get; }

    /// <summary>What sends to it, for example <c>zendesk</c>.</summary>
    string Kind { get; }

    /// <summary>The source account.</summary>
    string Source { get; }

    /// <summary>Why a delivery is not the provider's, or not of now; null where it is, or where the channel takes unsigned ones.</summary>
    /// <param name="body">The body as it came, byte for byte.</param>
    /// <param name="header">A header of the request by name; null or empty where it is not there.</param>
    /// <param name="now">Our time.</param>
    string? Refusal(ReadOnlyMemory<byte> body, Func<string, string?> header, Instant now);

    /// <summary>What a delivery holds.</summary>
    /// <param name="body">A JSON object.</param>
    /// <param name="teamOf">The team that a group of the help desk stands for; null where it is none.</param>
    /// <exception cref="DeliveryException">It cannot be taken; the pointer says why.</exception>
    DeliveryReading Read(JsonElement body, Func<string?, string?> teamOf);
}
