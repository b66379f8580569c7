using Escalation.Core.Tickets;

namespace Escalation.History.Formats;

/// <summary>One object for the details of all events that say no more than the same status and priority: there are few such pairs.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class EventDetailsCache
{
    private const int Most = 1024;
    private readonly Dictionary<(string?, string?), EventDetails> known = [];

    public EventDetails Of(string? status, string? priority)
    {
        if (status is null && priority is null) return EventDetails.None;
        if (known.TryGetValue((status, priority), out var shared)) return shared;
        if (known.Count >= Most) known.Clear();
        return known[(status, priority)] = new EventDetails { Status = status, Priority = priority };
    }
}
