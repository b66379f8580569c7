using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.View;

/// <summary>The state of a ticket after some of its entries, taken in order of <c>at</c>.</summary>
internal struct TicketFold
{
    private static readonly IReadOnlyList<string> NoTags = [];
    private TimeOrNone created, firstMessage, waiting;
    private string? team;
    private IReadOnlyList<string>? tags;

    /// <summary>The created event, or the first message; null before either.</summary>
    public readonly Instant? CreatedAt => created.Time ?? firstMessage.Time;

    /// <summary>Whether anything has happened on it.</summary>
    public bool Exists { get; private set; }

    public string? Status { get; private set; }

    public string? Priority { get; private set; }

    public readonly IReadOnlyList<string> Tags => tags ?? NoTags;

    public int Messages { get; private set; }

    public int Reopened { get; private set; }

    public int OwnerHops { get; private set; }

    /// <summary>The oldest customer message without a public reply.</summary>
    public readonly Instant? WaitingSince => waiting.Time;

    /// <summary>Resolved, closed or merged away.</summary>
    public bool Ended { get; private set; }

    /// <summary>Takes what happened next: an event, or that somebody wrote.</summary>
    public void Take(in TicketEntry entry)
    {
        Exists = true;
        if (entry.IsMessage) TakeMessage(entry);
        else TakeEvent(entry.Change, entry.At);
    }

    /// <summary>Takes the messages of a ticket that was merged into this one, as far as they are folded.</summary>
    public void TakeMessages(in TicketFold merged)
    {
        Messages += merged.Messages;
        firstMessage = TimeOrNone.Earlier(firstMessage, merged.firstMessage);
        waiting = TimeOrNone.Earlier(waiting, merged.waiting);
    }

    /// <summary>Takes a message of the ticket or of one merged into it.</summary>
    public void TakeMessage(in TicketEntry message)
    {
        if (firstMessage.IsNone) firstMessage = TimeOrNone.Of(message.At);
        Messages++;
        if (message.Change.Author == Author.Customer)
        {
            if (waiting.IsNone) waiting = TimeOrNone.Of(message.At);
        }
        else if (message.Change is { Author: Author.Agent, IsPublic: true }) waiting = default;
    }

    private void TakeEvent(TicketChange happened, Instant at)
    {
        Status = happened.Status ?? Status;
        Priority = happened.Priority ?? Priority;
        tags = happened.Tags ?? tags;
        switch (happened.Kind)
        {
            case EventKind.Created:
                if (created.IsNone) created = TimeOrNone.Of(at);
                team ??= happened.Team;
                break;
            case EventKind.TeamChanged:
                MoveTo(happened.Team, isMove: true);
                break;
            case EventKind.Assigned or EventKind.Escalated:
                MoveTo(happened.Team, isMove: false);
                break;
            case EventKind.Resolved or EventKind.Closed:
                Status = happened.Status ?? Wire.Name(happened.Kind);
                Ended = true;
                break;
            case EventKind.Reopened:
                Status = happened.Status ?? "open";
                Reopened++;
                Ended = false;
                break;
            case EventKind.StatusChanged when happened.Status is { } status:
                Ended = status is "resolved" or "closed" or "solved";
                break;
            case EventKind.Merged:
                Ended = true;
                break;
        }
    }

    /// <remarks>An assignment changes the team only where another one is known; a move counts unless it names the team that has it.</remarks>
    private void MoveTo(string? target, bool isMove)
    {
        if (target is not null && string.Equals(team, target, StringComparison.Ordinal)) return;
        if (isMove || (team is not null && target is not null)) OwnerHops++;
        team = target ?? team;
    }
}
