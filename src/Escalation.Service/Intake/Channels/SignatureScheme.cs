using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.Service.Intake.Channels;

/// <summary>How a provider signs its deliveries: an HMAC over the raw bytes, where it has one with the time of sending before them.</summary>
/// <remarks>Immutable.</remarks>
public sealed record SignatureScheme
{
    /// <summary>Ours, for senders of one's own: <c>sha256=HEX</c> over <c>TIME.BODY</c>, the time in Unix seconds.</summary>
    public static readonly SignatureScheme Own = new() { Header = "X-Escalation-Signature", TimeHeader = "X-Escalation-Timestamp", Separator = "." };

    /// <summary>Zendesk: base64 over time and body without anything between. Source: developer.zendesk.com/documentation/webhooks/verifying.</summary>
    public static readonly SignatureScheme Zendesk = new() { Header = "X-Zendesk-Webhook-Signature", TimeHeader = "X-Zendesk-Webhook-Signature-Timestamp", Prefix = "", IsBase64 = true };

    /// <summary>Zammad: SHA-1 over the body alone. Source: admin-docs.zammad.org, Webhook > Payload.</summary>
    public static readonly SignatureScheme Zammad = new() { Header = "X-Hub-Signature", Prefix = "sha1=", IsSha1 = true };

    /// <summary>Chatwoot: <c>sha256=HEX</c> over <c>TIME.BODY</c>. Source: the description of github.com/chatwoot/chatwoot/pull/13573.</summary>
    public static readonly SignatureScheme Chatwoot = new() { Header = "X-Chatwoot-Signature", TimeHeader = "X-Chatwoot-Timestamp", Separator = "." };

    /// <summary>The header of the signature.</summary>
    public required string Header { get; init; }

    /// <summary>The header of the signed time; null where the provider signs none.</summary>
    public string? TimeHeader { get; init; }

    /// <summary>What stands before the digest.</summary>
    public string Prefix { get; init; } = "sha256=";

    /// <summary>What stands between time and body where they are signed.</summary>
    public string Separator { get; init; } = "";

    /// <summary>Whether the digest is written in base64, else in hex.</summary>
    public bool IsBase64 { get; init; }

    /// <summary>Whether it is SHA-1, else SHA-256.</summary>
    public bool IsSha1 { get; init; }

    /// <summary>The signature of a body.</summary>
    /// <param name="secret">The key.</param>
    /// <param name="time">The time as its header says it; empty where none is signed.</param>
    /// <param name="body">The body, byte for byte.</param>
    public string Sign(string secret, string time, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(IsSha1 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        if (TimeHeader is not null) mac.AppendData(Encoding.UTF8.GetBytes(time + Separator));
        mac.AppendData(body);
        var digest = mac.GetHashAndReset();
        return Prefix + (IsBase64 ? Convert.ToBase64String(digest) : Convert.ToHexStringLower(digest));
    }

    /// <summary>Why a signature does not hold; null where it does.</summary>
    /// <param name="secret">The key.</param>
    /// <param name="header">A header of the request by name.</param>
    /// <param name="body">The body, byte for byte.</param>
    /// <param name="time">The signed time; null where the provider signs none.</param>
    public string? Refusal(string secret, Func<string, string?> header, ReadOnlySpan<byte> body, out Instant? time)
    {
        time = null;
        var given = header(Header);
        if (string.IsNullOrEmpty(given)) return $"the header {Header} is missing; set the secret of this channel at the sender";
        var said = TimeHeader is null ? "" : header(TimeHeader);
        if (said is null || (TimeHeader is not null && said.Length == 0)) return $"the header {TimeHeader} is missing; it is part of what is signed";
        var expected = Sign(secret, said, body);
        // Hex digits may be of either case; base64 may not. The comparison takes the same time wherever they differ.
        if (!IsBase64) given = given.ToLowerInvariant();
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected))) return $"{Header} does not fit the body; compare the secret of this channel with the sender's";
        if (TimeHeader is null) return null;
        time = TimeOf(said);
        return time is null ? $"{TimeHeader} is no time" : null;
    }

    private static Instant? TimeOf(string said)
    {
        if (long.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 200_000_000_000) return Instant.FromUnixTimeSeconds(seconds);
        return WireTime.Read(Encoding.UTF8.GetBytes(said), null, out var instant, out _) == TimeReading.Done ? instant : null;
    }
}
