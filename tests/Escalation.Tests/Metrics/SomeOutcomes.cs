using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Tests.Metrics;

/// <summary>Outcomes for tests: old enough to be mature, opened by the machine, still pending.</summary>
internal static class SomeOutcomes
{
    /// <summary>The instant at which everything is known.</summary>
    public static readonly Instant AsOf = Instant.FromUtc(2026, 6, 1, 0, 0);

    /// <summary>When things open: 60 days before.</summary>
    public static readonly Instant Start = AsOf - Duration.FromDays(60);

    public static readonly Actor Agent = new("agent-1", ActorKind.Human, "senior-support");

    public static EpisodeOutcome Episode(string ticket, string? customer = null, Instant? at = null) =>
        new() { TicketId = new(ticket), CustomerId = new(customer ?? "of " + ticket), OpenedAt = at ?? Start, OpenedBy = ActorKind.Robot };

    public static EpisodeOutcome ByPerson(this EpisodeOutcome episode) => episode with { OpenedBy = ActorKind.Human };

    public static EpisodeOutcome Resolved(this EpisodeOutcome episode, double hours) =>
        episode with { Status = EpisodeStatus.Resolved, EndedAt = episode.OpenedAt + Duration.FromHours(hours), FirstResolvedAt = episode.OpenedAt + Duration.FromHours(hours) };

    public static EpisodeOutcome Ended(this EpisodeOutcome episode, EpisodeStatus status, double hours) =>
        episode with { Status = status, EndedAt = episode.OpenedAt + Duration.FromHours(hours) };

    public static EpisodeOutcome Said(this EpisodeOutcome episode, ReviewVerdict verdict, DismissalReason? reason = null) => episode with { Verdict = verdict, Reason = reason };

    public static EpisodeOutcome Routed(this EpisodeOutcome episode, string first, string? right) => episode with { FirstTeam = first, RightTeam = right };

    public static TicketOutcome Ticket(string id, bool? needed = null, string? customer = null, Instant? at = null) =>
        new() { TicketId = new(id), CustomerId = new(customer ?? "of " + id), CreatedAt = at ?? Start, Needed = needed };

    public static TicketOutcome Audited(this TicketOutcome ticket, double probability) => ticket with { Audit = new AuditDraw("blind", "all", probability) };

    public static MetricSet Measure(IEnumerable<TicketOutcome> tickets, params IEnumerable<EpisodeOutcome> episodes) => EscalationMetrics.Compute(new Outcomes(tickets, episodes, AsOf));

    public static MetricSet Measure(params IEnumerable<EpisodeOutcome> episodes) => Measure([], episodes);

    public static Episode RawEpisode(string id, string ticket, Instant openedAt, Instant? endedAt = null, EpisodeStatus? status = null) => new()
    {
        Id = new(id),
        TicketId = new(ticket),
        CustomerId = new("of " + ticket),
        OpenedAt = openedAt,
        OpenedBy = ActorKind.Robot,
        Band = Band.PriorityEscalation,
        EndedAt = endedAt,
        Status = status ?? (endedAt is null ? EpisodeStatus.Open : EpisodeStatus.Resolved),
        FirstResolvedAt = endedAt,
        FirstTeam = "senior-support",
    };

    public static Label Label(string id, LabelKind kind, Instant at, string ticket = "t1", string? episode = null, LabelOrigin origin = LabelOrigin.Agent) => new()
    {
        Id = id,
        At = at,
        TicketId = new(ticket),
        Kind = kind,
        EpisodeId = episode is null ? null : new(episode),
        Actor = Agent,
        Origin = origin,
    };

    /// <summary>A figure's value and n, which most worked examples are about.</summary>
    public static (double? Value, int N) Of(this MetricSet metrics, string id) => metrics.Find(id) is { } figure ? (figure.Value, figure.N) : throw new KeyNotFoundException(id);
}
