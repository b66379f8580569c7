using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Tickets;
using Escalation.Storage;
using Microsoft.AspNetCore.WebUtilities;
using NodaTime;

namespace Escalation.Service.Notifications;

/// <summary>What can be answered from a message itself.</summary>
public enum AnswerAction
{
    /// <summary>Somebody looks at it.</summary>
    Acknowledge,

    /// <summary>It was right to escalate.</summary>
    Confirm,

    /// <summary>It was not needed.</summary>
    Dismiss,

    /// <summary>It goes to a team.</summary>
    Assign,
}

/// <summary>A link of a message, as it comes back.</summary>
/// <param name="Notification">The notification that it stood in.</param>
/// <param name="Action">What it is for.</param>
/// <param name="ExpiresAt">It holds before this.</param>
/// <param name="Signature">Shows that it is ours.</param>
public sealed record AnswerLink(string Notification, AnswerAction Action, Instant ExpiresAt, string Signature)
{
    /// <summary>Names what was done by it: the same link has the same, so that it works once.</summary>
    public string Key => $"answer/{Notification}/{Wire.Name(Action)}";

    /// <summary>The path of the link under the service's address.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"/answer/{Notification}/{Wire.Name(Action)}/{ExpiresAt.ToUnixTimeSeconds()}/{Signature}");

    /// <summary>A link by the parts of its path; null where they are none.</summary>
    public static AnswerLink? Parse(string notification, string action, string expires, string signature) =>
        Wire.TryParse<AnswerAction>(action, out var parsed) && long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_800
            ? new AnswerLink(notification, parsed, Instant.FromUnixTimeSeconds(seconds), signature)
            : null;
}

/// <summary>Makes and checks the links by which people answer from a message.</summary>
/// <remarks>A link is bound to the notification, and with it to the episode and the recipient, to one action and to its expiry: HMAC-SHA256 with a key of this database. Thread-safe.</remarks>
/// <param name="key">The key, 32 bytes.</param>
public sealed class AnswerLinks(byte[] key)
{
    private static readonly Duration Validity = Duration.FromDays(7);

    /// <summary>The link of a notification for an action; the same every time.</summary>
    internal AnswerLink Of(NotificationRecord record, AnswerAction action)
    {
        var link = new AnswerLink(record.Id, action, record.CreatedAt + Validity, "");
        return link with { Signature = SignatureOf(link, record) };
    }

    /// <summary>Whether a link is one that was made here for this notification.</summary>
    internal bool IsGenuine(AnswerLink link, NotificationRecord record) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(SignatureOf(link, record)), Encoding.UTF8.GetBytes(link.Signature));

    private string SignatureOf(AnswerLink link, NotificationRecord record)
    {
        var signed = string.Join('\n', link.Notification, Wire.Name(link.Action), link.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), record.Subject, record.Channel, record.Recipient);
        return WebEncoders.Base64UrlEncode(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed)));
    }
}
