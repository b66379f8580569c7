using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Metrics;

/// <summary>What people said of an episode. <see cref="ProcessError"/>: a duplicate or already handled, which says nothing of the recommendation.</summary>
public enum ReviewVerdict { Unreviewed, Confirmed, Dismissed, ProcessError }

/// <summary>What a metric needs of an episode.</summary>
/// <remarks>Immutable. Made by <see cref="OutcomeBuilder"/>, or by hand where the caller knows more.</remarks>
public sealed record EpisodeOutcome
{
    private readonly TimeOrNone ended, firstResolved, reopened, deadline, liveOpened;       // a replay holds one outcome an escalation and arm

    /// <summary>The ticket, after merges.</summary>
    public required TicketId TicketId { get; init; }

    /// <summary>The customer; rows of one customer are not independent.</summary>
    public required CustomerId CustomerId { get; init; }

    /// <summary>When it was opened.</summary>
    public required Instant OpenedAt { get; init; }

    /// <summary>Robot (machine) or person.</summary>
    public required ActorKind OpenedBy { get; init; }

    /// <summary>Its highest band.</summary>
    public Band Band { get; init; } = Band.PriorityEscalation;

    /// <summary>How it ended: resolved, dismissed or merged; anything else is pending.</summary>
    public EpisodeStatus Status { get; init; } = EpisodeStatus.Open;

    /// <summary>When it ended; null while it is pending.</summary>
    public Instant? EndedAt { get => ended.Time; init => ended = TimeOrNone.Of(value); }

    /// <summary>When it was first resolved, where it was reopened later.</summary>
    public Instant? FirstResolvedAt { get => firstResolved.Time; init => firstResolved = TimeOrNone.Of(value); }

    /// <summary>When it was first reopened.</summary>
    public Instant? ReopenedAt { get => reopened.Time; init => reopened = TimeOrNone.Of(value); }

    /// <summary>When its service level ends; null where nothing was promised, and while it is paused.</summary>
    public Instant? SlaDeadline { get => deadline.Time; init => deadline = TimeOrNone.Of(value); }

    /// <summary>Business hours from opening to resolution, where a calendar was given.</summary>
    public double? BusinessHours { get; init; }

    /// <summary>The team first assigned, an id of teams.json.</summary>
    public string? FirstTeam { get; init; }

    /// <summary>Who assigned it.</summary>
    public ActorKind FirstTeamBy { get; init; } = ActorKind.Robot;

    /// <summary>The right team: a person's correction, else the team that resolved having worked on it; null = unknown.</summary>
    public string? RightTeam { get; init; }

    /// <summary>Changes of team after the first.</summary>
    public int TeamMoves { get; init; }

    /// <summary>Contacts by the customer after the first human answer; a closing word and answers to questions are none.</summary>
    public int ContactsAfterAnswer { get; init; }

    /// <summary>What was said of it.</summary>
    public ReviewVerdict Verdict { get; init; }

    /// <summary>Why it was dismissed.</summary>
    public DismissalReason? Reason { get; init; }

    /// <summary>Whether it was needed; null = unknown.</summary>
    public bool? Needed { get; init; }

    /// <summary>Whether it was needed, by somebody who was drawn to judge it and had not seen the recommendation; null = nobody was.</summary>
    public bool? NeededBlind { get; init; }

    /// <summary>Product and issue type where both are known: two episodes of a customer with the same key are about the same issue.</summary>
    public string? IssueKey { get; init; }

    /// <summary>When the live episode that it overlaps was opened; null without one, and in the live arm itself.</summary>
    public Instant? LiveOpenedAt { get => liveOpened.Time; init => liveOpened = TimeOrNone.Of(value); }

    /// <summary>The slices it belongs to, for example <c>channel=chat</c>.</summary>
    public IReadOnlyList<string> Slices { get; init; } = [];

    /// <summary>Where it stood at an instant: what came later is pending then.</summary>
    public EpisodeStatus StatusAt(Instant asOf) =>
        EndedAt <= asOf && Status is EpisodeStatus.Resolved or EpisodeStatus.Dismissed or EpisodeStatus.Merged ? Status : EpisodeStatus.Open;
}

