using Escalation.Core.Tickets;
using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>Notifications: who is told of what is in the outbox, and how that went.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class NotificationStore(EscalationDatabase database)
{
    private const string All = "SELECT id, outbox_key, kind, subject, team, channel, recipient, status, attempts, created_at_ms, next_at_ms, ended_at_ms, detail, group_key, is_digest FROM notifications";

    private const string Pages = "SELECT COUNT(DISTINCT outbox_key) FROM notifications WHERE team = @team AND created_at_ms >= @SinceMs AND is_digest = 0 AND status IN ('waiting', 'sent') AND channel NOT IN @silent";

    /// <summary>Writes a notification down; one that stands there already stays as it is.</summary>
    public static async Task AddAsync(WriteTransaction transaction, NotificationRecord record, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO notifications (id, outbox_key, kind, subject, team, channel, recipient, status, attempts, created_at_ms, next_at_ms, ended_at_ms, detail, group_key, is_digest)
            VALUES (@Id, @OutboxKey, @Kind, @Subject, @Team, @Channel, @Recipient, @Status, @Attempts, @CreatedAtMs, @NextAtMs, @EndedAtMs, @Detail, @GroupKey, @IsDigest)
            ON CONFLICT (id) DO NOTHING
            """;
        await transaction.ExecuteAsync(sql, NotificationRow.From(record), cancellation);
    }

    /// <summary>Records how a notification stands now, and the try that led to it.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="record">The notification as it stands.</param>
    /// <param name="attempt">The try; null where there was none.</param>
    /// <param name="cancellation">Ends the wait, not what was done.</param>
    public static async Task UpdateAsync(WriteTransaction transaction, NotificationRecord record, NotificationAttempt? attempt, CancellationToken cancellation)
    {
        const string sql = "UPDATE notifications SET status = @Status, attempts = @Attempts, next_at_ms = @NextAtMs, ended_at_ms = @EndedAtMs, detail = @Detail, group_key = @GroupKey, is_digest = @IsDigest WHERE id = @Id";
        const string log = """
            INSERT INTO notification_attempts (notification, number, at_ms, duration_ms, result, detail) VALUES (@Id, @Number, @AtMs, @DurationMs, @Result, @Detail)
            """;
        await transaction.ExecuteAsync(sql, NotificationRow.From(record), cancellation);
        if (attempt is null) return;
        await transaction.ExecuteAsync(log, new { record.Id, attempt.Number, AtMs = Ms(attempt.At), DurationMs = (long)attempt.Duration.TotalMilliseconds, attempt.Result, attempt.Detail }, cancellation);
    }

    /// <summary>Has a dead notification tried again at once.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="id">The notification.</param>
    /// <param name="by">Who wants it; null where nobody says.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>False where it is not dead.</returns>
    public static async Task<bool> RetryAsync(WriteTransaction transaction, string id, string? by, Instant now, CancellationToken cancellation) =>
        await transaction.ExecuteAsync("UPDATE notifications SET status = 'waiting', next_at_ms = @NowMs, ended_at_ms = NULL, detail = @Detail WHERE id = @id AND status = 'dead'",
            new { id, NowMs = Ms(now), Detail = string.IsNullOrEmpty(by) ? "to be sent again" : "to be sent again, says " + by }, cancellation) > 0;

    /// <summary>Lets everything that waits on a channel after a failed try be tried at once: the channel works again.</summary>
    public static Task HastenAsync(WriteTransaction transaction, string channel, Instant now, CancellationToken cancellation) =>
        transaction.ExecuteAsync("UPDATE notifications SET next_at_ms = @NowMs WHERE channel = @channel AND status = 'waiting' AND attempts > 0 AND next_at_ms > @NowMs", new { channel, NowMs = Ms(now) }, cancellation);

    /// <summary>How many notifications a recipient was told one by one since an instant, those still to be sent included.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="recipient">The recipient.</param>
    /// <param name="group">Only those of a group; null = all.</param>
    /// <param name="since">Written after this.</param>
    /// <param name="cancellation">Ends it.</param>
    public static Task<long> CountSinceAsync(WriteTransaction transaction, string channel, string recipient, string? group, Instant since, CancellationToken cancellation) =>
        transaction.QueryFirstAsync<long>($"""
            SELECT COUNT(*) FROM notifications
            WHERE channel = @channel AND recipient = @recipient AND is_digest = 0 AND created_at_ms > @SinceMs AND status IN ('waiting', 'sent') {(group is null ? "" : "AND group_key = @group")}
            """, new { channel, recipient, group, SinceMs = Ms(since) }, cancellation);

    /// <summary>How many notices a team was told one by one since an instant, whoever of it was told; those still to be sent included.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="team">The team.</param>
    /// <param name="since">Written then or later.</param>
    /// <param name="but">A notice that does not count.</param>
    /// <param name="silent">Channels that tell nobody.</param>
    /// <param name="cancellation">Ends it.</param>
    public static Task<long> PagesAsync(WriteTransaction transaction, string team, Instant since, string but, IReadOnlyCollection<string> silent, CancellationToken cancellation) =>
        transaction.QueryFirstAsync<long>(Pages + " AND outbox_key <> @but", new { team, SinceMs = Ms(since), but, silent }, cancellation);

    /// <summary>How many notices a team was told one by one since an instant, and how many were held in a group.</summary>
    public async Task<(long Told, long Held)> PagesAsync(string team, Instant since, string group, IReadOnlyCollection<string> silent, CancellationToken cancellation) =>
        (await database.QueryFirstAsync<long>(Pages, new { team, SinceMs = Ms(since), silent }, cancellation),
         await database.QueryFirstAsync<long>("SELECT COUNT(DISTINCT outbox_key) FROM notifications WHERE team = @team AND created_at_ms >= @SinceMs AND group_key = @group AND status IN ('waiting', 'sent')",
             new { team, SinceMs = Ms(since), group }, cancellation));

    /// <summary>When what is held for a recipient and group goes out; null where nothing is.</summary>
    public static async Task<Instant?> DigestDueAsync(WriteTransaction transaction, string channel, string recipient, string group, CancellationToken cancellation) =>
        At(await transaction.QueryFirstAsync<long?>("""
            SELECT next_at_ms FROM notifications WHERE channel = @channel AND recipient = @recipient AND is_digest = 1 AND group_key = @group AND status = 'waiting' ORDER BY created_at_ms DESC, id LIMIT 1
            """, new { channel, recipient, group }, cancellation));

    /// <summary>What goes out together: the notifications held for a recipient and group that are due, the first one written first.</summary>
    public async Task<IReadOnlyList<NotificationRecord>> DigestAsync(string channel, string recipient, string group, Instant now, CancellationToken cancellation) =>
        [.. (await database.QueryAsync<NotificationRow>(All + " WHERE channel = @channel AND recipient = @recipient AND is_digest = 1 AND group_key = @group AND status = 'waiting' AND next_at_ms <= @NowMs ORDER BY created_at_ms, id",
            new { channel, recipient, group, NowMs = Ms(now) }, cancellation)).Select(r => r.ToRecord())];

    /// <summary>Notifications of a channel that are due, the one that is due longest first; of those that go out together only one.</summary>
    public async Task<IReadOnlyList<NotificationRecord>> DueAsync(string channel, Instant now, int limit, CancellationToken cancellation) =>
        [.. (await database.QueryAsync<NotificationRow>(All + " WHERE channel = @channel AND status = 'waiting' AND next_at_ms <= @NowMs AND is_digest = 0 ORDER BY next_at_ms, id LIMIT @limit",
            new { channel, NowMs = Ms(now), limit }, cancellation)).Select(r => r.ToRecord()),
         .. (await database.QueryAsync<NotificationRow>(All + " WHERE id IN (SELECT MIN(id) FROM notifications WHERE channel = @channel AND status = 'waiting' AND next_at_ms <= @NowMs AND is_digest = 1 GROUP BY recipient, group_key) ORDER BY next_at_ms, id",
            new { channel, NowMs = Ms(now) }, cancellation)).Select(r => r.ToRecord())];

    /// <summary>One notification; null where there is none.</summary>
    public async Task<NotificationRecord?> FindAsync(string id, CancellationToken cancellation) =>
        (await database.QueryFirstAsync<NotificationRow>(All + " WHERE id = @id", new { id }, cancellation))?.ToRecord();

    /// <summary>The tries of a notification, first to last.</summary>
    public async Task<IReadOnlyList<NotificationAttempt>> AttemptsAsync(string id, CancellationToken cancellation) =>
        [.. (await database.QueryAsync<AttemptRow>("SELECT number, at_ms, duration_ms, result, detail FROM notification_attempts WHERE notification = @id ORDER BY number", new { id }, cancellation))
            .Select(r => new NotificationAttempt(r.Number, At(r.AtMs), Duration.FromMilliseconds(r.DurationMs), r.Result, r.Detail))];

    /// <summary>A page of notifications, newest first.</summary>
    public async Task<IReadOnlyList<NotificationRecord>> ListAsync(NotificationQuery query, CancellationToken cancellation)
    {
        var clauses = new List<string>();
        if (query.Status is not null) clauses.Add("status = @Status");
        if (query.After is not null) clauses.Add("(created_at_ms < @AfterMs OR (created_at_ms = @AfterMs AND id < @AfterId))");
        var where = clauses.Count == 0 ? "" : " WHERE " + string.Join(" AND ", clauses);
        var rows = await database.QueryAsync<NotificationRow>($"{All}{where} ORDER BY created_at_ms DESC, id DESC LIMIT @Limit",
            new { Status = Name(query.Status), AfterMs = Ms(query.After?.CreatedAt), AfterId = query.After?.Id, query.Limit }, cancellation);
        return [.. rows.Select(r => r.ToRecord())];
    }

    /// <summary>How many notifications stand so.</summary>
    public async Task<long> CountAsync(NotificationStatus status, CancellationToken cancellation) =>
        await database.QueryFirstAsync<long>("SELECT COUNT(*) FROM notifications WHERE status = @Status", new { Status = Wire.Name(status) }, cancellation);

    private sealed class NotificationRow
    {
        public string Id { get; init; } = "";
        public string OutboxKey { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Subject { get; init; } = "";
        public string? Team { get; init; }
        public string Channel { get; init; } = "";
        public string Recipient { get; init; } = "";
        public string Status { get; init; } = "";
        public int Attempts { get; init; }
        public long CreatedAtMs { get; init; }
        public long? NextAtMs { get; init; }
        public long? EndedAtMs { get; init; }
        public string? Detail { get; init; }
        public string GroupKey { get; init; } = "";
        public long IsDigest { get; init; }

        public static NotificationRow From(NotificationRecord r) => new()
        {
            Id = r.Id,
            OutboxKey = r.OutboxKey,
            Kind = r.Kind,
            Subject = r.Subject,
            Team = r.Team,
            Channel = r.Channel,
            Recipient = r.Recipient,
            Status = Wire.Name(r.Status),
            Attempts = r.Attempts,
            CreatedAtMs = Ms(r.CreatedAt),
            NextAtMs = Ms(r.NextAt),
            EndedAtMs = Ms(r.EndedAt),
            Detail = r.Detail,
            GroupKey = r.GroupKey,
            IsDigest = Flag(r.IsDigest),
        };

        public NotificationRecord ToRecord() => new()
        {
            Id = Id,
            OutboxKey = OutboxKey,
            Kind = Kind,
            Subject = Subject,
            Team = Team,
            Channel = Channel,
            Recipient = Recipient,
            Status = Value<NotificationStatus>(Status),
            Attempts = Attempts,
            CreatedAt = At(CreatedAtMs),
            NextAt = At(NextAtMs),
            EndedAt = At(EndedAtMs),
            Detail = Detail,
            GroupKey = GroupKey,
            IsDigest = IsDigest != 0,
        };
    }

    private sealed class AttemptRow
    {
        public int Number { get; init; }
        public long AtMs { get; init; }
        public long DurationMs { get; init; }
        public string Result { get; init; } = "";
        public string Detail { get; init; } = "";
    }
}
