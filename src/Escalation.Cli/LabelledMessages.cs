using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;
using Escalation.Trainer.Data;

namespace Escalation.Cli;

/// <summary>Training rows from the labels of a database: messages of which a person said whether the customer was frustrated.</summary>
/// <remarks>
/// Only <c>frustrated</c> answers yes and no count, never whether an escalation was needed. The last answer that was not taken back wins.
/// Drawn rows weigh the inverse of their chance.
/// </remarks>
internal sealed class LabelledMessages(string database) : ITrainingSource
{
    /// <inheritdoc/>
    public async Task<TrainingRows> ReadAsync(CancellationToken cancellation)
    {
        var rows = (await FrustrationAnswers.ReadAsync(database, cancellation)).Given
            .GroupBy(a => a.Message.Id, StringComparer.Ordinal).Select(g => g.Last())
            .Where(a => a.Label.Frustrated is FrustratedAnswer.Yes or FrustratedAnswer.No)
            .Select(RowOf).Where(r => r.Text.Length > 0).ToList();
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', rows.Select(r => $"{r.Id}\t{r.Positive}\t{r.Text}")));
        return new TrainingRows("frustrated labels of the database", Convert.ToHexStringLower(SHA256.HashData(bytes)), rows, []);
    }

    private static LabelledText RowOf((Label Label, Message Message) answer) => new(
        TextCleaner.Clean(answer.Message.Text).Text, answer.Label.Frustrated == FrustratedAnswer.Yes,
        answer.Message.CustomerId.IsKnown ? answer.Message.CustomerId.Value : null, answer.Message.At, answer.Message.Id, FrustrationAnswers.WeightOf(answer.Label), Wire.Name(answer.Message.Channel));
}
