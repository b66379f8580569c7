using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Notifications;

/// <summary>When a failed try is repeated: twice as late each time, at most every five minutes, with a fifth of jitter either way, so that many do not come back at once.</summary>
/// <param name="giveUpAfter">Counted from the notice on.</param>
internal sealed class RetrySchedule(Duration giveUpAfter)
{
    private const double FirstSeconds = 2;
    private const double MostSeconds = 300;
    private const double Jitter = .2;

    /// <summary>The time of the next try; null where it is given up.</summary>
    /// <param name="record">The notification, the failed try counted.</param>
    /// <param name="now">Now.</param>
    /// <param name="asked">How long the server asked to wait.</param>
    public Instant? Next(NotificationRecord record, Instant now, Duration? asked)
    {
        if (now - record.CreatedAt >= giveUpAfter) return null;
        var seconds = Math.Min(MostSeconds, FirstSeconds * Math.Pow(2, Math.Min(30, record.Attempts - 1)));
        var wait = Duration.FromSeconds(seconds * (1 - Jitter + (2 * Jitter * Random.Shared.NextDouble())));
        return now + (asked is { } least && least > wait ? Duration.Min(least, Duration.FromHours(1)) : wait);
    }
}
