using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using Escalation.Storage;

namespace Escalation.Service.Intake;

/// <summary>A record on its way to the ordered writer.</summary>
/// <param name="Record">The record. Unless it is history, its receivedAt is set when its batch is taken.</param>
/// <param name="BodyHash">Tells an exact repeat from another body under the same identity.</param>
/// <param name="IdempotencyKey">The caller's key, where one was sent.</param>
/// <param name="IsHistory">Imported: receivedAt stays as it is, and nobody is notified.</param>
/// <param name="Order">Who ordered it and why, where a person did and the record itself has no place for that.</param>
/// <param name="Seen">What the caller saw when it acted: refused where somebody acted since. Null = it does not matter.</param>
public sealed record IntakeItem(HistoryRecord Record, string BodyHash, string? IdempotencyKey = null, bool IsHistory = false, ActionsSeen? Seen = null, IntakeOrder? Order = null);

/// <summary>A person's order.</summary>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why.</param>
public sealed record IntakeOrder(string Actor, string Reason);

/// <summary>How often people had acted on a ticket when somebody looked at it.</summary>
public sealed record ActionsSeen(TicketId Ticket, long Count);

/// <summary>What became of an item.</summary>
public enum IntakeResult
{
    /// <summary>Recorded now.</summary>
    Created,

    /// <summary>Recorded before with the same body: the first answer holds.</summary>
    Repeated,

    /// <summary>Recorded before under the same identity with another body: refused.</summary>
    Conflict,

    /// <summary>The idempotency key came before with another body: refused.</summary>
    KeyReused,

    /// <summary>Somebody else acted on the same ticket after the caller looked at it: refused.</summary>
    Overtaken,
}

/// <summary>The answer of the ordered writer, given only after its transaction is committed.</summary>
/// <param name="Result">What became of the item.</param>
/// <param name="Record">The record as stored.</param>
/// <param name="Decision">The decision on a customer's message; null for all else.</param>
/// <param name="Episode">The episode that it opened, changed or belongs to.</param>
public sealed record IntakeAnswer(IntakeResult Result, HistoryRecord Record, DecisionRecord? Decision, Episode? Episode);
