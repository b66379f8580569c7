using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Tickets;
using Escalation.Rules.Notifications;
using Escalation.Storage;
using Microsoft.Extensions.Logging;

namespace Escalation.Service.Notifications;

/// <summary>Writes down who is to be told of what stands in the outbox.</summary>
internal sealed class NotificationFanOut(EscalationDatabase database, NotificationSettings settings, TimeProvider time, ILogger logger)
{
    private const int Batch = 200;
    private readonly OutboxStore outbox = new(database);

    /// <summary>Takes everything that waits.</summary>
    /// <returns>Whether there was anything.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        var any = false;
        while (await outbox.WaitingAsync(Batch, cancellation) is { Count: > 0 } rows)
        {
            var now = time.Now();
            await using var transaction = await database.BeginAsync(cancellation);
            foreach (var record in rows.SelectMany(r => RecordsOf(r, now))) await NotificationStore.AddAsync(transaction, record, cancellation);
            await OutboxStore.PassOnAsync(transaction, [.. rows.Select(r => r.DedupeKey)], now, cancellation);
            await transaction.CommitAsync(cancellation);
            any = true;
        }
        return any;
    }

    private IReadOnlyList<NotificationRecord> RecordsOf(OutboxRow row, NodaTime.Instant now)
    {
        var team = NotificationComposer.TeamOf(row.Payload);
        var told = settings.Recipients.Where(r => r.Wants(row.Kind, team)).Select(r => (r.Channel, To: r.To.Length > 0 ? r.To : r.Channel)).Distinct()
            .Select(r => Record(row, team, r.Channel, r.To) with { NextAt = now }).ToList();
        if (told.Count > 0) return told;
        logger.LogWarning("Nobody is told of {Kind} {Subject}: no recipient of notifications.json takes it{Team}", row.Kind, row.Subject, team is null ? "" : $" for team {team}");
        return [Record(row, team, "", "") with { Status = NotificationStatus.Unaddressed, EndedAt = now, Detail = "no recipient of notifications.json takes this step for this team" }];
    }

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
