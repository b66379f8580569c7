using System.Collections.Immutable;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Episodes;

/// <summary>The episodes of one configuration: formed from its decisions and the recorded events, in order.</summary>
/// <remarks>
/// The live book also follows what people do (acknowledge, assign, snooze, dismiss). A replay arm's book does not: what people did live never
/// ends a candidate's episode. Not thread-safe: it belongs to the ordered writer.
/// </remarks>
/// <param name="policy">Thresholds and the pause after a dismissal.</param>
/// <param name="isLive">Whether this book's configuration is the one that people reacted to.</param>
/// <param name="keepsSignals">Whether episodes carry the signals that opened them; a replay only counts episodes and can do without.</param>
public sealed class EpisodeBook(Policy policy, bool isLive, bool keepsSignals = true)
{
    private readonly Dictionary<TicketId, TicketEntry> tickets = [];
    private readonly Dictionary<string, ImmutableSortedSet<string>> triggerSets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TicketId> incidentLeads = new(StringComparer.Ordinal);

    /// <summary>The open episode of a ticket, or null.</summary>
    public Episode? OpenOn(TicketId ticket) => tickets.TryGetValue(ticket, out var entry) && entry.Latest is { IsOpen: true } open ? open : null;

    /// <summary>The latest episode of a ticket, open or ended, or null.</summary>
    public Episode? LatestOn(TicketId ticket) => tickets.GetValueOrDefault(ticket)?.Latest;

    /// <summary>Whether anything is known of a ticket.</summary>
    public bool Holds(TicketId ticket) => tickets.ContainsKey(ticket);

    /// <summary>Takes back an episode from storage, at start-up. In order of opening.</summary>
    public void Restore(Episode episode)
    {
        Recall(episode);
        if (episode.IncidentKey is { } key && episode.IsOpen) incidentLeads[key] = episode.TicketId;
    }

    /// <summary>Takes back a recorded episode of a ticket of which nothing is held. In order of opening, and all of a ticket before anything else happens on it.</summary>
    public void Recall(Episode episode)
    {
        var entry = EntryOf(episode.TicketId);
        entry.Latest = episode;
        entry.Count++;
        entry.DismissedAt = episode.Status == EpisodeStatus.Dismissed ? episode.EndedAt : null;
        entry.JudgedBy = episode.JudgedBy;
    }

    /// <summary>Lets go of a ticket where its recorded episodes, given to <see cref="Recall(Episode)"/>, say all that is known of it.</summary>
    /// <remarks>What is kept: tickets that stand for an open incident, both sides of a merge that moved an episode, and dismissals of what had ended before.</remarks>
    public void Forget(TicketId ticket)
    {
        if (CanRelease(ticket) && tickets.TryGetValue(ticket, out var entry) && entry.IsRecorded) tickets.Remove(ticket);
    }

    /// <summary>Lets go of a ticket, with all that the book knows of it; <see cref="Recall(TicketId, EpisodeMemory)"/> gives it back before anything else happens on the ticket.</summary>
    /// <returns>Null where nothing is known, or where the ticket stands for an incident that is open: others may ask for that at any time.</returns>
    public EpisodeMemory? Release(TicketId ticket)
    {
        if (!CanRelease(ticket) || !tickets.Remove(ticket, out var entry)) return null;
        return new EpisodeMemory(entry.Latest, entry.Count, entry.DismissedAt, entry.JudgedBy);
    }

    /// <summary>Whether <see cref="Release"/> may be called for a ticket without losing something.</summary>
    public bool CanRelease(TicketId ticket) => OpenOn(ticket) is not { IncidentKey: { } key } || !incidentLeads.TryGetValue(key, out var lead) || lead != ticket;

    /// <summary>Takes back what <see cref="Release"/> gave.</summary>
    public void Recall(TicketId ticket, EpisodeMemory memory) =>
        tickets.Add(ticket, new TicketEntry { Latest = memory.Latest, Count = memory.Count, DismissedAt = memory.DismissedAt, JudgedBy = memory.JudgedBy });

