using Escalation.Core.Metrics;
using Escalation.Core.Tickets;

namespace Escalation.Trainer.Labels;

/// <summary>A message drawn for a blind audit.</summary>
/// <param name="Message">The message.</param>
/// <param name="Draw">The audit's name, the stratum, and the chance that this ticket had: its weight is the inverse.</param>
public sealed record DrawnMessage(ReviewedMessage Message, AuditDraw Draw);

/// <summary>Draws tickets for a blind audit by the model's probability of the last message of each; see <see cref="StratifiedSample"/>.</summary>
internal static class AuditSample
{
    /// <summary>Draws so many, or all where there are fewer.</summary>
    /// <param name="messages">Candidates: customers' messages on tickets of which nobody said anything.</param>
    /// <param name="probability">The model's probability of a text.</param>
    /// <param name="count">How many.</param>
    /// <param name="design">The audit's name.</param>
    /// <param name="seed">Of the draw.</param>
    public static IReadOnlyList<DrawnMessage> Draw(IReadOnlyList<ReviewedMessage> messages, Func<string, double> probability, int count, string design, int seed)
    {
        var tickets = messages.GroupBy(m => m.Ticket?.Value ?? m.Id, StringComparer.Ordinal).Select(g => g.OrderBy(m => m.At).ThenBy(m => m.Id, StringComparer.Ordinal).Last())
            .OrderBy(m => m.Id, StringComparer.Ordinal).Select(m => (m, probability(m.Text))).ToList();
        return [.. StratifiedSample.Draw(tickets, count, design, seed).Select(d => new DrawnMessage(d.Item, d.Draw))];
    }
}
