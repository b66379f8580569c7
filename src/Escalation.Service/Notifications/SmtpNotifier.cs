using System.Security.Cryptography;
using System.Text;
using Escalation.Rules.Notifications;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Escalation.Service.Notifications;

/// <summary>Mail by SMTP.</summary>
/// <remarks>
/// Message-ID and date follow from the notification, so that a second copy after a crash is the same message to a mail program; mails of one escalation refer to
/// one root that was never sent, so that they stand in one thread. Marked as RFC 3834 asks, so that no robot answers.
/// </remarks>
internal sealed class SmtpNotifier : INotifier
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    public async Task<SendOutcome> SendAsync(NotificationChannel channel, OutgoingNotification notification, CancellationToken cancellation)
    {
        string? password = null;
        if (channel is { User: not null, Password: { } source })
        {
            (password, var problem) = source.Read();
            if (problem is not null) return new SendOutcome(SendResult.Failed, problem);
        }
        using var message = MessageOf(channel, notification);
        // The worker's own limit comes first: it says what happened in the channel's words.
        using var client = new SmtpClient { Timeout = (channel.TimeoutSeconds + 5) * 1000 };
        await client.ConnectAsync(channel.Host, channel.Port, OptionsOf(channel.Security), cancellation);
        if (channel.User is { } user) await client.AuthenticateAsync(user, password!, cancellation);
        SendOutcome outcome;
        try
        {
            outcome = new SendOutcome(SendResult.Sent, await client.SendAsync(message, cancellation));
        }
        catch (SmtpCommandException refusal)
        {
            outcome = new SendOutcome((int)refusal.StatusCode >= 500 ? SendResult.Refused : SendResult.Failed, $"{(int)refusal.StatusCode} {refusal.Message}");
        }
        await PartAsync(client);
        return outcome;
    }

    /// <summary>The mail of a notification.</summary>
    internal static MimeMessage MessageOf(NotificationChannel channel, OutgoingNotification notification)
    {
        var from = MailboxAddress.Parse(channel.From);
        var thread = $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(notification.Facts.Subject)).AsSpan(0, 12))}@{from.Domain}";
        var message = new MimeMessage
        {
            MessageId = $"{notification.Id}@{from.Domain}",
            Subject = notification.Title,
            Date = notification.At.ToDateTimeOffset(),
            InReplyTo = thread,
            Body = new TextPart("plain") { Text = notification.Text },
        };
        message.From.Add(from);
        message.To.Add(MailboxAddress.Parse(notification.To));
        message.References.Add(thread);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        message.Headers.Add("X-Escalation-Notification", notification.Id);
        return message;
    }

    /// <summary>The server has answered: how the connection ends changes nothing any more.</summary>
    private static async Task PartAsync(SmtpClient client)
    {
        try
        {
            using var patience = new CancellationTokenSource(Farewell);
            await client.DisconnectAsync(true, patience.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException or SmtpProtocolException or SmtpCommandException)
        {
            // Disposing the client closes the connection.
        }
    }

    private static SecureSocketOptions OptionsOf(MailSecurity security) => security switch
    {
        MailSecurity.None => SecureSocketOptions.None,
        MailSecurity.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.SslOnConnect,
    };
}
