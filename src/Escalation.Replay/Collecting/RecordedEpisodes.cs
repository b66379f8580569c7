using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Collecting;

/// <summary>The episodes that there were live, as recorded events and labels tell: those that labels speak of.</summary>
internal sealed class RecordedEpisodes
{
    private readonly Dictionary<TicketId, List<Episode>> tickets = [];

    /// <summary>All that are held: of a ticket by opening.</summary>
    public IEnumerable<Episode> Held => tickets.Values.SelectMany(e => e);

    /// <summary>Lets go of the episodes of a ticket.</summary>
    public IReadOnlyList<Episode> Release(TicketId ticket) => tickets.Remove(ticket, out var episodes) ? episodes : [];

    /// <summary>Takes back what <see cref="Release"/> gave.</summary>
    public void Recall(TicketId ticket, IReadOnlyList<Episode> episodes)
    {
        if (episodes.Count > 0) tickets.Add(ticket, [.. episodes]);
    }

    /// <summary>Takes an event; true where an episode was opened.</summary>
    public bool Take(TicketEvent happened, TicketId ticket, CustomerId customer)
    {
        switch (happened.Kind)
        {
            case EventKind.Escalated: return Escalate(happened, ticket, customer);
            case EventKind.Resolved or EventKind.Closed: End(ticket, happened, EpisodeStatus.Resolved); break;
            case EventKind.Merged: End(happened.TicketId, happened, EpisodeStatus.Merged); break;
            case EventKind.Reopened: Reopen(ticket, happened); break;
        }
        return false;
    }

    /// <summary>Takes a label: a dismissal ends the episode.</summary>
    public void Take(Label label, TicketId ticket)
    {
        if (label.Kind == LabelKind.Dismissed) End(ticket, label, EpisodeStatus.Dismissed);
    }

    private bool Escalate(TicketEvent happened, TicketId ticket, CustomerId customer)
    {
        var band = happened.Band ?? Band.PriorityEscalation;
        if (tickets.TryGetValue(ticket, out var episodes) && episodes[^1].IsOpen)
        {
            if (band > episodes[^1].Band) episodes[^1] = episodes[^1] with { Band = band };
            return false;
        }
        if (episodes is null) tickets.Add(ticket, episodes = new(1));
        episodes.Add(new Episode
        {
            Id = new EpisodeId(happened.EpisodeId ?? $"{ticket.Value}#live{episodes.Count + 1}"),
            TicketId = ticket,
            CustomerId = customer,
            OpenedAt = happened.Received,
            OpenedBy = happened.Actor.Kind == ActorKind.Human ? ActorKind.Human : ActorKind.Robot,
            Band = band,
            FirstTeam = happened.Team,
        });
        return true;
    }

    private void End(TicketId ticket, HistoryRecord record, EpisodeStatus status)
    {
        if (!tickets.TryGetValue(ticket, out var episodes) || episodes[^1] is not { IsOpen: true } open || record.At < open.OpenedAt) return;
        episodes[^1] = open with
        {
            Status = status,
            EndedAt = record.At,
            FirstResolvedAt = status == EpisodeStatus.Resolved ? open.FirstResolvedAt ?? record.At : open.FirstResolvedAt,
        };
    }

    private void Reopen(TicketId ticket, TicketEvent happened)
    {
        if (!tickets.TryGetValue(ticket, out var episodes) || episodes[^1] is not { Status: EpisodeStatus.Resolved } ended || happened.At < ended.EndedAt) return;
        episodes[^1] = ended with { Status = EpisodeStatus.Open, EndedAt = null, Reopened = ended.Reopened + 1 };
    }
}
