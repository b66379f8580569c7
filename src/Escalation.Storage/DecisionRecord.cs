using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Storage;

/// <summary>A decision as it is recorded: on which message, when, from what, and what came out.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record DecisionRecord
{
    /// <summary>Its id; the same message, revision and configuration give the same.</summary>
    public required string Id { get; init; }

    /// <summary>The source account of the message decided.</summary>
    public required string Source { get; init; }

    /// <summary>The source's id of the message.</summary>
    public required string ExternalId { get; init; }

    /// <summary>Its revision.</summary>
    public required int Revision { get; init; }

    /// <summary>The message.</summary>
    public required MessageId MessageId { get; init; }

    /// <summary>The ticket, after merges.</summary>
    public required TicketId TicketId { get; init; }

    /// <summary>The customer.</summary>
    public required CustomerId CustomerId { get; init; }

    /// <summary>The episode that it opened, raised or belongs to.</summary>
    public EpisodeId? EpisodeId { get; init; }

    /// <summary>The message's receivedAt; of one that was decided again, that of the cause.</summary>
    public required Instant DecidedAt { get; init; }

    /// <summary>Why the message was decided again: the id of the record that changed what it rests on; null for its first decision.</summary>
    public string? Cause { get; init; }

    /// <summary>The original text of the message, which the spans of evidence point into; read from the message, never stored with the decision.</summary>
    public required string MessageText { get; init; }

    /// <summary>What came out.</summary>
    public required Decision Decision { get; init; }

    /// <summary>The facts it was derived from, without any text of the message, as a JSON object; see <see cref="DerivedFactsJson"/>.</summary>
    public JsonElement Facts { get; init; }
}

/// <summary>Which rules threw in a decision.</summary>
/// <param name="DecidedAt">When.</param>
/// <param name="RouteRule">The routing rule that decided; null below priority.</param>
/// <param name="Errors">Rules that threw, live and shadow.</param>
public sealed record RecentFailures(Instant DecidedAt, string? RouteRule, IReadOnlyList<RuleError> Errors);
