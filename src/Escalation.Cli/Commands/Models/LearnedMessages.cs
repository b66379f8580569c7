using System.Globalization;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;
using Escalation.Inference.Registry;

namespace Escalation.Cli.Commands.Models;

/// <summary>Counts the customers' messages of a replay whose texts a model learned: the model that would serve was trained on all rows, and decides those better than new ones.</summary>
internal sealed class LearnedMessages(ModelEntry candidate, ModelEntry? champion)
{
    private readonly ModelRows mine = candidate.Rows(), its = champion?.Rows() ?? ModelRows.None;
    private long byCandidate, byChampion;

    /// <summary>A clause for people and for the record; complete when the replay has come to its end.</summary>
    public string Words => byCandidate + byChampion == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"; the candidate learned {byCandidate:N0} of these messages{(champion is null ? "" : its.IsEmpty ? ", the champion does not tell which" : $", the champion {byChampion:N0}")}, on which decisions are better than on new ones");

    /// <summary>The records as they are, counted on their way.</summary>
    public IEnumerable<HistoryRecord> Seen(IEnumerable<HistoryRecord> records)
    {
        foreach (var record in records)
        {
            if (record is Message { Author: Author.Customer } message && !(mine.IsEmpty && its.IsEmpty))
            {
                var text = TextCleaner.Clean(message.Text).Text;
                if (mine.Knows(text)) byCandidate++;
                if (its.Knows(text)) byChampion++;
            }
            yield return record;
        }
    }
}