/// <summary>What a metric needs of a ticket, escalated or not.</summary>
public sealed record TicketOutcome
{
    private readonly TimeOrNone seenByPerson;

    /// <summary>The ticket, after merges.</summary>
    public required TicketId TicketId { get; init; }

    /// <summary>The customer.</summary>
    public required CustomerId CustomerId { get; init; }

    /// <summary>When it was created.</summary>
    public required Instant CreatedAt { get; init; }

    /// <summary>Whether an escalation was needed, by a label or because a person raised it; null = unknown.</summary>
    public bool? Needed { get; init; }

    /// <summary>When a person raised it or called it missed: a flag after that came too late. Null = no such limit.</summary>
    public Instant? SeenByPersonAt { get => seenByPerson.Time; init => seenByPerson = TimeOrNone.Of(value); }

    /// <summary>How it was drawn, where <see cref="Needed"/> is known from a blind audit alone.</summary>
    public AuditDraw? Audit { get; init; }

    /// <summary>The slices it belongs to, for example <c>channel=chat</c>.</summary>
    public IReadOnlyList<string> Slices { get; init; } = [];
}

/// <summary>Numbers that metrics depend on.</summary>
/// <param name="MaturityDays">Younger tickets and episodes have not had their labels yet: metrics on labels leave them out and count them apart.</param>
/// <param name="ReEscalationDays">How long after a resolution a further episode is a re-escalation.</param>
/// <param name="FirstContactDays">How long a resolution must hold to be one of first contact.</param>
/// <param name="RestrictedMeanHours">Horizon of the restricted mean.</param>
public sealed record MetricOptions(int MaturityDays = 14, int ReEscalationDays = 14, int FirstContactDays = 7, double RestrictedMeanHours = 720)
{
    /// <summary>As DESIGN and FIELD have it.</summary>
    public static readonly MetricOptions Default = new();
}

/// <summary>The tickets created and episodes opened in a window, as known at an instant.</summary>
/// <remarks>Immutable. What came after the instant is left out, and what ended after it is pending.</remarks>
public sealed class Outcomes
{
    private Outcomes(IReadOnlyList<TicketOutcome> tickets, IReadOnlyList<LinkedEpisode> episodes, Instant asOf) => (Tickets, Episodes, AsOf) = (tickets, episodes, asOf);

    /// <summary>Links episodes to those that follow on the same issue.</summary>
    /// <param name="tickets">One entry a ticket, escalated or not.</param>
    /// <param name="episodes">The episodes, in any order; those of tickets that are not listed count in the metrics over episodes.</param>
    /// <param name="asOf">The instant.</param>
    public Outcomes(IEnumerable<TicketOutcome> tickets, IEnumerable<EpisodeOutcome> episodes, Instant asOf)
        : this([.. tickets.Where(t => t.CreatedAt <= asOf)], LinkedEpisode.Link([.. episodes.Where(e => e.OpenedAt <= asOf)]), asOf)
    {
    }

    /// <summary>The tickets.</summary>
    public IReadOnlyList<TicketOutcome> Tickets { get; }

    /// <summary>The episodes with their links.</summary>
    internal IReadOnlyList<LinkedEpisode> Episodes { get; }

    /// <summary>The instant.</summary>
    public Instant AsOf { get; }

