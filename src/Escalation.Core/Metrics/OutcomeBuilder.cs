using Escalation.Core.Episodes;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Metrics;

/// <summary>A ticket as metrics count it.</summary>
/// <param name="TicketId">The ticket, after merges.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="CreatedAt">Its created event, or its first message where there is none.</param>
/// <param name="RaisedByPersonAt">The first <c>escalated</c> event by a person.</param>
/// <param name="Slices">The slices it belongs to, for example <c>channel=chat</c>.</param>
public sealed record TicketSummary(TicketId TicketId, CustomerId CustomerId, Instant CreatedAt, Instant? RaisedByPersonAt, IReadOnlyList<string> Slices);

/// <summary>Makes outcomes of an arm's episodes, the live ones, what happened on the tickets and what people said.</summary>
/// <remarks>
/// Re-escalation counts as evidence of need only where a person raised or confirmed it: else a machine would confirm itself.
/// Source: "Metric definitions" in DESIGN.md; "Events, labels, episodes" in CONTRACTS.md.
/// </remarks>
public sealed class OutcomeBuilder
{
    private readonly LabelBook labels;
    private readonly ILookup<TicketId, Episode> live;
    private readonly Func<TicketId, TicketId> canonical;
    private readonly Instant asOf;

    /// <summary>What all arms share.</summary>
    /// <param name="labels">All labels, in any order.</param>
    /// <param name="live">The live episodes: those that labels speak of.</param>
    /// <param name="canonical">The ticket that a ticket has become by merges.</param>
    /// <param name="asOf">The instant at which the outcomes are known.</param>
    public OutcomeBuilder(IEnumerable<Label> labels, IEnumerable<Episode> live, Func<TicketId, TicketId> canonical, Instant asOf)
    {
        (this.canonical, this.asOf) = (canonical, asOf);
        this.labels = new LabelBook(labels, canonical, asOf);
        this.live = InOrder(live).ToLookup(e => canonical(e.TicketId));
    }

    /// <summary>Business hours to count resolutions in; null = wall clock only.</summary>
    public BusinessCalendar? BusinessHours { get; init; }

    /// <summary>What happened on a ticket; null where nothing is known but the episode.</summary>
    public Func<TicketId, TicketTrail?> TrailOf { get; init; } = _ => null;

    /// <summary>When the service level of an episode ends; null where it does not, for example while the ticket waits for the customer. By default what its route promised.</summary>
    public Func<Episode, Instant?> DeadlineOf { get; init; } = e => e.Route?.SlaDeadline;

    /// <summary>Product and issue type of an episode where both are known.</summary>
    public Func<Episode, string?> IssueKeyOf { get; init; } = _ => null;

    /// <summary>The outcomes of one arm.</summary>
    /// <param name="tickets">The tickets created in the window.</param>
    /// <param name="arm">The arm's episodes opened in the window.</param>
    /// <param name="isLive">Whether the arm is the live one: its episodes then have no lead time.</param>
    public Outcomes Build(IEnumerable<TicketSummary> tickets, IEnumerable<Episode> arm, bool isLive)
    {
        var summaries = tickets.ToList();
        return new Outcomes(Tickets(summaries), Episodes(summaries, arm, isLive), asOf);
    }

    /// <summary>The outcomes of some tickets; those of a part of the tickets can be put beside those of another.</summary>
    public IEnumerable<TicketOutcome> Tickets(IEnumerable<TicketSummary> tickets) => tickets.Select(TicketOutcomeOf);

    /// <summary>The outcomes of an arm's episodes on some tickets.</summary>
    /// <inheritdoc cref="Build"/>
    public IReadOnlyList<EpisodeOutcome> Episodes(IEnumerable<TicketSummary> tickets, IEnumerable<Episode> arm, bool isLive)
    {
        var slices = tickets.ToDictionary(t => t.TicketId, t => t.Slices);
        var episodes = new List<EpisodeOutcome>();
        foreach (var group in arm.GroupBy(e => canonical(e.TicketId)))
        {
            Episode[] ofTicket = [.. InOrder(group)];
            Episode[] ofLive = [.. live[group.Key]];
            var joined = labels.Join(group.Key, ofTicket, ofLive);
            var leads = new Instant?[ofTicket.Length];
            foreach (var episode in isLive ? [] : ofLive)
                if (LabelBook.LongestOverlap(ofTicket, episode) is var place && place >= 0) leads[place] ??= episode.OpenedAt;
            for (var i = 0; i < ofTicket.Length; i++)
            {
                var until = i + 1 < ofTicket.Length ? Instant.Min(asOf, ofTicket[i + 1].OpenedAt) : asOf;
                episodes.Add(OutcomeOf(group.Key, ofTicket[i], until, joined[i]) with { LiveOpenedAt = leads[i], Slices = slices.GetValueOrDefault(group.Key) ?? [] });
            }
        }
        return episodes;
    }

