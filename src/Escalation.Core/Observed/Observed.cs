using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Observed;

/// <summary>What was known when one message was decided, independent of rules and models.</summary>
/// <remarks>
/// Holds only what has <c>at</c> not after the message's and stands before it in the total order of history.
/// The lists are windows into the view that made it and hold until that view takes the next record.
/// Source: "The three layers" in CONTRACTS.md.
/// </remarks>
public sealed class ObservedFacts
{
    /// <summary>The message to decide.</summary>
    public required ObservedMessage Message { get; init; }

    /// <summary>When it was decided: its receivedAt.</summary>
    public required Instant DecidedAt { get; init; }

    /// <summary>The ticket as of then.</summary>
    public required TicketAsOf Ticket { get; init; }

    /// <summary>The customer as of then.</summary>
    public required CustomerAsOf Customer { get; init; }

    /// <summary>
    /// Messages (latest revision) and events on all tickets of the customer in the last 30 days, by (at, receivedAt, source, id); this message excluded.
    /// For an unknown customer: those of the ticket alone.
    /// </summary>
    public required IReadOnlyList<Observation> Recent { get; init; }

    /// <summary>Tickets that were merged before, to the one that stays; usually empty.</summary>
    public IReadOnlyDictionary<TicketId, TicketId> Merges { get; init; } = NoMerges;

    /// <summary>No merges.</summary>
    public static readonly IReadOnlyDictionary<TicketId, TicketId> NoMerges = new Dictionary<TicketId, TicketId>();

    /// <summary>The ticket that a ticket has become by merges.</summary>
    public TicketId Canonical(TicketId ticket)
    {
        for (var steps = 0; steps < 16 && Merges.TryGetValue(ticket, out var next); steps++) ticket = next;
        return ticket;
    }
}

/// <summary>A ticket as of one message.</summary>
public sealed record TicketAsOf
{
    /// <summary>The ticket, after merges.</summary>
    public required TicketId Id { get; init; }

    /// <summary>Its created event, or its first message where there is none.</summary>
    public required Instant CreatedAt { get; init; }

    /// <summary>Help-desk status; null = never told.</summary>
    public string? Status { get; init; }

    /// <summary>Help-desk priority; null = never told.</summary>
    public string? Priority { get; init; }

    /// <summary>Help-desk tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Messages so far, this one included, revisions counted once.</summary>
    public int MessageCount { get; init; } = 1;

    /// <summary>Times it was reopened so far.</summary>
    public int ReopenCount { get; init; }

    /// <summary>Team changes so far.</summary>
    public int OwnerHops { get; init; }

    /// <summary>The oldest customer message without a public reply, this one excluded; null = none waits.</summary>
    public Instant? WaitingSince { get; init; }
}

/// <summary>A customer as of one message; null = unknown, never today's value.</summary>
public sealed record CustomerAsOf
{
    /// <summary>Nothing known.</summary>
    public static readonly CustomerAsOf Unknown = new();

    /// <summary>The customer.</summary>
    public CustomerId Id { get; init; } = CustomerId.Unknown;

    /// <summary>Lifetime value in <see cref="Currency"/>.</summary>
    public double? LifetimeValue { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public string? Currency { get; init; }

    /// <summary>Tier.</summary>
    public string? Tier { get; init; }

    /// <summary>Tickets not resolved or closed as of then, the message's own included.</summary>
    public int OpenTickets { get; init; } = 1;
}
