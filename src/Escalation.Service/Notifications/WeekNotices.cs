using System.Text.Json;
using Escalation.Service.Figures;
using Escalation.Storage;

namespace Escalation.Service.Notifications;

/// <summary>Notices with the figures of a week, as they stood when it was told.</summary>
/// <param name="address">Where people reach the service, without a slash at the end; null = no links.</param>
internal sealed class WeekNotices(string? address) : INoticeHandler
{
    public Task<NotificationFacts> FactsOf(NotificationRecord record, string payload, CancellationToken cancellation) => Task.FromResult(FactsOf(record.Kind, JsonSerializer.Deserialize<WeeklyReport>(payload)!));

    /// <summary>What there is to say of a week.</summary>
    public NotificationFacts FactsOf(string step, WeeklyReport report) => new()
    {
        Kind = step,
        Subject = report.Week,
        Weekly = report,
        Url = address is null ? null : address + "/",
    };
}
