using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.History.Facts;
using Escalation.History.Reading;

namespace Escalation.Replay.Analysis;

/// <summary>A history that rule sets are analyzed on: derived once for each set of texts and models, on disk; everything after that reads columns.</summary>
/// <remarks>Not thread-safe while a configuration is opened.</remarks>
public sealed class AnalyzedHistory : IDisposable
{
    private readonly string cache;
    private readonly string hash;
    private readonly Func<CancellationToken, IEnumerable<HistoryRecord>> read;
    private readonly Dictionary<string, (FactTable Table, RuleBitStore Store)> tables = new(StringComparer.Ordinal);

    /// <summary>A history of files.</summary>
    /// <param name="cache">Folder of the cache. It holds texts of messages: protect it as the history itself.</param>
    /// <param name="source">The files.</param>
    /// <param name="timeZone">The zone that they are read in.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public AnalyzedHistory(string cache, HistorySource source, string? timeZone) : this(cache, HistoryHash.Of(source.Files, timeZone), source.Read)
    {
    }

    /// <summary>A history of records.</summary>
    /// <param name="cache">Folder of the cache.</param>
    /// <param name="hash">Stands for the records: at least 16 characters that change with them.</param>
    /// <param name="read">Gives the records in the total order of history.</param>
    public AnalyzedHistory(string cache, string hash, Func<CancellationToken, IEnumerable<HistoryRecord>> read) => (this.cache, this.hash, this.read) = (cache, hash, read);

    /// <summary>The history as a configuration decides it; derived now where the cache has not all columns of it.</summary>
    /// <param name="configuration">Rules and models.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancellation">Ends between two records; nothing is left behind.</param>
    /// <param name="effectiveDates">Whether a rule counts only on messages received within its effective dates.</param>
    /// <exception cref="IOException">The history cannot be read or the cache not be written.</exception>
    public DecidedHistory Open(Configuration configuration, ReplayOptions options, CancellationToken cancellation, bool effectiveDates = false)
    {
        var key = FactColumnKeys.Of(hash, configuration).Of(FactColumns.All);
        if (!tables.TryGetValue(key, out var known))
        {
            var table = FactTableBuilder.Open(cache, hash, () => read(cancellation), configuration, options, cancellation);
            tables.Add(key, known = (table, new RuleBitStore(table)));
        }
        return new DecidedHistory(known.Table, known.Store, configuration, effectiveDates);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (table, _) in tables.Values) table.Dispose();
    }
}
