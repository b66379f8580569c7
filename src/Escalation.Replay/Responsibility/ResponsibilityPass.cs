using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.History.Facts;
using Escalation.History.View;
using Escalation.Replay.Collecting;
using Escalation.Replay.Pipeline;

namespace Escalation.Replay.Responsibility;

/// <summary>A second walk through a history that explains the changes which a report lists: the others cost nothing.</summary>
/// <remarks>Facts are exact for every swapped configuration: earlier messages are derived under it, and incidents are counted by it, from the beginning.</remarks>
public static class ResponsibilityPass
{
    /// <summary>Explains the listed changes of a result and keeps them in it.</summary>
    /// <param name="result">A replay of arms whose rules are compiled rule sets.</param>
    /// <param name="records">The same records as it was made from, in the same order.</param>
    /// <param name="options">The same window; called for progress too.</param>
    /// <param name="cancellation">Ends between two records.</param>
    /// <param name="tableOf">The cached facts of an arm's configuration over these records: no text is then analyzed but those of listed changes; null = nothing is cached.</param>
    public static void Explain(ReplayResult result, IEnumerable<HistoryRecord> records, ReplayOptions options, CancellationToken cancellation, Func<Configuration, FactTable>? tableOf = null)
    {
        var listed = result.Comparisons.SelectMany(c => c.Examples.Select(e => e.Change)).ToLookup(c => c.MessageId, StringComparer.Ordinal);
        if (listed.Count == 0) return;
        var arms = result.Arms.Select(a => a.Arm.Configuration).ToList();
        var incidents = new Incidents(configuration => tableOf is not null && arms.Exists(a => ReferenceEquals(a, configuration)) ? tableOf(configuration) : null);
        var baseline = arms[0];
        var differences = result.Arms.Skip(1).Select(a => new ArmDifference(baseline, a.Arm.Configuration, incidents)).ToArray();
        var explained = new Dictionary<(int Arm, string MessageId), ExplainedChange>();
        var wanted = listed.Sum(l => l.Count());
        var view = new HistoryView(ViewRetention.Default);
        var (taken, row) = (0L, -1);
        foreach (var (message, other) in PreparedRecords.Of(records, incidents.Analyzers, options.Workers, cancellation))
        {
            if (++taken % 4096 == 0) options.OnProgress?.Invoke(taken);
            if (other is not null and not Label) view.Add(other);
            if (message is null) continue;
            if (message.Message.Author == Author.Customer) row++;
            if (message.Message.Author == Author.Customer && message.Message.Received < options.To)
            {
                foreach (var change in listed[message.Message.Id])
                    if (differences[change.Arm - 1].Explain(view.Observe(message), change) is { } responsible)
                        explained[(change.Arm, change.MessageId)] = new ExplainedChange(HighestRecommendations.OneLine(message.Message.Text), responsible);
                incidents.Add(message, view.PersonOf(message.Message), row);
            }
            view.Add(message);
            if (explained.Count == wanted) break;
        }
        result.Explained = explained;
    }
}
