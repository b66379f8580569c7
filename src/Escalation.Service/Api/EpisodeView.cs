using Escalation.Core.Episodes;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using Escalation.Storage;

namespace Escalation.Service.Api;

/// <summary>An episode as answers show it.</summary>
/// <remarks>
/// Decision: the one that opened or last raised it; null where a person raised it. Tickets: those linked to it as members of its incident.
/// Version: names how it stands, for If-Match. Actions: what it takes as it stands.
/// SlaDeadline: as counted now; null while the ticket waits for the customer, and where nothing was promised.
/// </remarks>
public sealed record EpisodeView(
    string Id, string Version, string TicketId, string CustomerId, string Status, IReadOnlyList<string> Actions, string Band, double Score, IReadOnlyList<string> Triggers, string? Team, string? Priority, string? SlaDeadline,
    string OpenedAt, string OpenedBy, string? SnoozedUntil, string? EndedAt, string? FirstResolvedAt, int Reopened, string? IncidentKey, IReadOnlyList<string> Tickets, IReadOnlyList<ReasonView> Reasons,
    DecisionView? Decision, SlaView? Sla)
{
    /// <summary>The view of an episode.</summary>
    /// <param name="record">The episode.</param>
    /// <param name="version">Its version.</param>
    /// <param name="decision">The decision that explains it, where there is one.</param>
    /// <param name="sla">Its service level, where one was promised.</param>
    /// <param name="told">What was told of its service level, where the decision and the pieces of the service level are shown too; null = only reasons and deadline are.</param>
    public static EpisodeView From(EpisodeRecord record, string version, DecisionRecord? decision, SlaTimeline? sla, IEnumerable<FiredSlaNotice>? told)
    {
        var episode = record.Episode;
        return new EpisodeView(episode.Id.Value, version, episode.TicketId.Value, episode.CustomerId.Value, Wire.Name(episode.Status), [.. EpisodeActions.Of(episode.Status).Select(Wire.Name)], Wire.Name(episode.Band), episode.Score,
            [.. episode.Triggers], episode.Team, episode.Route is { } route ? Wire.Name(route.Priority) : null, Json.Time(sla?.Deadline),
            Json.Time(episode.OpenedAt)!, Wire.Name(episode.OpenedBy), Json.Time(episode.SnoozedUntil), Json.Time(episode.EndedAt), Json.Time(episode.FirstResolvedAt), episode.Reopened, episode.IncidentKey,
            [.. record.Tickets.Select(t => t.Value)], decision is null ? [] : ReasonView.ListOf(decision.Decision, decision.MessageText), told is not null && decision is not null ? DecisionView.From(decision) : null,
            sla is null ? null : SlaView.From(sla, told));
    }
}

/// <summary>A page of episodes, newest first.</summary>
/// <param name="Items">The episodes.</param>
/// <param name="Next">Hand it back as <c>cursor</c> for the next page; null at the end.</param>
public sealed record EpisodePage(IReadOnlyList<EpisodeView> Items, string? Next);
