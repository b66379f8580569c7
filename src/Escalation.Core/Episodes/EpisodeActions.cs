using Escalation.Core.Tickets;

namespace Escalation.Core.Episodes;

/// <summary>What people may do with an episode, by where it stands.</summary>
/// <remarks>
/// A band only rises by decisions and by <see cref="EventKind.Escalated"/>; a dismissal is a label, and taking that label back undoes it; what was merged goes on
/// in the episode that it went into. Source: issue 6, point 4.
/// </remarks>
public static class EpisodeActions
{
    private static readonly EventKind[] OfResolved = [EventKind.Reopened];
    private static readonly EventKind[] OfOpen = [EventKind.Acknowledged, EventKind.Assigned, EventKind.Snoozed, EventKind.Resolved, EventKind.Merged];
    private static readonly EventKind[] OfAcknowledged = [EventKind.Assigned, EventKind.Snoozed, EventKind.Resolved, EventKind.Merged];

    /// <summary>The actions that an episode takes.</summary>
    /// <param name="status">Where it stands now, its snooze considered.</param>
    public static IReadOnlyList<EventKind> Of(EpisodeStatus status) => status switch
    {
        EpisodeStatus.Open or EpisodeStatus.Assigned or EpisodeStatus.Snoozed => OfOpen,
        EpisodeStatus.Acknowledged => OfAcknowledged,
        EpisodeStatus.Resolved => OfResolved,
        _ => [],
    };

    /// <summary>Why an episode does not take an action, and what it takes; null where it does.</summary>
    public static string? Refusal(Episode episode, EventKind action)
    {
        if (Of(episode.Status).Contains(action)) return null;
        var way = episode.Status switch
        {
            EpisodeStatus.Resolved => "reopen it first",
            EpisodeStatus.Dismissed => "a label of the kind undone takes the dismissal back",
            EpisodeStatus.Merged => "act on the escalation of the ticket that it was merged into",
            EpisodeStatus.Acknowledged => "assign, snooze or resolve it",
            _ => "only a resolved one is reopened",
        };
        return action == EventKind.Reopened && episode.IsOpen ? $"{episode.Id.Value} is {Wire.Name(episode.Status)}; {way}" : $"{episode.Id.Value} is already {Wire.Name(episode.Status)}; {way}";
    }
}
