using System.Runtime.CompilerServices;
using System.Text.Json;
using Dapper;
using Escalation.Core.Decisions;
using Escalation.Core.Routing;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>The rules whose signals counted in a decision.</summary>
/// <param name="Ticket">The ticket, after the merges until then.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Version">The rule set that decided.</param>
/// <param name="Rules">Of the live decision.</param>
/// <param name="ShadowRules">As if every shadow rule were live; empty where none of them hit.</param>
public sealed record DecidedRules(TicketId Ticket, Instant DecidedAt, RuleSetVersion Version, IReadOnlyList<string> Rules, IReadOnlyList<string> ShadowRules);

/// <summary>Decisions with their signals and facts.</summary>
/// <remarks>Thread-safe. A decision is never changed.</remarks>
public sealed class DecisionStore(EscalationDatabase database)
{
    private const string All = """
        SELECT d.id, d.source, d.external_id, d.revision, d.message_id, d.ticket_id, d.customer_id, d.episode_id, d.decided_at_ms, d.score, d.score_without_incident,
               d.probability, d.band, d.team, d.priority, d.sla_hours, d.calendar, d.sla_deadline_ms, d.route_rule, d.degraded, d.needs_review, d.configuration,
               d.detail, d.cause, m.body AS text
        FROM decisions d JOIN messages m ON m.source = d.source AND m.external_id = d.external_id AND m.revision = d.revision
        """;

