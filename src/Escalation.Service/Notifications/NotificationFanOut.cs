using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Tickets;
using Escalation.Rules.Notifications;
using Escalation.Storage;
using Microsoft.Extensions.Logging;

namespace Escalation.Service.Notifications;

/// <summary>Writes down who is to be told of what stands in the outbox.</summary>
internal sealed class NotificationFanOut(EscalationDatabase database, NotificationSettings settings, NotificationHolds holds, TimeProvider time, ILogger logger)
{
    private const int Batch = 200;
    private readonly OutboxStore outbox = new(database);
    private readonly HashSet<string> named = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<UnknownNotices> unknown = [];

    /// <summary>What waits although nobody knows how to tell it.</summary>
    public IReadOnlyList<UnknownNotices> Unknown => unknown;

    /// <summary>Takes everything that waits.</summary>
    /// <returns>Whether there was anything.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        var any = false;
        while (await outbox.WaitingAsync(NotificationSettings.Steps, Batch, cancellation) is { Count: > 0 } rows)
        {
            var now = time.Now();
            await using var transaction = await database.BeginAsync(cancellation);
            foreach (var row in rows)
                foreach (var record in await RecordsOfAsync(transaction, row, now, cancellation)) await NotificationStore.AddAsync(transaction, record, cancellation);
            await OutboxStore.PassOnAsync(transaction, [.. rows.Select(r => r.DedupeKey)], now, cancellation);
            await transaction.CommitAsync(cancellation);
            any = true;
        }
        unknown = await outbox.UnknownAsync(NotificationSettings.Steps, cancellation);
        foreach (var notices in unknown.Where(n => named.Add(n.Kind)))
            logger.LogError("Nobody can be told of {Notices} in the outbox: this version does not know it. It waits there for a version that does; update the service", notices);
        return any;
    }

    private async Task<IReadOnlyList<NotificationRecord>> RecordsOfAsync(WriteTransaction transaction, OutboxRow row, NodaTime.Instant now, CancellationToken cancellation)
    {
        var notice = Notice.Of(row.Payload);
        var told = new List<NotificationRecord>();
        foreach (var recipient in settings.Recipients.Where(r => r.Wants(row.Kind, notice.Team) && Reaches(r.Channel, notice.Ticket)).DistinctBy(r => (r.Channel, r.To)))
            told.Add(await holds.PlaceAsync(transaction, Record(row, notice.Team, recipient.Channel, recipient.To.Length > 0 ? recipient.To : recipient.Channel), recipient, notice, now, cancellation));
        if (told.Count > 0) return told;
        logger.LogWarning("Nobody is told of {Kind} {Subject}: no recipient of notifications.json takes it{Team}", row.Kind, row.Subject, notice.Team is null ? "" : $" for team {notice.Team}");
        return [Record(row, notice.Team, "", "") with { Status = NotificationStatus.Unaddressed, EndedAt = now, Detail = "no recipient of notifications.json takes this step for this team" }];
    }

    /// <summary>A help desk takes only what is about its own tickets, and nothing while it is switched off.</summary>
    private bool Reaches(string channel, string? ticket) => settings.Channel(channel)?.HelpDesk is not { } desk || (desk.IsEnabled && desk.IsOf(ticket));

    private static NotificationRecord Record(OutboxRow row, string? team, string channel, string to) => new()
    {
        Id = "n-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{row.DedupeKey}\n{channel}\n{to}")).AsSpan(0, 12)),
        OutboxKey = row.DedupeKey,
        Kind = row.Kind,
        Subject = row.Subject,
        Team = team,
        Channel = channel,
        Recipient = to,
        CreatedAt = NodaTime.Instant.FromUnixTimeMilliseconds(row.AtMs),
    };
}