    /// <summary>Takes a decision in.</summary>
    /// <param name="message">The message decided.</param>
    /// <param name="ticket">Its ticket, after merges.</param>
    /// <param name="derived">Its facts.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="started">The incident that this message made active, or null.</param>
    /// <returns>What changed: nothing for a decision below priority that meets no open episode.</returns>
    public EpisodeChange? OnDecision(Message message, TicketId ticket, DerivedFacts derived, Decision decision, IncidentStart? started)
    {
        var band = decision.Recommendation.Band;
        if (OpenOn(ticket) is { } open) return Follow(open, decision);
        if (band < Band.PriorityEscalation) return null;
        if (IncidentLead(ticket, derived, decision, started) is { } lead) return new EpisodeChange(EpisodeChangeKind.Linked, lead, [ticket]);

        var entry = EntryOf(ticket);
        if (IsPaused(entry, decision, derived.DecidedAt)) return null;
        var episode = new Episode
        {
            Id = new EpisodeId($"{ticket.Value}#{entry.Count + 1}"),
            TicketId = ticket,
            CustomerId = message.CustomerId,
            OpenedAt = derived.DecidedAt,
            OpenedBy = ActorKind.Robot,
            OpenedByMessage = new MessageId(message.Id),
            Band = band,
            Score = decision.Recommendation.Score,
            Triggers = Shared([.. TriggersOf(decision)]),
            Signals = keepsSignals ? decision.Signals : [],
            Route = decision.Route,
            Team = decision.Route?.Team,
            FirstTeam = decision.Route?.Team,
            IncidentKey = IsIncident(decision) && derived.Incident.KeyKnown ? derived.Incident.Key : null,
        };
        Open(entry, episode);
        return new EpisodeChange(EpisodeChangeKind.Opened, episode, started?.EarlierTickets ?? []);
    }

    /// <summary>Takes an event in. Null where nothing changed.</summary>
    public EpisodeChange? OnEvent(TicketEvent happened, TicketId ticket, CustomerId customer) => happened.Kind switch
    {
        EventKind.Resolved or EventKind.Closed => End(ticket, happened.At, EpisodeStatus.Resolved),
        EventKind.Merged when happened.ToTicket is { } target => Merge(happened.TicketId, target, happened.At),
        EventKind.Reopened => Reopen(ticket, happened.At),
        EventKind.Escalated when happened.Actor.Kind == ActorKind.Human => RaiseByPerson(happened, ticket, customer),
        EventKind.Acknowledged when isLive => Mark(ticket, EpisodeStatus.Acknowledged),
        EventKind.Assigned when isLive => Mark(ticket, EpisodeStatus.Assigned, happened.Team),
        EventKind.TeamChanged when isLive => Mark(ticket, null, happened.Team),
        EventKind.Snoozed when isLive => Mark(ticket, EpisodeStatus.Snoozed, until: happened.Until),
        _ => null,
    };

    /// <summary>Takes a label in: a dismissal ends the episode and begins the pause, one that is taken back undoes both; in the live book only.</summary>
    public EpisodeChange? OnLabel(Label label, TicketId ticket) => label.Kind switch
    {
        LabelKind.Dismissed when isLive => Dismiss(label, ticket),
        LabelKind.Undone when isLive && label.Undoes is not null => TakeBack(label, ticket),
        _ => null,
    };

    private EpisodeChange? Dismiss(Label label, TicketId ticket)
    {
        if (label.EpisodeId is { } named && LatestOn(ticket) is { } latest && latest.Id != named) return null;   // a late word on an episode before
        var change = End(ticket, label.At, EpisodeStatus.Dismissed, label.Id);
        if (tickets.TryGetValue(ticket, out var entry)) (entry.DismissedAt, entry.JudgedBy) = (label.At, label.Id);
        return change;
    }

