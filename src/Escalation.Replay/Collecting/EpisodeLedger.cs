using Escalation.Core.Derived;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Collecting;

/// <summary>An episode of an arm in its latest state.</summary>
/// <param name="Episode">The episode.</param>
/// <param name="Issue">Product and issue type where both were known at its opening.</param>
internal readonly record struct OpenedEpisode(Episode Episode, string? Issue);

/// <summary>All episodes of one arm in their latest state, by the ticket that each was opened on.</summary>
internal sealed class EpisodeLedger
{
    private readonly Dictionary<TicketId, List<OpenedEpisode>> tickets = [];
    private readonly Dictionary<EpisodeId, TicketId> moved = [];
    private readonly Dictionary<(string Product, string IssueType), string> issues = [];      // few, of many episodes

    /// <summary>All that are held: of a ticket by opening.</summary>
    public IEnumerable<OpenedEpisode> Held => tickets.Values.SelectMany(e => e);

    /// <summary>Takes a change; true where an episode was opened.</summary>
    /// <param name="change">The change.</param>
    /// <param name="context">What the message that caused it is about; null where an event did.</param>
    /// <param name="mergedFrom">The ticket that was merged into another, where that caused it.</param>
    public bool Take(EpisodeChange change, ContextFacts? context, TicketId? mergedFrom = null)
    {
        if (change.Kind == EpisodeChangeKind.Linked) return false;
        var episode = change.Episode;
        var home = moved.TryGetValue(episode.Id, out var opened) ? opened : episode.TicketId;
        if (mergedFrom is { } from && from != home && PlaceOf(from, episode.Id) >= 0) moved[episode.Id] = home = from;
        if (PlaceOf(home, episode.Id) is var place && place >= 0)
        {
            tickets[home][place] = tickets[home][place] with { Episode = episode };
            return false;
        }
        if (!tickets.TryGetValue(home, out var ofTicket)) tickets.Add(home, ofTicket = new(1));
        ofTicket.Add(new OpenedEpisode(episode, IssueOf(context)));
        return true;
    }

    /// <summary>Lets go of the episodes of a ticket.</summary>
    public IReadOnlyList<OpenedEpisode> Release(TicketId ticket) => tickets.Remove(ticket, out var episodes) ? episodes : [];

    /// <summary>Takes back what <see cref="Release"/> gave.</summary>
    public void Recall(TicketId ticket, IReadOnlyList<OpenedEpisode> episodes)
    {
        if (episodes.Count > 0) tickets.Add(ticket, [.. episodes]);
    }

    private string? IssueOf(ContextFacts? context)
    {
        if (context is not { ProductKnown: true, IssueTypeKnown: true }) return null;
        var about = (context.Product, context.IssueType);
        if (!issues.TryGetValue(about, out var issue)) issues.Add(about, issue = $"{context.Product}/{context.IssueType}");
        return issue;
    }

    private int PlaceOf(TicketId ticket, EpisodeId episode) => tickets.TryGetValue(ticket, out var episodes) ? episodes.FindIndex(e => e.Episode.Id == episode) : -1;
}
