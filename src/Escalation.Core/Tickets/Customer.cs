using NodaTime;

namespace Escalation.Core.Tickets;

/// <summary>What was known of a customer from <see cref="HistoryRecord.At"/> (<c>validFrom</c>) on, until the next version.</summary>
/// <remarks>Before the first version everything is unknown, never today's value.</remarks>
public sealed record CustomerVersion : HistoryRecord
{
    /// <summary>The customer.</summary>
    public required CustomerId CustomerId { get; init; }

    /// <summary>Money expected of the customer over all time, in <see cref="Currency"/>; null = unknown.</summary>
    public double? LifetimeValue { get; init; }

    /// <summary>ISO 4217 code of <see cref="LifetimeValue"/>.</summary>
    public string? Currency { get; init; }

    /// <summary>The organisation's own word for the tier, for example <c>gold</c>.</summary>
    public string? Tier { get; init; }
}

/// <summary>An address on a channel that belongs to a customer, or no longer does.</summary>
public sealed record IdentityLink : HistoryRecord
{
    /// <summary>The customer.</summary>
    public required CustomerId CustomerId { get; init; }

    /// <summary>The channel of the address.</summary>
    public required Channel Channel { get; init; }

    /// <summary>The address, handle or number on that channel.</summary>
    public required string Address { get; init; }

    /// <summary>True from this instant on, false when the link was taken back.</summary>
    public required bool Linked { get; init; }

    /// <summary>Whether the source vouches for it.</summary>
    public bool Attested { get; init; }
}

/// <summary>An agent at work for a team, from <see cref="HistoryRecord.At"/> to <see cref="To"/>.</summary>
public sealed record Shift : HistoryRecord
{
    /// <summary>The agent.</summary>
    public required string AgentId { get; init; }

    /// <summary>The team worked for, an id of teams.json.</summary>
    public required string Team { get; init; }

    /// <summary>The end, exclusive.</summary>
    public required Instant To { get; init; }
}
