using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.Facts;
using Escalation.History.View;
using Escalation.Replay.Changes;
using Escalation.Replay.Collecting;
using Escalation.Replay.Pipeline;

namespace Escalation.Replay.Responsibility;

/// <summary>Explains the changes which a report lists: the others cost nothing.</summary>
/// <remarks>
/// Facts are exact for every swapped configuration. Where the cached tables of the arms have them all, the listed messages alone are decided again; else history is
/// walked through a second time: earlier messages are derived under each configuration, and incidents are counted by it, from the beginning.
/// </remarks>
public static class ResponsibilityPass
{
    /// <summary>Explains the listed changes of a result and keeps them in it.</summary>
    /// <param name="result">A replay of arms whose rules are compiled rule sets.</param>
    /// <param name="records">The same records as it was made from, in the same order; not read where the cache knows enough.</param>
    /// <param name="options">The same window; called for progress too.</param>
    /// <param name="cancellation">Ends between two records.</param>
    /// <param name="tableOf">The cached facts of an arm's configuration over these records: no text is then analyzed but those of listed changes; null = nothing is cached.</param>
    public static void Explain(ReplayResult result, IEnumerable<HistoryRecord> records, ReplayOptions options, CancellationToken cancellation, Func<Configuration, FactTable>? tableOf = null)
    {
        var listed = result.Comparisons.SelectMany(c => c.Examples.Select(e => e.Change)).ToList();
        if (listed.Count == 0) return;
        var arms = result.Arms.Select(a => a.Arm.Configuration).ToList();
        var differences = arms.Skip(1).Select(a => new ArmDifference(arms[0], a)).ToList();
        if (tableOf is not null && FromTables(listed, arms.ConvertAll(a => tableOf(a)), differences, options, cancellation) is { } known) result.Explained = known;
        else result.Explained = Walk(listed, records, differences, options, configuration => tableOf is not null && arms.Exists(a => ReferenceEquals(a, configuration)) ? tableOf(configuration) : null, cancellation);
    }

    /// <summary>What tables tell; null where some facts are in none of them.</summary>
    private static Dictionary<(int Arm, string MessageId), ExplainedChange>? FromTables(
        IReadOnlyList<DecisionChange> listed, IReadOnlyList<FactTable> tables, IReadOnlyList<ArmDifference> differences, ReplayOptions options, CancellationToken cancellation)
    {
        var mixed = new MixedTables(tables);
        var byTime = listed.ToLookup(c => c.At.ToUnixTimeMilliseconds());
        var explained = new Dictionary<(int Arm, string MessageId), ExplainedChange>();
        for (var row = 0; row < tables[0].Count && explained.Count < listed.Count && mixed.HadAll; row++)
        {
            if (!byTime.Contains(tables[0].AtOf(row).ToUnixTimeMilliseconds()) || tables[0].ReceivedOf(row) >= options.To) continue;
            cancellation.ThrowIfCancellationRequested();
            var message = tables[0].RowOf(row);
            foreach (var change in byTime[message.At.ToUnixTimeMilliseconds()])
                if (change.MessageId == message.MessageId && differences[change.Arm - 1].Explain(configuration => mixed.Read(row, configuration), change) is { } responsible)
                    explained[(change.Arm, change.MessageId)] = new ExplainedChange(HighestRecommendations.OneLine(message.Text), responsible);
        }
        return mixed.HadAll ? explained : null;
    }

    /// <summary>What a walk through the history tells.</summary>
    internal static Dictionary<(int Arm, string MessageId), ExplainedChange> Walk(
        IReadOnlyList<DecisionChange> listed, IEnumerable<HistoryRecord> records, IReadOnlyList<ArmDifference> differences,
        ReplayOptions options, Func<Configuration, FactTable?> tableOf, CancellationToken cancellation)
    {
        var incidents = new Incidents(tableOf);
        foreach (var configuration in differences.SelectMany(d => d.Configurations)) incidents.Follow(configuration);
        var byMessage = listed.ToLookup(c => c.MessageId, StringComparer.Ordinal);
        var explained = new Dictionary<(int Arm, string MessageId), ExplainedChange>();
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
                foreach (var change in byMessage[message.Message.Id].Where(c => c.At.ToUnixTimeMilliseconds() == message.Message.At.ToUnixTimeMilliseconds()))
                    if (differences[change.Arm - 1].Explain(Facts(message), change) is { } responsible)
                        explained[(change.Arm, change.MessageId)] = new ExplainedChange(HighestRecommendations.OneLine(message.Message.Text), responsible);
                incidents.Add(message, view.PersonOf(message.Message), row);
            }
            view.Add(message);
            if (explained.Count == listed.Count) break;
        }
        return explained;

        Func<Configuration, DerivedFacts?> Facts(ObservedMessage message)
        {
            var observed = view.Observe(message);
            return configuration => incidents.Of(configuration) is { } history ? Derivation.Derive(observed, history, configuration) : null;
        }
    }
}
