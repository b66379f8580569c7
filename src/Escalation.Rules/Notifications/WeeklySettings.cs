using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Rules.Notifications;

/// <summary>Days as calendars and notifications.json name them.</summary>
internal enum Weekday { Mon, Tue, Wed, Thu, Fri, Sat, Sun }

/// <summary>When the figures of the week before are told.</summary>
/// <param name="Day">The day of the week.</param>
/// <param name="Hour">The hour of the day, 0 to 23.</param>
/// <param name="Zone">The zone of both; null = that of the default calendar.</param>
public sealed record WeeklySettings(IsoDayOfWeek Day = IsoDayOfWeek.Monday, int Hour = 8, DateTimeZone? Zone = null)
{
    /// <summary>The week whose figures are told last up to a local time: the one that was over at the latest such day and hour.</summary>
    public IsoWeek WeekDueAt(LocalDateTime now)
    {
        var day = now.Date.PlusDays(-(((int)now.DayOfWeek - (int)Day + 7) % 7));
        return IsoWeek.Before(day == now.Date && now.Hour < Hour ? day.PlusWeeks(-1) : day);
    }
}
