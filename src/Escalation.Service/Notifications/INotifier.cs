using Escalation.Rules.Notifications;
using NodaTime;

namespace Escalation.Service.Notifications;

/// <summary>A notification as a channel is handed it.</summary>
/// <param name="Id">The same for every try, so that a receiver can tell a second copy.</param>
/// <param name="To">The recipient; empty for channels that lead to one place.</param>
/// <param name="At">When the notice was written.</param>
/// <param name="Title">One line.</param>
/// <param name="Text">Plain text, lines by \n.</param>
/// <param name="Facts">What it is about, for machines.</param>
public sealed record OutgoingNotification(string Id, string To, Instant At, string Title, string Text, NotificationFacts Facts);

/// <summary>How a try went.</summary>
public enum SendResult
{
    /// <summary>The server took it.</summary>
    Sent,

    /// <summary>The server could not be reached, or cannot take it now.</summary>
    Failed,

    /// <summary>The server will never take it.</summary>
    Refused,
}

/// <summary>The outcome of a try.</summary>
/// <param name="Result">How it went.</param>
/// <param name="Detail">What the server said, or what went wrong, for people.</param>
/// <param name="RetryAfter">How long the server asks to wait; null where it does not.</param>
public readonly record struct SendOutcome(SendResult Result, string Detail, Duration? RetryAfter = null);

/// <summary>Speaks to the servers of one kind of channel.</summary>
/// <remarks>Thread-safe.</remarks>
public interface INotifier
{
    /// <summary>Tries once.</summary>
    /// <remarks>Any exception counts as a failed try.</remarks>
    Task<SendOutcome> SendAsync(NotificationChannel channel, OutgoingNotification notification, CancellationToken cancellation);
}