    /// <remarks>Taking back a taking back dismisses again. Other labels, and those on an episode before, are of no concern here.</remarks>
    private EpisodeChange? TakeBack(Label label, TicketId ticket)
    {
        if (!tickets.TryGetValue(ticket, out var entry) || entry.JudgedBy != label.Undoes) return null;
        var latest = entry.Latest;
        var isIts = latest?.JudgedBy == label.Undoes;
        entry.JudgedBy = label.Id;
        entry.DismissedAt = entry.DismissedAt is null ? label.At : null;
        if (latest is null || !isIts) return null;
        if (latest.IsOpen) return End(ticket, Instant.Max(label.At, latest.OpenedAt), EpisodeStatus.Dismissed, label.Id);
        if (latest.Status != EpisodeStatus.Dismissed) return null;
        entry.Latest = latest = latest with { Status = EpisodeStatus.Open, EndedAt = null, JudgedBy = label.Id };
        if (latest.IncidentKey is { } key) incidentLeads[key] = ticket;
        return new EpisodeChange(EpisodeChangeKind.Reopened, latest);
    }

    private EpisodeChange? Follow(Episode open, Decision decision)
    {
        var band = decision.Recommendation.Band;
        var triggers = open.Triggers.Union(TriggersOf(decision));
        var rises = band > open.Band;
        if (!rises && triggers.Count == open.Triggers.Count && decision.Recommendation.Score <= open.Score) return null;
        var after = open with { Triggers = Shared(triggers), Score = Math.Max(open.Score, decision.Recommendation.Score) };
        if (rises) after = after with { Band = band, Route = decision.Route ?? open.Route, Team = decision.Route?.Team ?? open.Team, FirstTeam = open.FirstTeam ?? decision.Route?.Team, Signals = keepsSignals ? decision.Signals : [] };
        EntryOf(open.TicketId).Latest = after;
        return new EpisodeChange(rises ? EpisodeChangeKind.Raised : EpisodeChangeKind.Updated, after);
    }

    /// <remarks>Members of an incident open their own episode only where the score without the incident signal reaches priority.</remarks>
    private Episode? IncidentLead(TicketId ticket, DerivedFacts derived, Decision decision, IncidentStart? started)
    {
        if (started is not null || !IsIncident(decision) || !derived.Incident.KeyKnown) return null;
        if (policy.Thresholds.BandOf(decision.ScoreWithoutIncident) >= Band.PriorityEscalation) return null;
        return incidentLeads.TryGetValue(derived.Incident.Key, out var lead) && lead != ticket ? OpenOn(lead) : null;
    }

    private static bool IsIncident(Decision decision)
    {
        foreach (var signal in decision.Signals)
            if (string.Equals(signal.TriggerType, DecisionEngine.IncidentTrigger, StringComparison.Ordinal)) return true;
        return false;
    }

    private bool IsPaused(TicketEntry entry, Decision decision, Instant at)
    {
        if (entry.DismissedAt is not { } dismissed || at - dismissed >= Duration.FromDays(policy.DismissalPauseDays)) return false;
        // Without a latest one, what was dismissed went to another ticket by a merge, and its pause with it.
        return entry.Latest is { } latest && decision.Recommendation.Band <= latest.Band && TriggersOf(decision).All(latest.Triggers.Contains);
    }

    private EpisodeChange? RaiseByPerson(TicketEvent happened, TicketId ticket, CustomerId customer)
    {
        var band = happened.Band ?? Band.PriorityEscalation;
        if (OpenOn(ticket) is { } open)
        {
            if (band <= open.Band) return null;
            EntryOf(ticket).Latest = open = open with { Band = band };
            return new EpisodeChange(EpisodeChangeKind.Raised, open);
        }
        var entry = EntryOf(ticket);
        var episode = new Episode
        {
            Id = new EpisodeId($"{ticket.Value}#{entry.Count + 1}"),
            TicketId = ticket,
            CustomerId = customer,
            OpenedAt = happened.Received,
            OpenedBy = ActorKind.Human,
            Band = band,
            Team = happened.Team,
            FirstTeam = happened.Team,
        };
        Open(entry, episode);
        return new EpisodeChange(EpisodeChangeKind.Opened, episode);
    }