    private static IOrderedEnumerable<Episode> InOrder(IEnumerable<Episode> episodes) => episodes.OrderBy(e => e.OpenedAt).ThenBy(e => e.Id.Value, StringComparer.Ordinal);

    private EpisodeOutcome OutcomeOf(TicketId ticket, Episode episode, Instant until, IReadOnlyList<Label> said)
    {
        var trail = TrailOf(ticket);
        var review = Informed(said, l => VerdictOf(l) != ReviewVerdict.Unreviewed);
        var opened = episode.OpenedAt;
        var assigned = episode.FirstTeam is { } team ? (Team: team, By: episode.OpenedBy) : trail?.FirstTeamFrom(opened);
        var resolvedAt = episode.Status == EpisodeStatus.Resolved && episode.EndedAt <= asOf ? episode.EndedAt : null;
        return new EpisodeOutcome
        {
            TicketId = ticket,
            CustomerId = episode.CustomerId,
            OpenedAt = opened,
            OpenedBy = episode.OpenedBy,
            Band = episode.Band,
            Status = episode.Status,
            EndedAt = episode.EndedAt,
            FirstResolvedAt = episode.FirstResolvedAt,
            ReopenedAt = episode.FirstResolvedAt is { } first ? trail?.ReopenedFrom(first) : null,
            SlaDeadline = DeadlineOf(episode),
            BusinessHours = BusinessHours is { } calendar && resolvedAt is { } at ? SlaClock.Elapsed(calendar, opened, Instant.Max(at, opened)).TotalHours : null,
            FirstTeam = assigned?.Team,
            FirstTeamBy = assigned?.By ?? ActorKind.Robot,
            RightTeam = LabelBook.Winner(said, l => !string.IsNullOrEmpty(l.RightTeam))?.RightTeam ?? trail?.ResolvingTeam(opened, until),
            TeamMoves = trail?.TeamMoves(assigned?.Team, opened, until) ?? 0,
            ContactsAfterAnswer = trail?.ContactsAfterAnswer(opened, until) ?? 0,
            Verdict = review is null ? ReviewVerdict.Unreviewed : VerdictOf(review),
            Reason = review?.Reason,
            Needed = Informed(said, l => l.EffectiveNeeded is not null)?.EffectiveNeeded,
            NeededBlind = LabelBook.Winner(said, l => l is { Audit.IsOfEscalated: true, EffectiveNeeded: not null })?.EffectiveNeeded,
            IssueKey = IssueKeyOf(episode),
        };
    }

    private TicketOutcome TicketOutcomeOf(TicketSummary ticket)
    {
        var said = labels.Of(ticket.TicketId);
        var winner = Informed(said, l => l.EffectiveNeeded is not null);
        var raised = ticket.RaisedByPersonAt <= asOf ? ticket.RaisedByPersonAt : null;
        var seen = raised;
        foreach (var label in said)
            if (label is { Kind: LabelKind.Missed, Audit: null } && (seen is null || label.At < seen)) seen = label.At;
        // Known in another way, a ticket stands for itself; only what the audit alone found stands for the others that were not drawn.
        var isKnownOtherwise = seen is not null || LabelBook.Winner(said, l => l.Audit is null && l.EffectiveNeeded is not null) is not null;
        return new TicketOutcome
        {
            TicketId = ticket.TicketId,
            CustomerId = ticket.CustomerId,
            CreatedAt = ticket.CreatedAt,
            Slices = ticket.Slices,
            Needed = winner?.EffectiveNeeded ?? (raised is null ? null : true),
            SeenByPersonAt = seen,
            Audit = isKnownOtherwise ? null : winner?.Audit,
        };
    }

    /// <remarks>A blind confirmation knows less than who worked on the ticket: it counts by itself only where nobody else has spoken.</remarks>
    private static Label? Informed(IReadOnlyList<Label> said, Func<Label, bool> says) => LabelBook.Winner(said, l => l.Audit is not { IsOfEscalated: true } && says(l)) ?? LabelBook.Winner(said, says);

    /// <summary>What a label says of a recommendation; process errors first, then whether it was needed, then the kind.</summary>
    internal static ReviewVerdict VerdictOf(Label label)
    {
        if (label is { Kind: LabelKind.Dismissed, Reason: DismissalReason.Duplicate or DismissalReason.AlreadyHandled }) return ReviewVerdict.ProcessError;
        return label.EffectiveNeeded switch
        {
            true => ReviewVerdict.Confirmed,
            false => ReviewVerdict.Dismissed,
            _ => label.Kind == LabelKind.Dismissed ? ReviewVerdict.Dismissed : ReviewVerdict.Unreviewed,
        };
    }
}
