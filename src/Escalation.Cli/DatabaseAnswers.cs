using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;
using Escalation.Storage;
using Escalation.Trainer.Labels;

namespace Escalation.Cli;

/// <summary>What people said in a database, with the messages meant, and the messages nobody was asked about.</summary>
/// <param name="Given">Labels that were not taken back, "can't tell" included, in the order of history.</param>
/// <param name="Messages">The newest revision of every customer's message.</param>
/// <param name="Unlabelled">Those on tickets without any label.</param>
internal sealed record DatabaseAnswers(IReadOnlyList<(Label Label, Message Message)> Given, IReadOnlyList<Message> Messages, IReadOnlyList<Message> Unlabelled)
{
    /// <summary>Reads the database; a label without a message means the last customer message of its ticket before it.</summary>
    public static async Task<DatabaseAnswers> ReadAsync(string database, CancellationToken cancellation)
    {
        var messages = new Dictionary<string, Message>(StringComparer.Ordinal);
        var latest = new Dictionary<TicketId, Message>();
        var answers = new Dictionary<string, (Label Label, Message Message)>(StringComparer.Ordinal);
        var undone = new HashSet<string>(StringComparer.Ordinal);
        var labelled = new HashSet<TicketId>();
        await foreach (var record in new HistoryStore(EscalationDatabase.At(database)).StreamAsync(null, cancellation))
        {
            if (record is Message { Author: Author.Customer } message)
            {
                messages[message.Id] = message;
                latest[message.TicketId] = message;
            }
            else if (record is Label label)
            {
                labelled.Add(label.TicketId);
                if (label is { Kind: LabelKind.Undone, Undoes: { } taken }) undone.Add(taken);
                var meant = label.MessageId is { } id ? messages.GetValueOrDefault(id.Value) : latest.GetValueOrDefault(label.TicketId);
                if (meant is not null) answers[label.Id] = (label, meant);
            }
        }
        return new DatabaseAnswers([.. answers.Values.Where(a => !undone.Contains(a.Label.Id))], [.. messages.Values], [.. messages.Values.Where(m => !labelled.Contains(m.TicketId))]);
    }

    /// <summary>The last label of each message that answers a question.</summary>
    /// <param name="isAnswer">Whether a label answers it.</param>
    public IReadOnlyList<(Label Label, Message Message)> Last(Func<Label, bool> isAnswer) =>
        [.. Given.Where(a => isAnswer(a.Label)).GroupBy(a => a.Message.Id, StringComparer.Ordinal).Select(g => g.Last())];

    /// <summary>Customers' messages a day, over the days from the first to the last; null where that is less than a day.</summary>
    public double? MessagesADay()
    {
        if (Messages.Count == 0) return null;
        var days = (Messages.Max(m => m.At) - Messages.Min(m => m.At)).TotalDays;
        return days >= 1 ? Messages.Count / days : null;
    }

    /// <summary>The yes and no answers to "was the customer frustrated?" as a review sees them.</summary>
    public IReadOnlyList<GivenLabel> Labels() =>
        [.. Given.Where(a => a.Label.Frustrated is FrustratedAnswer.Yes or FrustratedAnswer.No).Select(a => new GivenLabel(a.Label.Id, Seen(a.Message), a.Label.Frustrated == FrustratedAnswer.Yes, a.Label.Actor.Id, WeightOf(a.Label)))
            .Where(l => l.Message.Text.Length > 0)];

    /// <summary>The messages nobody was asked about as a review sees them; those without words are left out.</summary>
    public IReadOnlyList<ReviewedMessage> Unasked() => [.. Unlabelled.Select(Seen).Where(m => !string.IsNullOrWhiteSpace(m.Text))];

    /// <summary>How many messages an answer stands for: the inverse of its chance of being drawn.</summary>
    public static float WeightOf(Label label) => label.Audit is { Probability: > 0 } drawn ? (float)(1 / drawn.Probability) : 1;

    private static ReviewedMessage Seen(Message message) => new(
        message.Id, message.TicketId, TextCleaner.Clean(message.Text).Text, Wire.Name(message.Channel), message.CustomerId.IsKnown ? message.CustomerId.Value : null, message.At);
}
