using Escalation.Core.Derived;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;

namespace Escalation.Replay.Collecting;

/// <summary>All episodes of one arm in their latest state, with the issue that each was opened for.</summary>
internal sealed class EpisodeLedger
{
    private readonly Dictionary<EpisodeId, int> places = [];
    private readonly List<Episode> episodes = [];
    private readonly Dictionary<EpisodeId, string> issues = [];

    /// <summary>By opening.</summary>
    public IReadOnlyList<Episode> Episodes => episodes;

    /// <summary>Takes a change; true where an episode was opened.</summary>
    public bool Take(EpisodeChange change, ContextFacts? context)
    {
        if (change.Kind == EpisodeChangeKind.Linked) return false;
        if (places.TryGetValue(change.Episode.Id, out var place))
        {
            episodes[place] = change.Episode;
            return false;
        }
        places.Add(change.Episode.Id, episodes.Count);
        episodes.Add(change.Episode);
        if (context is { ProductKnown: true, IssueTypeKnown: true }) issues.Add(change.Episode.Id, $"{context.Product}/{context.IssueType}");
        return true;
    }

    /// <summary>Product and issue type of an episode where both were known at its opening.</summary>
    public string? IssueOf(Episode episode) => issues.GetValueOrDefault(episode.Id);
}
