using Escalation.Core.Decisions;
using Escalation.Service.Api;
using Escalation.Service.FollowUp;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Notifications;

/// <summary>Notices about channels from which nothing comes: a silence is not told any more once it is over.</summary>
/// <param name="database">The database.</param>
/// <param name="rules">The rules in force: the zone of the default calendar.</param>
/// <param name="address">Where people reach the service, without a slash at the end; null = no links.</param>
internal sealed class ChannelNotices(EscalationDatabase database, Func<IRuleSet> rules, string? address) : INoticeHandler
{
    private readonly OutboxStore outbox = new(database);

    public async Task<string?> StopOf(NotificationRecord record, CancellationToken cancellation) =>
        await outbox.FindAsync(record.OutboxKey + "/ended", cancellation) is { } ended && Notice.Of(ended.Payload).Until is { } until ? $"a message came again at {Json.Time(until)}, before this was sent" : null;

    public Task<NotificationFacts> FactsOf(NotificationRecord record, string payload, CancellationToken cancellation)
    {
        var notice = Notice.Of(payload);
        return Task.FromResult(FactsOf(record.Kind, SilenceWatch.SilenceOf(record.Subject, notice), notice.Until));
    }

    /// <summary>What there is to say of a silence.</summary>
    /// <param name="step">The kind of notice.</param>
    /// <param name="silence">The silence.</param>
    /// <param name="worksSince">When it ended; null while it has not.</param>
    public NotificationFacts FactsOf(string step, Core.Metrics.Silence silence, Instant? worksSince) => new()
    {
        Kind = step,
        Subject = silence.Source,
        Silence = silence,
        WorksSince = worksSince,
        Zone = rules().DefaultCalendar().Zone,
        Url = address is null ? null : address + "/",
    };
}