    /// <summary>Records a decision; recording the same id again changes nothing.</summary>
    public static async Task AddAsync(WriteTransaction transaction, DecisionRecord record, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO decisions (id, source, external_id, revision, message_id, ticket_id, customer_id, episode_id, decided_at_ms, score, score_without_incident,
                                   probability, band, team, priority, sla_hours, calendar, sla_deadline_ms, route_rule, degraded, needs_review, configuration, detail, cause)
            VALUES (@Id, @Source, @ExternalId, @Revision, @MessageId, @TicketId, @CustomerId, @EpisodeId, @DecidedAtMs, @Score, @ScoreWithoutIncident,
                    @Probability, @Band, @Team, @Priority, @SlaHours, @Calendar, @SlaDeadlineMs, @RouteRule, @Degraded, @NeedsReview, @Configuration, @Detail, @Cause)
            ON CONFLICT (id) DO NOTHING
            """;
        await transaction.ExecuteAsync(sql, DecisionRow.From(record), cancellation);
    }

    /// <summary>A decision by id.</summary>
    public async Task<DecisionRecord?> FindAsync(string id, CancellationToken cancellation) =>
        (await database.QueryFirstAsync<DecisionRow>(All + " WHERE d.id = @id", new { id }, cancellation))?.ToRecord();

    /// <summary>The first decision on a message in one revision; null where it was never decided (agents' messages).</summary>
    public async Task<DecisionRecord?> OnMessageAsync(string source, string externalId, int revision, CancellationToken cancellation)
    {
        const string sql = All + " WHERE d.source = @source AND d.external_id = @externalId AND d.revision = @revision ORDER BY d.decided_at_ms, d.id LIMIT 1";
        return (await database.QueryFirstAsync<DecisionRow>(sql, new { source, externalId, revision }, cancellation))?.ToRecord();
    }

    /// <summary>Which rules threw in the last decisions by a rule set, oldest first.</summary>
    /// <param name="rules">The rule set.</param>
    /// <param name="most">How many decisions are looked at.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<RecentFailures>> RecentFailuresAsync(RuleSetVersion rules, int most, CancellationToken cancellation)
    {
        const string sql = """
            SELECT decided_at_ms, route_rule, CASE WHEN degraded = 1 OR detail LIKE '%"shadowErrors":%' THEN detail END AS detail
            FROM decisions WHERE configuration IN (SELECT id FROM configurations WHERE rules = @rules) ORDER BY decided_at_ms DESC, id LIMIT @most
            """;
        return [.. (await database.QueryAsync<RecentRow>(sql, new { rules = rules.Value, most }, cancellation)).Reverse().Select(r => r.ToFailures())];
    }

    /// <summary>Decisions on a ticket's messages, oldest first.</summary>
    public async Task<IReadOnlyList<DecisionRecord>> OfTicketAsync(TicketId ticket, CancellationToken cancellation)
    {
        const string sql = All + " WHERE d.ticket_id = @Ticket ORDER BY d.decided_at_ms, m.at_ms, d.source, d.external_id, d.revision";
        return [.. (await database.QueryAsync<DecisionRow>(sql, new { Ticket = ticket.Value }, cancellation)).Select(r => r.ToRecord())];
    }

    /// <summary>What decisions promised, by decision: from when, so many hours in which calendar. Those that routed nothing are left out.</summary>
    public async Task<IReadOnlyDictionary<string, SlaPromise>> PromisesAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        const string sql = "SELECT id, decided_at_ms, sla_hours, calendar FROM decisions WHERE id IN @Part AND sla_hours IS NOT NULL";
        var promises = new Dictionary<string, SlaPromise>(StringComparer.Ordinal);
        foreach (var part in Parts(ids))
            foreach (var row in await database.QueryAsync<PromiseRow>(sql, new { Part = part }, cancellation))
                promises[row.Id] = new SlaPromise(At(row.DecidedAtMs), row.SlaHours, row.Calendar ?? "");
        return promises;
    }

    /// <summary>Decisions by id, in no stated order; ids that are not there are left out.</summary>
    public async Task<IReadOnlyDictionary<string, DecisionRecord>> FindAllAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        if (ids.Count == 0) return new Dictionary<string, DecisionRecord>();
        var rows = await database.QueryAsync<DecisionRow>(All + " WHERE d.id IN @ids", new { ids }, cancellation);
        return rows.ToDictionary(r => r.Id, r => r.ToRecord(), StringComparer.Ordinal);
    }

    /// <summary>All decisions by when they were made, in bounded memory.</summary>
    public async IAsyncEnumerable<DecisionRecord> StreamAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(readOnly: true, cancellation);
        await foreach (var row in connection.QueryUnbufferedAsync<DecisionRow>(All + " ORDER BY d.decided_at_ms, d.id").WithCancellation(cancellation)) yield return row.ToRecord();
    }

    /// <summary>When another rule set than this one decided last; null where none did.</summary>
    public async Task<Instant?> LastByOthersAsync(RuleSetVersion rules, CancellationToken cancellation)
    {
        const string sql = "SELECT MAX(decided_at_ms) FROM decisions WHERE configuration NOT IN (SELECT id FROM configurations WHERE rules = @Rules)";
        return At(await database.QueryFirstAsync<long?>(sql, new { Rules = rules.Value }, cancellation));
    }

    /// <summary>The rules whose signals counted in every decision by some rule sets, live and as shadow would have had it; decisions without a signal are left out.</summary>
    /// <remarks>Also those on imported history, which are older than the day on which the rule set became active.</remarks>
    public async IAsyncEnumerable<DecidedRules> RulesOfAsync(IReadOnlyCollection<RuleSetVersion> versions, [EnumeratorCancellation] CancellationToken cancellation)
    {
        const string sql = """
            SELECT d.ticket_id, d.decided_at_ms, d.detail, c.rules FROM decisions d JOIN configurations c ON c.id = d.configuration
            WHERE c.rules IN @Versions AND d.detail LIKE '%"signals":%'
            """;
        await using var connection = await database.OpenAsync(readOnly: true, cancellation);
        await foreach (var row in connection.QueryUnbufferedAsync<SignalsRow>(sql, new { Versions = versions.Select(v => v.Value).ToArray() }).WithCancellation(cancellation))
        {
            using var document = JsonDocument.Parse(row.Detail);
            yield return new DecidedRules(new TicketId(row.TicketId), At(row.DecidedAtMs), new RuleSetVersion(row.Rules), RulesOf(document.RootElement), document.RootElement.TryGetProperty("shadow", out var shadow) ? RulesOf(shadow) : []);
        }
    }

    private static string[] RulesOf(JsonElement of) => of.TryGetProperty("signals", out var signals) ? [.. signals.EnumerateArray().Select(s => s.GetProperty("rule").GetString()!)] : [];

    private sealed class SignalsRow
    {
        public string TicketId { get; init; } = "";
        public long DecidedAtMs { get; init; }
        public string Detail { get; init; } = "";
        public string Rules { get; init; } = "";
    }

    private sealed class PromiseRow
    {
        public string Id { get; init; } = "";
        public long DecidedAtMs { get; init; }
        public double SlaHours { get; init; }
        public string? Calendar { get; init; }
    }

    private sealed class RecentRow
    {
        public long DecidedAtMs { get; init; }
        public string? RouteRule { get; init; }
        public string? Detail { get; init; }

        public RecentFailures ToFailures()
        {
            if (Detail is null) return new RecentFailures(At(DecidedAtMs), RouteRule, []);
            using var document = JsonDocument.Parse(Detail);
            return new RecentFailures(At(DecidedAtMs), RouteRule, [.. DecisionDetail.Errors(document.RootElement, "errors"), .. DecisionDetail.Errors(document.RootElement, "shadowErrors")]);
        }
    }

    private sealed class DecisionRow
    {
        public string Id { get; init; } = "";
        public string Source { get; init; } = "";
        public string ExternalId { get; init; } = "";
        public int Revision { get; init; }
        public string MessageId { get; init; } = "";
        public string TicketId { get; init; } = "";
        public string CustomerId { get; init; } = "";
        public string? EpisodeId { get; init; }
        public long DecidedAtMs { get; init; }
        public double Score { get; init; }
        public double ScoreWithoutIncident { get; init; }
        public double? Probability { get; init; }
        public int Band { get; init; }
        public string? Team { get; init; }
        public string? Priority { get; init; }
        public double? SlaHours { get; init; }
        public string? Calendar { get; init; }
        public long? SlaDeadlineMs { get; init; }
        public string? RouteRule { get; init; }
        public int Degraded { get; init; }
        public int NeedsReview { get; init; }
        public string Configuration { get; init; } = "";
        public string Detail { get; init; } = "{}";
        public string? Cause { get; init; }
        public string Text { get; init; } = "";

        public static DecisionRow From(DecisionRecord r)
        {
            var (d, route) = (r.Decision, r.Decision.Route);
            return new DecisionRow
            {
                Id = r.Id,
                Source = r.Source,
                ExternalId = r.ExternalId,
                Revision = r.Revision,
                MessageId = r.MessageId.Value,
                TicketId = r.TicketId.Value,
                CustomerId = r.CustomerId.Value,
                EpisodeId = r.EpisodeId?.Value,
                DecidedAtMs = Ms(r.DecidedAt),
                Score = d.Recommendation.Score,
                ScoreWithoutIncident = d.ScoreWithoutIncident,
                Probability = d.Recommendation.Probability,
                Band = (int)d.Recommendation.Band,
                Team = route?.Team,
                Priority = Name(route?.Priority),
                SlaHours = route?.SlaHours,
                Calendar = route?.Calendar,
                SlaDeadlineMs = Ms(route?.SlaDeadline),
                RouteRule = route?.Rule,
                Degraded = Flag(d.Degraded),
                NeedsReview = Flag(d.NeedsReview),
                Configuration = d.Configuration.Value,
                Detail = DecisionDetail.Write(d, r.Facts),
                Cause = r.Cause,
            };
        }

        public DecisionRecord ToRecord()
        {
            using var document = JsonDocument.Parse(Detail);
            var detail = document.RootElement.Clone();
            return new DecisionRecord
            {
                Id = Id,
                Source = Source,
                ExternalId = ExternalId,
                Revision = Revision,
                MessageId = new(MessageId),
                TicketId = new(TicketId),
                CustomerId = new(CustomerId),
                EpisodeId = EpisodeId is null ? null : new EpisodeId(EpisodeId),
                DecidedAt = At(DecidedAtMs),
                Cause = Cause,
                MessageText = Text,
                Facts = detail.TryGetProperty("facts", out var facts) ? facts : default,
                Decision = new Decision
                {
                    Signals = DecisionDetail.Signals(detail, "signals"),
                    Suppressed = DecisionDetail.Signals(detail, "suppressed"),
                    Excepted = DecisionDetail.Excepted(detail),
                    Shadow = DecisionDetail.Shadow(detail),
                    Errors = DecisionDetail.Errors(detail, "errors"),
                    ShadowErrors = DecisionDetail.Errors(detail, "shadowErrors"),
                    Unavailable = DecisionDetail.Unavailable(detail),
                    Recommendation = new Recommendation(Score, Probability, (Band)Band, DecisionDetail.Contributions(detail)),
                    ScoreWithoutIncident = ScoreWithoutIncident,
                    Route = Team is null ? null : new Route(Team, Value<TicketPriority>(Priority ?? ""), SlaHours ?? 0, Calendar ?? "", At(SlaDeadlineMs) ?? default, RouteRule ?? ""),
                    NeedsReview = NeedsReview != 0,
                    Configuration = new(Configuration),
                },
            };
        }
    }
}
