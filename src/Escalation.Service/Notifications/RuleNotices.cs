using Escalation.Storage;

namespace Escalation.Service.Notifications;

/// <summary>Notices about rules: they are always needed.</summary>
/// <param name="address">Where people reach the service, without a slash at the end; null = no links.</param>
internal sealed class RuleNotices(string? address) : INoticeHandler
{
    public Task<NotificationFacts> FactsOf(NotificationRecord record, string payload, CancellationToken cancellation) => Task.FromResult(new NotificationFacts
    {
        Kind = record.Kind,
        Subject = record.Subject,
        Rule = record.Subject,
        Detail = Notice.Of(payload).Detail,
        Url = address is null ? null : address + "/reviews",
    });
}