    /// <param name="ticket">The ticket.</param>
    /// <param name="status">The status from now on; null leaves it.</param>
    /// <param name="team">The team that has it from now on; null leaves it.</param>
    /// <param name="until">The end of a snooze.</param>
    private EpisodeChange? Mark(TicketId ticket, EpisodeStatus? status, string? team = null, Instant? until = null)
    {
        if (OpenOn(ticket) is not { } open) return null;
        var after = open with { Status = status ?? open.Status, Team = team ?? open.Team, FirstTeam = open.FirstTeam ?? team, SnoozedUntil = status is null ? open.SnoozedUntil : until };
        if (after == open) return null;
        EntryOf(ticket).Latest = after;
        return new EpisodeChange(EpisodeChangeKind.Updated, after);
    }

    private EpisodeChange? End(TicketId ticket, Instant at, EpisodeStatus status, string? judgedBy = null)
    {
        if (OpenOn(ticket) is not { } open || at < open.OpenedAt) return null;
        EntryOf(ticket).Latest = open = open with
        {
            Status = status,
            EndedAt = at,
            SnoozedUntil = null,
            JudgedBy = judgedBy ?? open.JudgedBy,
            FirstResolvedAt = status == EpisodeStatus.Resolved ? open.FirstResolvedAt ?? at : open.FirstResolvedAt,
        };
        return new EpisodeChange(EpisodeChangeKind.Ended, open);
    }

    private EpisodeChange? Reopen(TicketId ticket, Instant at)
    {
        if (LatestOn(ticket) is not { Status: EpisodeStatus.Resolved } resolved || at < resolved.EndedAt) return null;
        EntryOf(ticket).Latest = resolved = resolved with { Status = EpisodeStatus.Open, EndedAt = null, Reopened = resolved.Reopened + 1 };
        return new EpisodeChange(EpisodeChangeKind.Reopened, resolved);
    }

    private EpisodeChange? Merge(TicketId from, TicketId into, Instant at)
    {
        if (from == into || OpenOn(from) is not { } open) return null;
        if (OpenOn(into) is not null) return End(from, Instant.Max(at, open.OpenedAt), EpisodeStatus.Merged);
        var target = EntryOf(into);
        target.Latest = open = open with { TicketId = into };
        target.JudgedBy = open.JudgedBy;
        target.Count++;
        target.IsMoved = tickets[from].IsMoved = true;
        tickets[from].Latest = null;
        if (open.IncidentKey is { } key) incidentLeads[key] = into;
        return new EpisodeChange(EpisodeChangeKind.Updated, open);
    }

    private void Open(TicketEntry entry, Episode episode)
    {
        entry.Latest = episode;
        entry.Count++;
        (entry.DismissedAt, entry.JudgedBy) = (null, null);
        if (episode.IncidentKey is { } key) incidentLeads[key] = episode.TicketId;
    }

    /// <summary>One set for all equal ones: few combinations occur, and each episode keeps its own.</summary>
    private ImmutableSortedSet<string> Shared(ImmutableSortedSet<string> triggers)
    {
        var key = string.Join('\n', triggers);
        if (!triggerSets.TryGetValue(key, out var shared)) triggerSets.Add(key, shared = triggers);
        return shared;
    }

    private static IEnumerable<string> TriggersOf(Decision decision) => decision.Signals.Select(s => s.TriggerType);

    private TicketEntry EntryOf(TicketId ticket)
    {
        if (!tickets.TryGetValue(ticket, out var entry)) tickets.Add(ticket, entry = new TicketEntry());
        return entry;
    }

    private sealed class TicketEntry
    {
        public Episode? Latest { get; set; }

        public int Count { get; set; }

        public Instant? DismissedAt { get; set; }

        /// <summary>The label that a taking back must name.</summary>
        public string? JudgedBy { get; set; }

        /// <summary>Whether an episode came or went by a merge: then the recorded ones do not say which is the latest, or how many there were.</summary>
        public bool IsMoved { get; set; }

        /// <summary>Whether the episodes themselves say all this.</summary>
        public bool IsRecorded => !IsMoved && Latest is not null && JudgedBy == Latest.JudgedBy && DismissedAt == (Latest.Status == EpisodeStatus.Dismissed ? Latest.EndedAt : null);
    }
}
