using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;
using Escalation.Storage;
using Escalation.Trainer.Data;

namespace Escalation.Cli;

/// <summary>Training rows from the labels of a database: messages of which a person said whether the customer was frustrated.</summary>
/// <remarks>
/// Only <c>frustrated</c> answers yes and no count, never whether an escalation was needed. The last answer that was not taken back wins.
/// A label without a message means the last customer message of its ticket before it. Drawn rows weigh the inverse of their chance.
/// </remarks>
internal sealed class LabelledMessages(string database) : ITrainingSource
{
    /// <inheritdoc/>
    public async Task<TrainingRows> ReadAsync(CancellationToken cancellation)
    {
        var messages = new Dictionary<string, Message>(StringComparer.Ordinal);
        var latest = new Dictionary<TicketId, Message>();
        var answers = new Dictionary<string, (Label Label, Message Message)>(StringComparer.Ordinal);
        var undone = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var record in new HistoryStore(EscalationDatabase.At(database)).StreamAsync(null, cancellation))
        {
            if (record is Message { Author: Author.Customer } message)
            {
                messages[message.Id] = message;
                latest[message.TicketId] = message;
            }
            else if (record is Label label)
            {
                if (label is { Kind: LabelKind.Undone, Undoes: { } taken }) undone.Add(taken);
                var meant = label.MessageId is { } id ? messages.GetValueOrDefault(id.Value) : latest.GetValueOrDefault(label.TicketId);
                if (label.Frustrated is not null && meant is not null) answers[label.Id] = (label, meant);
            }
        }
        var rows = answers.Values.Where(a => !undone.Contains(a.Label.Id))
            .GroupBy(a => a.Message.Id, StringComparer.Ordinal).Select(g => g.Last())
            .Where(a => a.Label.Frustrated is FrustratedAnswer.Yes or FrustratedAnswer.No)
            .Select(RowOf).Where(r => r.Text.Length > 0).ToList();
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', rows.Select(r => $"{r.Id}\t{r.Positive}\t{r.Text}")));
        return new TrainingRows("frustrated labels of the database", Convert.ToHexStringLower(SHA256.HashData(bytes)), rows, []);
    }

    private static LabelledText RowOf((Label Label, Message Message) answer) => new(
        TextCleaner.Clean(answer.Message.Text).Text, answer.Label.Frustrated == FrustratedAnswer.Yes,
        answer.Message.CustomerId.IsKnown ? answer.Message.CustomerId.Value : null, answer.Message.At, answer.Message.Id,
        answer.Label.Audit is { Probability: > 0 } drawn ? (float)(1 / drawn.Probability) : 1);
}
