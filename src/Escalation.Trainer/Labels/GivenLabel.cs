using Escalation.Core.Tickets;
using Escalation.Trainer.Data;
using NodaTime;

namespace Escalation.Trainer.Labels;

/// <summary>One answer of one person to "was the customer frustrated?".</summary>
/// <param name="LabelId">The label, or the row of a file.</param>
/// <param name="Message">What it was said of.</param>
/// <param name="Positive">Yes or no.</param>
/// <param name="Annotator">Who said it; null = unknown.</param>
/// <param name="Weight">How many messages it stands for: 1, or the inverse of its chance of being drawn.</param>
public sealed record GivenLabel(string LabelId, ReviewedMessage Message, bool Positive, string? Annotator, float Weight = 1)
{
    /// <summary>The rows of a file, where nobody is named: each row one answer.</summary>
    public static IReadOnlyList<GivenLabel> Of(TrainingRows rows) =>
        [.. rows.Rows.Where(r => !string.IsNullOrWhiteSpace(r.Text)).Select(r => new GivenLabel(r.Id, new ReviewedMessage(r.Id, null, r.Text, null, r.CustomerId, r.At), r.Positive, null, r.Weight))];
}

/// <summary>A customer's message as reviews see it.</summary>
/// <param name="Id">The message, or the row of a file.</param>
/// <param name="Ticket">Its ticket; null = unknown.</param>
/// <param name="Text">As scored: quoted mail and signatures taken out.</param>
/// <param name="Channel">Null = unknown.</param>
/// <param name="Customer">Null = unknown.</param>
/// <param name="At">When it was written; null = unknown.</param>
public sealed record ReviewedMessage(string Id, TicketId? Ticket, string Text, string? Channel, string? Customer, Instant? At);
