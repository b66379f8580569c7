using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.History.Facts;
using Escalation.History.Formats;
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
    private HistoryTape? tape;
    private TicketTape? tickets;

    /// <summary>A history of files.</summary>
    /// <param name="cache">Folder of the cache. It holds texts of messages: protect it as the history itself.</param>
    /// <param name="source">The files.</param>
    /// <param name="timeZone">The zone that they are read in.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public AnalyzedHistory(string cache, HistorySource source, string? timeZone) : this(cache, HistoryHash.Of(source.Files, timeZone, cache), source.Read) => Summary = source.Summary;

    /// <summary>A history of records.</summary>
    /// <param name="cache">Folder of the cache.</param>
    /// <param name="hash">Stands for the records: at least 16 characters that change with them.</param>
    /// <param name="read">Gives the records in the total order of history.</param>
    public AnalyzedHistory(string cache, string hash, Func<CancellationToken, IEnumerable<HistoryRecord>> read) => (this.cache, this.hash, this.read) = (cache, hash, read);

    /// <summary>How the files were read, now or when the cache was made; known once a configuration or the tape was opened.</summary>
    public InputSummary Summary { get; } = new();

    /// <summary>Records of the history; 0 as long as the cache has them not.</summary>
    public long Records => tape?.Count ?? 0;

    /// <summary>The history as a configuration decides it; derived now where the cache has not all columns of it.</summary>
    /// <param name="configuration">Rules and models.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancellation">Ends between two records; nothing is left behind.</param>
    /// <param name="effectiveDates">Whether a rule counts only on messages received within its effective dates.</param>
    /// <exception cref="IOException">The history cannot be read or the cache not be written.</exception>
    public DecidedHistory Open(Configuration configuration, ReplayOptions options, CancellationToken cancellation, bool effectiveDates = false)
    {
        var (table, store) = Known(configuration, options, cancellation);
        return new DecidedHistory(table, store, configuration, effectiveDates);
    }

    /// <summary>The records; read from the files and kept where the cache has them not.</summary>
    /// <exception cref="IOException">The history cannot be read or the cache not be written.</exception>
    public HistoryTape Tape(CancellationToken cancellation)
    {
        Keep(cancellation);
        return tape!;
    }

    /// <summary>The messages, events and labels by ticket; read from the files and kept where the cache has them not.</summary>
    /// <inheritdoc cref="Tape"/>
    public TicketTape Tickets(CancellationToken cancellation)
    {
        Keep(cancellation);
        return tickets!;
    }

    /// <summary>Notes that the history is used now: its cache is then not deleted for its age.</summary>
    public void Touch(DateTimeOffset now) => FactCache.Touch(cache, hash, now);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (table, _) in tables.Values) table.Dispose();
        tape?.Dispose();
        tickets?.Dispose();
    }

    private (FactTable Table, RuleBitStore Store) Known(Configuration configuration, ReplayOptions options, CancellationToken cancellation)
    {
        var key = FactColumnKeys.Of(hash, configuration).Of(FactColumns.All);
        if (tables.TryGetValue(key, out var known)) return known;
        var table = FactTableBuilder.Open(cache, hash, () => OpenTape() ? tape!.Read(options.Workers, cancellation) : Taped(cancellation), configuration, options, cancellation);
        tables.Add(key, known = (table, new RuleBitStore(table)));
        OpenTape();
        return known;
    }

    private void Keep(CancellationToken cancellation)
    {
        if (OpenTape()) return;
        foreach (var _ in Taped(cancellation))
        {
        }
        if (!OpenTape()) throw new IOException($"{cache}: records written a moment ago cannot be read back; is the disk sound?");
    }

    /// <summary>Opens the tapes where they are there; how its files were read is then known again.</summary>
    private bool OpenTape()
    {
        if (tape is not null) return true;
        if ((tickets ??= TicketTape.Open(cache, hash)) is null || (tape = HistoryTape.Open(cache, hash)) is null) return false;
        if (Summary.Read == 0) Summary.Restore(tape.Summary);
        return true;
    }

    /// <summary>The records as they are read, kept on the way.</summary>
    private IEnumerable<HistoryRecord> Taped(CancellationToken cancellation)
    {
        using var writer = new HistoryTapeWriter(cache, hash);
        foreach (var record in read(cancellation))
        {
            writer.Add(record);
            yield return record;
        }
        writer.Complete(Summary);
    }
}
