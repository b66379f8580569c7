using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>Episodes: written by the ordered writer, read by queue, metrics and start-up.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class EpisodeStore(EscalationDatabase database)
{
    private const string All = """
        SELECT id, ticket_id, customer_id, opened_at_ms, opened_by, opened_by_message, opening_decision, last_decision, band, score, triggers, team, route_team, first_team,
               priority, sla_hours, calendar, sla_deadline_ms, route_rule, incident_key, issue_key, status, first_resolved_at_ms, ended_at_ms, reopened, snoozed_until_ms, judged_by,
               watched_from_ms
        FROM episodes
        """;

    private const string ActingEvents = "kind IN ('acknowledged', 'assigned', 'team_changed', 'snoozed', 'merged', 'resolved', 'reopened', 'closed')";
    private const string ActingLabels = "kind IN ('dismissed', 'undone')";

    private const string Actions = $"""
        SELECT (SELECT COUNT(*) FROM events WHERE ticket_id = @Ticket AND {ActingEvents})
             + (SELECT COUNT(*) FROM labels WHERE ticket_id = @Ticket AND {ActingLabels})
        """;

    /// <remarks>As <see cref="Episode.StandingAt"/> says it.</remarks>
    private const string StatusNow = "CASE WHEN status = 'snoozed' AND snoozed_until_ms <= @NowMs THEN 'open' ELSE status END";

    /// <summary>Records an episode as it is now.</summary>
    /// <param name="transaction">The transaction of the decision or event that changed it.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="decision">The decision that opened or raised it; null leaves the ones recorded.</param>
    /// <param name="issueKey">Product and issue type of the opening message where both are known; kept from the first time on.</param>
    /// <param name="cancellation">Ends the wait, not what was done.</param>
    public static async Task SaveAsync(WriteTransaction transaction, Episode episode, string? decision, string? issueKey, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO episodes (id, ticket_id, customer_id, opened_at_ms, opened_by, opened_by_message, opening_decision, last_decision, band, score, triggers,
                                  team, route_team, first_team, priority, sla_hours, calendar, sla_deadline_ms, route_rule, incident_key, issue_key, status, first_resolved_at_ms,
                                  ended_at_ms, reopened, snoozed_until_ms, judged_by)
            VALUES (@Id, @TicketId, @CustomerId, @OpenedAtMs, @OpenedBy, @OpenedByMessage, @OpeningDecision, @LastDecision, @Band, @Score, @Triggers,
                    @Team, @RouteTeam, @FirstTeam, @Priority, @SlaHours, @Calendar, @SlaDeadlineMs, @RouteRule, @IncidentKey, @IssueKey, @Status, @FirstResolvedAtMs, @EndedAtMs, @Reopened,
                    @SnoozedUntilMs, @JudgedBy)
            ON CONFLICT (id) DO UPDATE SET
                ticket_id = excluded.ticket_id, last_decision = COALESCE(excluded.last_decision, episodes.last_decision), band = excluded.band, score = excluded.score,
                triggers = excluded.triggers, team = excluded.team, route_team = excluded.route_team, first_team = excluded.first_team, priority = excluded.priority, sla_hours = excluded.sla_hours,
                calendar = excluded.calendar, sla_deadline_ms = excluded.sla_deadline_ms, route_rule = excluded.route_rule, status = excluded.status,
                first_resolved_at_ms = excluded.first_resolved_at_ms, ended_at_ms = excluded.ended_at_ms, reopened = excluded.reopened,
                snoozed_until_ms = excluded.snoozed_until_ms, judged_by = excluded.judged_by
            """;
        await transaction.ExecuteAsync(sql, EpisodeRow.From(episode, decision, issueKey), cancellation);
    }

    /// <summary>What is due on an episode before an instant is silent.</summary>
    public static async Task SilenceAsync(WriteTransaction transaction, EpisodeId episode, Instant before, CancellationToken cancellation) =>
        await transaction.ExecuteAsync("UPDATE episodes SET watched_from_ms = @BeforeMs WHERE id = @Id", new { Id = episode.Value, BeforeMs = Ms(before) }, cancellation);

    /// <summary>Links a ticket to an incident's episode; once.</summary>
    public static async Task LinkAsync(WriteTransaction transaction, EpisodeId episode, TicketId ticket, Instant at, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO episode_tickets (episode_id, ticket_id, linked_at_ms) VALUES (@Episode, @Ticket, @AtMs) ON CONFLICT (episode_id, ticket_id) DO NOTHING
            """;
        await transaction.ExecuteAsync(sql, new { Episode = episode.Value, Ticket = ticket.Value, AtMs = Ms(at) }, cancellation);
    }

    /// <summary>All episodes in the order of opening, without signals: for metrics.</summary>
    public async Task<IReadOnlyList<EpisodeRecord>> AllAsync(CancellationToken cancellation) =>
        [.. (await database.QueryAsync<EpisodeRow>(All + " ORDER BY opened_at_ms, LENGTH(id), id", null, cancellation)).Select(r => r.ToRecord([]))];

    /// <summary>All episodes of tickets with an open one, in the order of opening, without signals: for the start of the writer.</summary>
    public async Task<IReadOnlyList<EpisodeRecord>> OfOpenTicketsAsync(CancellationToken cancellation)
    {
        const string sql = All + " WHERE ticket_id IN (SELECT ticket_id FROM episodes WHERE ended_at_ms IS NULL) ORDER BY opened_at_ms, LENGTH(id), id";
        return [.. (await database.QueryAsync<EpisodeRow>(sql, null, cancellation)).Select(r => r.ToRecord([]))];
    }

    /// <summary>Episodes that stand for an incident, or were opened in one by themselves, in the order of opening, without signals.</summary>
    public async Task<IReadOnlyList<EpisodeRecord>> OfIncidentsAsync(CancellationToken cancellation) =>
        [.. (await database.QueryAsync<EpisodeRow>(All + " WHERE incident_key IS NOT NULL ORDER BY opened_at_ms, LENGTH(id), id", null, cancellation)).Select(r => r.ToRecord([]))];

    /// <summary>Tickets linked to episodes, in the order of linking.</summary>
    public async Task<IReadOnlyList<LinkedTicket>> LinkedAsync(IReadOnlyCollection<EpisodeId> episodes, CancellationToken cancellation)
    {
        var linked = new List<LinkedTicket>();
        foreach (var part in Parts(episodes.Select(e => e.Value)))
            linked.AddRange((await database.QueryAsync<LinkedRow>("SELECT episode_id, ticket_id, linked_at_ms FROM episode_tickets WHERE episode_id IN @Part ORDER BY linked_at_ms, ticket_id", new { Part = part }, cancellation))
                .Select(r => new LinkedTicket(new EpisodeId(r.EpisodeId), new TicketId(r.TicketId), At(r.LinkedAtMs))));
        return linked;
    }

    /// <summary>One episode with the tickets linked to it, without signals.</summary>
    public async Task<EpisodeRecord?> FindAsync(EpisodeId id, CancellationToken cancellation)
    {
        var row = await database.QueryFirstAsync<EpisodeRow>(All + " WHERE id = @Id", new { Id = id.Value }, cancellation);
        if (row is null) return null;
        var tickets = await database.QueryAsync<string>("SELECT ticket_id FROM episode_tickets WHERE episode_id = @Id ORDER BY ticket_id", new { Id = id.Value }, cancellation);
        return row.ToRecord([.. tickets.Select(t => new TicketId(t))]);
    }

    /// <summary>An episode as it stands in a transaction, without signals.</summary>
    public static async Task<Episode?> FindAsync(WriteTransaction transaction, EpisodeId id, CancellationToken cancellation) =>
        (await transaction.QueryFirstAsync<EpisodeRow>(All + " WHERE id = @Id", new { Id = id.Value }, cancellation))?.ToEpisode();

    /// <summary>Episodes of tickets as they stand in a transaction, of each ticket in the order of opening, without signals.</summary>
    public static async Task<IReadOnlyList<Episode>> OfTicketsAsync(WriteTransaction transaction, IReadOnlyCollection<TicketId> tickets, CancellationToken cancellation)
    {
        const string sql = All + " WHERE ticket_id IN @Part ORDER BY opened_at_ms, LENGTH(id), id";
        var found = new List<Episode>();
        foreach (var part in Parts(tickets.Select(t => t.Value))) found.AddRange((await transaction.QueryAsync<EpisodeRow>(sql, new { Part = part }, cancellation)).Select(r => r.ToEpisode()));
        return found;
    }

    /// <summary>Episodes by id, in no stated order, without signals and linked tickets.</summary>
    public async Task<IReadOnlyList<EpisodeRecord>> FindAllAsync(IReadOnlyCollection<EpisodeId> ids, CancellationToken cancellation)
    {
        var records = new List<EpisodeRecord>();
        foreach (var part in Parts(ids.Select(i => i.Value)))
            records.AddRange((await database.QueryAsync<EpisodeRow>(All + " WHERE id IN @Part", new { Part = part }, cancellation)).Select(r => r.ToRecord([])));
        return records;
    }

    /// <summary>Episodes of a ticket, oldest first, without signals.</summary>
    public async Task<IReadOnlyList<EpisodeRecord>> OfTicketAsync(TicketId ticket, CancellationToken cancellation) =>
        [.. (await database.QueryAsync<EpisodeRow>(All + " WHERE ticket_id = @Ticket ORDER BY opened_at_ms, LENGTH(id), id", new { Ticket = ticket.Value }, cancellation))
            .Select(r => r.ToRecord([]))];

    /// <summary>A page of episodes, newest first, without signals and linked tickets.</summary>
    public async Task<IReadOnlyList<EpisodeRecord>> ListAsync(EpisodeQuery query, CancellationToken cancellation)
    {
        var (where, parameters) = Filter(query);
        var sql = $"{All}{where} ORDER BY opened_at_ms DESC, id DESC LIMIT @Limit";
        return [.. (await database.QueryAsync<EpisodeRow>(sql, parameters, cancellation)).Select(r => r.ToRecord([]))];
    }

    /// <summary>Open episodes that are not asleep, as a lead works through them: the highest band first, then the earliest deadline, then the highest score.</summary>
    /// <remarks>Deadlines are those that the decisions gave; pauses and reopenings move them, which the service counts when it is asked.</remarks>
    public async Task<IReadOnlyList<EpisodeRecord>> QueueAsync(EpisodeQuery query, CancellationToken cancellation)
    {
        var (where, parameters) = Filter(query with { OpenOnly = true, AwakeOnly = true, After = null });
        var sql = $"{All}{where} ORDER BY band DESC, COALESCE(sla_deadline_ms, 9223372036854775807), score DESC, id LIMIT @Limit";
        return [.. (await database.QueryAsync<EpisodeRow>(sql, parameters, cancellation)).Select(r => r.ToRecord([]))];
    }

    /// <summary>How many episodes are open, how many of those are asleep at an instant, and how many there are.</summary>
    public async Task<(long Open, long Asleep, long All)> CountAsync(Instant now, CancellationToken cancellation)
    {
        const string sql = $"""
            SELECT COALESCE(SUM(CASE WHEN ended_at_ms IS NULL THEN 1 ELSE 0 END), 0) AS open,
                   COALESCE(SUM(CASE WHEN ended_at_ms IS NULL AND {StatusNow} = 'snoozed' THEN 1 ELSE 0 END), 0) AS asleep, COUNT(*) AS total
            FROM episodes
            """;
        var row = await database.QueryFirstAsync<CountRow>(sql, new { NowMs = Ms(now) }, cancellation);
        return (row!.Open, row.Asleep, row.Total);
    }

    /// <summary>How often people acted on a ticket so far, in a way that changes where its escalation stands: it only grows.</summary>
    public async Task<long> ActionsAsync(TicketId ticket, CancellationToken cancellation) =>
        await database.QueryFirstAsync<long>(Actions, new { Ticket = ticket.Value }, cancellation);

    /// <summary>As <see cref="ActionsAsync(TicketId, CancellationToken)"/>, of many tickets; those on which nobody acted are left out.</summary>
    public async Task<IReadOnlyDictionary<TicketId, long>> ActionsAsync(IReadOnlyCollection<TicketId> tickets, CancellationToken cancellation)
    {
        const string sql = $"SELECT ticket_id AS ticket, COUNT(*) AS count FROM (SELECT ticket_id FROM events WHERE ticket_id IN @Part AND {ActingEvents} UNION ALL SELECT ticket_id FROM labels WHERE ticket_id IN @Part AND {ActingLabels}) acts GROUP BY ticket_id";
        var counts = new Dictionary<TicketId, long>();
        foreach (var part in Parts(tickets.Select(t => t.Value)))
            foreach (var row in await database.QueryAsync<ActionsRow>(sql, new { Part = part }, cancellation)) counts[new TicketId(row.Ticket)] = row.Count;
        return counts;
    }

    /// <summary>As <see cref="ActionsAsync(TicketId, CancellationToken)"/>, with what the transaction itself has recorded.</summary>
    public static Task<long> ActionsAsync(WriteTransaction transaction, TicketId ticket, CancellationToken cancellation) =>
        transaction.QueryFirstAsync<long>(Actions, new { Ticket = ticket.Value }, cancellation);

    private static (string Where, object Parameters) Filter(EpisodeQuery query)
    {
        var clauses = new List<string>();
        if (query.OpenOnly) clauses.Add("ended_at_ms IS NULL");
        if (query.AwakeOnly) clauses.Add(StatusNow + " <> 'snoozed'");
        if (query.Statuses.Count > 0) clauses.Add(StatusNow + " IN @Statuses");
        if (query.Team is not null) clauses.Add("team = @Team");
        if (query.Band is not null) clauses.Add("band = @Band");
        if (query.After is not null) clauses.Add("(opened_at_ms < @AfterMs OR (opened_at_ms = @AfterMs AND id < @AfterId))");
        return (clauses.Count == 0 ? "" : " WHERE " + string.Join(" AND ", clauses), new
        {
            Statuses = query.Statuses.Select(Wire.Name).ToArray(),
            query.Team,
            Band = (int?)query.Band,
            query.Limit,
            NowMs = Ms(query.Now),
            AfterMs = query.After is { } after ? Ms(after.OpenedAt) : 0,
            AfterId = query.After?.Id.Value,
        });
    }

    private sealed class LinkedRow
    {
        public string EpisodeId { get; init; } = "";
        public string TicketId { get; init; } = "";
        public long LinkedAtMs { get; init; }
    }

    private sealed class ActionsRow
    {
        public string Ticket { get; init; } = "";
        public long Count { get; init; }
    }

    private sealed class CountRow
    {
        public long Open { get; init; }
        public long Asleep { get; init; }
        public long Total { get; init; }
    }

    private sealed class EpisodeRow
    {
        public string Id { get; init; } = "";
        public string TicketId { get; init; } = "";
        public string CustomerId { get; init; } = "";
        public long OpenedAtMs { get; init; }
        public string OpenedBy { get; init; } = "";
        public string? OpenedByMessage { get; init; }
        public string? OpeningDecision { get; init; }
        public string? LastDecision { get; init; }
        public int Band { get; init; }
        public double Score { get; init; }
        public string? Triggers { get; init; }
        public string? Team { get; init; }
        public string? RouteTeam { get; init; }
        public string? FirstTeam { get; init; }
        public string? Priority { get; init; }
        public double? SlaHours { get; init; }
        public string? Calendar { get; init; }
        public long? SlaDeadlineMs { get; init; }
        public string? RouteRule { get; init; }
        public string? IncidentKey { get; init; }
        public string? IssueKey { get; init; }
        public string Status { get; init; } = "";
        public long? FirstResolvedAtMs { get; init; }
        public long? EndedAtMs { get; init; }
        public int Reopened { get; init; }
        public long? SnoozedUntilMs { get; init; }
        public string? JudgedBy { get; init; }
        public long? WatchedFromMs { get; init; }

        public static EpisodeRow From(Episode e, string? decision, string? issueKey) => new()
        {
            Id = e.Id.Value,
            TicketId = e.TicketId.Value,
            CustomerId = e.CustomerId.Value,
            OpenedAtMs = Ms(e.OpenedAt),
            OpenedBy = Wire.Name(e.OpenedBy),
            OpenedByMessage = e.OpenedByMessage?.Value,
            OpeningDecision = decision,
            LastDecision = decision,
            Band = (int)e.Band,
            Score = e.Score,
            Triggers = List(e.Triggers),
            Team = e.Team,
            RouteTeam = e.Route?.Team,
            FirstTeam = e.FirstTeam,
            Priority = Name(e.Route?.Priority),
            SlaHours = e.Route?.SlaHours,
            Calendar = e.Route?.Calendar,
            SlaDeadlineMs = Ms(e.Route?.SlaDeadline),
            RouteRule = e.Route?.Rule,
            IncidentKey = e.IncidentKey,
            IssueKey = issueKey,
            Status = Wire.Name(e.Status),
            FirstResolvedAtMs = Ms(e.FirstResolvedAt),
            EndedAtMs = Ms(e.EndedAt),
            Reopened = e.Reopened,
            SnoozedUntilMs = Ms(e.SnoozedUntil),
            JudgedBy = e.JudgedBy,
        };

        public EpisodeRecord ToRecord(IReadOnlyList<TicketId> tickets) => new(ToEpisode(), OpeningDecision, LastDecision, IssueKey, tickets) { WatchedFrom = At(WatchedFromMs) ?? Instant.MinValue };

        public Episode ToEpisode() => new()
        {
            Id = new(Id),
            TicketId = new(TicketId),
            CustomerId = new(CustomerId),
            OpenedAt = At(OpenedAtMs),
            OpenedBy = Value<ActorKind>(OpenedBy),
            OpenedByMessage = OpenedByMessage is null ? null : new MessageId(OpenedByMessage),
            Band = (Band)Band,
            Score = Score,
            Triggers = [.. List(Triggers) ?? []],
            Route = Priority is null || RouteTeam is null ? null
                : new Route(RouteTeam, Value<TicketPriority>(Priority), SlaHours ?? 0, Calendar ?? "", At(SlaDeadlineMs) ?? default, RouteRule ?? ""),
            Team = Team,
            FirstTeam = FirstTeam,
            IncidentKey = IncidentKey,
            Status = Value<EpisodeStatus>(Status),
            FirstResolvedAt = At(FirstResolvedAtMs),
            EndedAt = At(EndedAtMs),
            Reopened = Reopened,
            SnoozedUntil = At(SnoozedUntilMs),
            JudgedBy = JudgedBy,
        };
    }
}