    /// <summary>Every slice that occurs, by ordinal.</summary>
    public IReadOnlyList<string> SliceKeys =>
        [.. Tickets.SelectMany(t => t.Slices).Concat(Episodes.SelectMany(e => e.Outcome.Slices)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The parts in several slices at once, in one walk; a slice in which nothing lies is not among them.</summary>
    /// <param name="isWanted">Which slices are made.</param>
    public IReadOnlyDictionary<string, Outcomes> BySlice(Func<string, bool> isWanted)
    {
        var parts = new SortedDictionary<string, (List<TicketOutcome> Tickets, List<LinkedEpisode> Episodes)>(StringComparer.Ordinal);
        var wanted = new Dictionary<IReadOnlyList<string>, (List<TicketOutcome> Tickets, List<LinkedEpisode> Episodes)[]>(ReferenceEqualityComparer.Instance);      // few lists, of many tickets
        foreach (var ticket in Tickets)
            foreach (var part in PartsOf(ticket.Slices)) part.Tickets.Add(ticket);
        foreach (var episode in Episodes)
            foreach (var part in PartsOf(episode.Outcome.Slices)) part.Episodes.Add(episode);
        return parts.ToDictionary(p => p.Key, p => new Outcomes(p.Value.Tickets, p.Value.Episodes, AsOf), StringComparer.Ordinal);

        (List<TicketOutcome> Tickets, List<LinkedEpisode> Episodes)[] PartsOf(IReadOnlyList<string> slices)
        {
            if (!wanted.TryGetValue(slices, out var known)) wanted.Add(slices, known = [.. slices.Where(isWanted).Select(PartOf)]);
            return known;
        }

        (List<TicketOutcome> Tickets, List<LinkedEpisode> Episodes) PartOf(string slice)
        {
            if (!parts.TryGetValue(slice, out var part)) parts.Add(slice, part = ([], []));
            return part;
        }
    }

    /// <summary>The part in a slice, for example <c>channel=chat</c>; links to episodes outside it stay.</summary>
    public Outcomes Slice(string key) => new(
        [.. Tickets.Where(t => t.Slices.Contains(key, StringComparer.Ordinal))],
        [.. Episodes.Where(e => e.Outcome.Slices.Contains(key, StringComparer.Ordinal))], AsOf);
}

/// <summary>An episode with the one that follows on the same issue and the one that it follows.</summary>
/// <param name="Outcome">The episode.</param>
/// <param name="NextOpenedAt">When the first episode after its resolution was opened on the same ticket, or by the same customer with the same issue key.</param>
/// <param name="PreviousResolvedAt">The latest resolution that it follows in that way.</param>
internal sealed record LinkedEpisode(EpisodeOutcome Outcome, Instant? NextOpenedAt, Instant? PreviousResolvedAt)
{
    public Cluster Cluster { get; } = new(Outcome.CustomerId, Outcome.TicketId);

    public bool IsMachine => Outcome.OpenedBy == ActorKind.Robot;

    public static LinkedEpisode[] Link(IReadOnlyList<EpisodeOutcome> episodes)
    {
        var next = new Instant?[episodes.Count];
        var previous = new Instant?[episodes.Count];
        var places = Enumerable.Range(0, episodes.Count).OrderBy(i => episodes[i].OpenedAt).ToList();
        LinkGroups(places.GroupBy(i => episodes[i].TicketId));
        LinkGroups(places.Where(i => episodes[i].CustomerId.IsKnown && !string.IsNullOrEmpty(episodes[i].IssueKey)).GroupBy(i => (episodes[i].CustomerId, episodes[i].IssueKey)));
        return [.. episodes.Select((e, i) => new LinkedEpisode(e, next[i], previous[i]))];

        void LinkGroups<TKey>(IEnumerable<IGrouping<TKey, int>> groups)
        {
            foreach (var group in groups.Select(g => g.ToArray()))
                for (var i = 0; i < group.Length; i++)
                {
                    var earlier = episodes[group[i]];
                    if (earlier.Status != EpisodeStatus.Resolved || earlier.EndedAt is not { } resolved) continue;
                    var j = i + 1;
                    while (j < group.Length && episodes[group[j]].OpenedAt < resolved) j++;
                    if (j == group.Length) continue;
                    next[group[i]] = Min(next[group[i]], episodes[group[j]].OpenedAt);
                    if (previous[group[j]] is not { } known || known < resolved) previous[group[j]] = resolved;
                }
        }
    }

    private static Instant Min(Instant? a, Instant b) => a is { } known && known < b ? known : b;
}
