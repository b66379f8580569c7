using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.HelpDesks;
using Escalation.Rules.Channels;
using NodaTime;

namespace Escalation.Service.Intake.Channels;

/// <summary>Reads the body of one provider's deliveries.</summary>
public delegate DeliveryReading DeliveryReader(JsonElement body, DeliverySource source);

/// <summary>A channel whose deliveries are JSON, signed or not.</summary>
/// <param name="settings">The channel as channels.json has it.</param>
/// <param name="scheme">How its provider signs.</param>
/// <param name="reader">What its provider's bodies hold.</param>
/// <param name="timeOf">The time of a delivery by its own content, for a provider that signs none; null where the scheme has one.</param>
internal sealed class WebhookChannel(ChannelSettings settings, SignatureScheme scheme, DeliveryReader reader, Func<JsonElement, Instant?>? timeOf = null) : IWebhookChannel
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };
    private static readonly Duration Window = Duration.FromMinutes(5);

    /// <summary>Where the time is that of the change itself, the provider's own queue and its retries lie in between.</summary>
    private static readonly Duration ContentWindow = Duration.FromHours(1);

    public string Name => settings.Name;

    public string Kind => Wire.Name(settings.Kind);

    public string Source => settings.Source;

    public string? Refusal(ReadOnlyMemory<byte> body, Func<string, string?> header, Instant now)
    {
        if (settings.Secret is not { } secret) return null;
        if (scheme.Refusal(secret, header, body.Span, out var time) is { } wrong) return wrong;
        if (timeOf is not null) time = ContentTime(body);
        if (time is not { } signed) return null;        // a body that says no time is no body of the provider's, and its reader says so
        var window = settings.WindowSeconds is { } seconds ? Duration.FromSeconds(seconds) : timeOf is null ? Window : ContentWindow;
        var distance = now - signed;
        return distance <= window && distance >= -window ? null
            : FormattableString.Invariant($"it was signed for {signed}, more than {window.TotalSeconds:0} seconds from now ({now}); set the clocks, or \"windowSeconds\" of this channel");
    }

    public Task<DeliveryReading> ReadAsync(ReadOnlyMemory<byte> body, ChannelSurroundings around, CancellationToken cancellation)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return Task.FromResult(reader(document.RootElement, new DeliverySource(settings.Source, around.TeamOf, settings.Secret is not null)));
        }
        catch (JsonException broken)
        {
            throw new DeliveryException("", FormattableString.Invariant($"the body is not valid JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}"));
        }
        catch (InvalidOperationException)
        {
            throw new DeliveryException("", "the body holds text that is not valid UTF-8, or half of a surrogate pair");
        }
    }

    private Instant? ContentTime(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return timeOf!(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or DeliveryException)
        {
            return null;
        }
    }
}
