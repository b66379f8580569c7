using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Trainer.Weights;

/// <summary>One labelled ticket: the strongest decision on it, and whether people say that somebody was needed.</summary>
/// <param name="Ticket">The ticket.</param>
/// <param name="Customer">Whose it is, for intervals; null = nobody else's.</param>
/// <param name="At">When the decision was made.</param>
/// <param name="Needed">What people say.</param>
/// <param name="Weight">How many tickets it stands for: 1, or the inverse of its chance of being drawn.</param>
/// <param name="Confidences">One a trigger of the policy, in its order; 0 = no signal.</param>
public sealed record WeightRow(TicketId Ticket, string? Customer, Instant At, bool Needed, double Weight, double[] Confidences);
