using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;
using Escalation.Inference;
using Escalation.Trainer.Data;

namespace Escalation.Cli;

/// <summary>Training rows from the labels of a database: messages of which a person said whether the customer was frustrated, or which team was right.</summary>
/// <remarks>
/// For frustration only <c>frustrated</c> answers yes and no count, never whether an escalation was needed; for teams only <c>rightTeam</c>. The last
/// answer that was not taken back wins. Drawn rows weigh the inverse of their chance.
/// </remarks>
internal sealed class LabelledMessages : ITrainingSource
{
    private readonly string database, name;
    private readonly Func<Label, bool> isAnswer;
    private readonly bool namesTeams;

    private LabelledMessages(string database, string name, bool namesTeams, Func<Label, bool> isAnswer) => (this.database, this.name, this.namesTeams, this.isAnswer) = (database, name, namesTeams, isAnswer);

    /// <summary>The source of a target.</summary>
    public static ITrainingSource Of(string database, string target) => target == TeamModel.Target
        ? new LabelledMessages(database, "right-team labels of the database", true, l => !string.IsNullOrWhiteSpace(l.RightTeam))
        : new LabelledMessages(database, "frustrated labels of the database", false, l => l.Frustrated is not null);

    /// <inheritdoc/>
    public async Task<TrainingRows> ReadAsync(CancellationToken cancellation)
    {
        var said = await DatabaseAnswers.ReadAsync(database, cancellation);
        var rows = said.Last(isAnswer).Where(a => namesTeams || a.Label.Frustrated is FrustratedAnswer.Yes or FrustratedAnswer.No).Select(RowOf).Where(r => r.Text.Length > 0).ToList();
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', rows.Select(r => $"{r.Id}\t{r.Team ?? r.Positive.ToString()}\t{r.Text}")));
        return new TrainingRows(name, Convert.ToHexStringLower(SHA256.HashData(bytes)), rows, []) { MessagesADay = said.MessagesADay() };
    }

    private LabelledText RowOf((Label Label, Message Message) answer) => new(
        TextCleaner.Clean(answer.Message.Text).Text, answer.Label.Frustrated == FrustratedAnswer.Yes && !namesTeams,
        answer.Message.CustomerId.IsKnown ? answer.Message.CustomerId.Value : null, answer.Message.At, answer.Message.Id, DatabaseAnswers.WeightOf(answer.Label), Wire.Name(answer.Message.Channel),
        Team: namesTeams ? answer.Label.RightTeam!.Trim() : null, Source: Wire.Name(answer.Label.Origin));
}
