using Escalation.Core.Tickets;

namespace Escalation.History.View;

/// <summary>What a message or an event does to the state of a ticket; one object for all that do the same.</summary>
internal sealed record TicketChange
{
    private static readonly TicketChange[] OfMessages =
        [.. Enum.GetValues<Author>().SelectMany(a => (bool[])[false, true], (author, isPublic) => new TicketChange { IsMessage = true, Author = author, IsPublic = isPublic })];

    public bool IsMessage { get; private init; }

    /// <summary>Of a message: who wrote it.</summary>
    public Author Author { get; private init; }

    /// <summary>Of a message: whether the customer can see it.</summary>
    public bool IsPublic { get; private init; }

    /// <summary>Of an event: what happened.</summary>
    public EventKind Kind { get; private init; }

    /// <summary>Of an event: as <see cref="TicketEvent"/> has it.</summary>
    public string? Team { get; private init; }

    /// <inheritdoc cref="Team"/>
    public string? Status { get; private init; }

    /// <inheritdoc cref="Team"/>
    public string? Priority { get; private init; }

    /// <inheritdoc cref="Team"/>
    public IReadOnlyList<string>? Tags { get; private init; }

    public static TicketChange Of(Message message) => OfMessages[((int)message.Author * 2) + (message.Public ? 1 : 0)];

    public static TicketChange Of(TicketEvent happened) =>
        new() { Kind = happened.Kind, Team = happened.Team, Status = happened.Status, Priority = happened.Priority, Tags = happened.Tags };
}

/// <summary>The changes that events of one view make: few do what no other did.</summary>
/// <remarks>Bounded. Not thread-safe: it belongs to its view.</remarks>
internal sealed class TicketChanges
{
    private const int Most = 4096;
    private readonly Dictionary<(EventKind, string?, string?, string?), TicketChange> known = [];

    public TicketChange Of(TicketEvent happened)
    {
        if (happened.Tags is not null) return TicketChange.Of(happened);
        var key = (happened.Kind, happened.Team, happened.Status, happened.Priority);
        if (known.TryGetValue(key, out var change)) return change;
        if (known.Count >= Most) known.Clear();
        return known[key] = TicketChange.Of(happened);
    }
}
