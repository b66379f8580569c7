using Escalation.Core.Decisions;
using Escalation.Core.Sla;

namespace Escalation.Service.FollowUp;

/// <summary>Calendars of rules.</summary>
internal static class RuleCalendars
{
    /// <summary>The calendar of policy.json's defaultCalendar; always open where there is none.</summary>
    public static BusinessCalendar DefaultCalendar(this IRuleSet rules) => rules.Calendars.GetValueOrDefault(rules.Policy.DefaultCalendar, BusinessCalendar.Always);
}
