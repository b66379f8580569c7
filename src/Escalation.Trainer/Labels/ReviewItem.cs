using Escalation.Core.Tickets;

namespace Escalation.Trainer.Labels;

/// <summary>Why a message is put before a person.</summary>
public enum ReviewReason { Suspect, Disagreement, Audit, Queue }

/// <summary>A message for a person to judge.</summary>
/// <param name="Message">The message.</param>
/// <param name="Reason">Why.</param>
/// <param name="Draw">How it was drawn; only for an audit.</param>
public sealed record ReviewItem(ReviewedMessage Message, ReviewReason Reason, AuditDraw? Draw);
