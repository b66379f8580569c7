using System.Collections.Concurrent;
using Escalation.Core.Tickets;

namespace Escalation.Service.Pipeline;

/// <summary>Escalations on which something happened since somebody last asked.</summary>
/// <remarks>Thread-safe; the writer adds, one reader takes.</remarks>
internal sealed class EpisodeChanges
{
    private readonly ConcurrentDictionary<EpisodeId, bool> changed = new();

    /// <summary>Notes an escalation, once.</summary>
    public void Add(EpisodeId episode) => changed[episode] = true;

    /// <summary>Takes all that were noted.</summary>
    public IReadOnlyList<EpisodeId> Take()
    {
        var taken = new List<EpisodeId>();
        foreach (var (episode, _) in changed)
            if (changed.TryRemove(episode, out _)) taken.Add(episode);
        return taken;
    }
}
