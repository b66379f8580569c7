using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.View;

/// <summary>What a ticket's state needs of a message or an event, kept in place: neither the record nor its texts stay.</summary>
internal readonly struct TicketEntry
{
    private readonly byte author, kind;

    public TicketEntry(Message message)
    {
        (At, Received, IsMessage) = (message.At, message.Received, true);
        (author, IsPublic) = ((byte)message.Author, message.Public);
    }

    public TicketEntry(TicketEvent happened)
    {
        (At, Received, Team, Status, Priority, Tags) = (happened.At, happened.Received, happened.Team, happened.Status, happened.Priority, happened.Tags);
        kind = (byte)happened.Kind;
    }

    public Instant At { get; }

    public Instant Received { get; }

    public bool IsMessage { get; }

    /// <summary>Of a message: who wrote it.</summary>
    public Author Author => (Author)author;

    /// <summary>Of a message: whether the customer can see it.</summary>
    public bool IsPublic { get; }

    /// <summary>Of an event: what happened.</summary>
    public EventKind Kind => (EventKind)kind;

    /// <summary>Of an event: as <see cref="TicketEvent"/> has it.</summary>
    public string? Team { get; }

    /// <inheritdoc cref="Team"/>
    public string? Status { get; }

    /// <inheritdoc cref="Team"/>
    public string? Priority { get; }

    /// <inheritdoc cref="Team"/>
    public IReadOnlyList<string>? Tags { get; }
}
