using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Replay;
using Escalation.Replay.Analysis;
using Escalation.Rules;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Versions;

/// <summary>What an impact report is asked for.</summary>
/// <param name="History">Records in any order; null = the database's.</param>
/// <param name="Examples">Most examples of each rule, and of the whole.</param>
/// <param name="EffectiveDates">Whether a rule counts only on messages received within its effective dates.</param>
public sealed record ImpactQuestion(IReadOnlyList<HistoryRecord>? History, int Examples, bool EffectiveDates);

/// <summary>What a candidate rule set would have done, beside the active one, over the database's history or a given one.</summary>
/// <remarks>
/// The database's history is derived once and kept in a folder of its own until something new was received; the folder holds texts of messages, and goes with the service.
/// Thread-safe; one report at a time, since each takes all cores.
/// </remarks>
public sealed class RuleImpact(EscalationDatabase database) : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private AnalyzedHistory? kept;
    private string? folder;
    private Instant? through;

    /// <summary>The report.</summary>
    /// <param name="active">The baseline; the candidate has its models.</param>
    /// <param name="candidate">The candidate.</param>
    /// <param name="question">Over what, and how.</param>
    /// <param name="cancellation">Ends the wait and the work.</param>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    /// <exception cref="IOException">The folder for temporary files cannot be written.</exception>
    public async Task<ImpactReport> RunAsync(Configuration active, RuleSet candidate, ImpactQuestion question, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            if (question.History is null) return await Task.Run(async () => Compare(await RecordedAsync(cancellation), active, candidate, question, cancellation), cancellation);
            return await Task.Run(() => CompareGiven(question.History, active, candidate, question, cancellation), cancellation);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync();
        Forget();
        gate.Dispose();
    }

    private static ImpactReport CompareGiven(IReadOnlyList<HistoryRecord> history, Configuration active, RuleSet candidate, ImpactQuestion question, CancellationToken cancellation)
    {
        var place = Directory.CreateTempSubdirectory("escalation-impact-").FullName;
        try
        {
            var ordered = history.OrderBy(r => r, HistoryOrder.Instance).ToList();
            using var given = new AnalyzedHistory(place, Guid.NewGuid().ToString("N"), _ => ordered);
            return Compare(given, active, candidate, question, cancellation);
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private static ImpactReport Compare(AnalyzedHistory history, Configuration active, RuleSet candidate, ImpactQuestion question, CancellationToken cancellation) => ImpactAnalysis.Run(
        history.Open(active, new ReplayOptions(), cancellation, question.EffectiveDates),
        history.Open(new Configuration(candidate, active.Frustration, active.Team), new ReplayOptions(), cancellation, question.EffectiveDates), question.Examples);

    private async Task<AnalyzedHistory> RecordedAsync(CancellationToken cancellation)
    {
        var store = new HistoryStore(database);
        var last = await store.LastReceivedAsync(cancellation);
        if (kept is not null && last == through) return kept;
        Forget();
        (folder, through) = (Directory.CreateTempSubdirectory("escalation-impact-").FullName, last);
        return kept = new AnalyzedHistory(folder, Guid.NewGuid().ToString("N"), ending => last is null ? [] : store.StreamAsync(last, ending).ToBlockingEnumerable(ending));
    }

    private void Forget()
    {
        kept?.Dispose();
        kept = null;
        if (folder is not null) Directory.Delete(folder, recursive: true);
        folder = null;
    }
}
