using Escalation.Core.Tickets;
using Escalation.History.Formats;

namespace Escalation.History.Reading;

/// <summary>A folder or files of history as one stream of records in the total order of <see cref="HistoryOrder"/>.</summary>
/// <remarks>
/// Memory is bounded: files in order are streamed, others are read through an index of offsets. A bad line is a problem in <see cref="Summary"/>
/// and the rest goes on. Equal input gives an equal stream for any number of workers.
/// </remarks>
public sealed class HistorySource
{
    private readonly IReadOnlyList<NamedFile> files;
    private readonly HistoryReadOptions options;

    private HistorySource(IReadOnlyList<NamedFile> files, HistoryReadOptions options) => (this.files, this.options) = (files, options);

    /// <summary>How reading went; complete when <see cref="Read"/> has come to its end.</summary>
    public InputSummary Summary { get; } = new();

    /// <summary>The files that are read.</summary>
    public IEnumerable<string> Files => files.Select(f => f.Path);

    /// <summary>Lines of all files, for progress; known once <see cref="Read"/> has looked at them.</summary>
    public long TotalLines { get; private set; }

    /// <summary>Opens folders (their known file names, never the truth file) and files; null with a problem where one is not there.</summary>
    public static HistorySource? Open(IReadOnlyList<string> paths, HistoryReadOptions options, out InputProblem? problem)
    {
        var files = KnownFiles.Find(paths, out problem);
        return problem is null ? new HistorySource(files, options) : null;
    }

    /// <summary>All records, in order, each delivery once.</summary>
    /// <exception cref="IOException">A file could not be read to its end.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public IEnumerable<HistoryRecord> Read(CancellationToken cancellation = default)
    {
        var parsers = new ParserPool(options);
        var spools = new List<string>();
        var open = new List<HistoryFile>();
        try
        {
            var toRead = files.Select(f => (File: f, Read: f.IsCsv ? Spool(f, spools, cancellation) : (f.Path, null))).ToList();
            var looks = LookAt(toRead.Select(r => r.Read.Path), cancellation);
            foreach (var ((file, (path, lines)), look) in toRead.Zip(looks)) open.Add(OpenFile(file, path, lines, look, parsers));
            foreach (var file in open) file.Advance(cancellation);
            var filter = new DeliveryFilter();
            var census = new HistoryCensus(Summary);
            foreach (var placed in OrderTies(Merge(open, cancellation)))
            {
                if (!filter.IsNew(placed.Record))
                {
                    Summary.Repeat(placed.Repeated());
                    continue;
                }
                Summary.Accepted++;
                census.Take(placed);
                yield return placed.Record;
            }
            census.Complete();
        }
        finally
        {
            foreach (var file in open) file.Dispose();
            foreach (var spool in spools) File.Delete(spool);
        }
    }

    private (string Path, IReadOnlyList<long>? Lines) Spool(NamedFile file, List<string> spools, CancellationToken cancellation)
    {
        var path = Path.GetTempFileName();
        spools.Add(path);
        return (path, HistoryCsvReader.Spool(file.Path, file.Type, options, Summary, path, cancellation));
    }

    /// <summary>The files are looked at side by side; what was found is in their order.</summary>
    private FileLook[] LookAt(IEnumerable<string> paths, CancellationToken cancellation)
    {
        if (options.Workers <= 1) return [.. paths.Select(p => FileOrder.Look(p, options.TimeZone, cancellation))];
        return Task.WhenAll(paths.Select(p => Task.Run(() => FileOrder.Look(p, options.TimeZone, cancellation), cancellation))).GetAwaiter().GetResult();
    }

    private HistoryFile OpenFile(NamedFile file, string path, IReadOnlyList<long>? lines, FileLook look, ParserPool parsers)
    {
        TotalLines += look.Lines;
        foreach (var problem in look.Problems) Summary.RejectRead(problem);
        var type = file.IsCsv ? null : file.Type;
        if (file.IsCsv) parsers = new ParserPool(options with { TimeZone = null });
        if (look.Index is not { } index) return new SequentialJsonFile(FileOrder.Open(path), file.Path, type, parsers, Summary) { SpoolOf = lines };
        Summary.UnorderedFiles++;
        return new IndexedJsonFile(path, file.Path, type, parsers, Summary, index) { SpoolOf = lines };
    }

    private static IEnumerable<PlacedRecord> Merge(List<HistoryFile> open, CancellationToken cancellation)
    {
        while (true)
        {
            HistoryFile? first = null;
            foreach (var file in open)
                if (file.Head is { } head && (first is null || Earlier(head, first.Head!))) first = file;
            if (first is null) yield break;
            var placed = new PlacedRecord(first.Head!, first.Name, first.HeadLine);
            first.Advance(cancellation);
            yield return placed;
        }
    }

    private static bool Earlier(HistoryRecord one, HistoryRecord other)
    {
        var order = one.Received.CompareTo(other.Received);
        return order == 0 ? one.At < other.At : order < 0;
    }

    /// <summary>Files are only in order of (receivedAt, at); here the rest of the total order is made within each run of equal times.</summary>
    private static IEnumerable<PlacedRecord> OrderTies(IEnumerable<PlacedRecord> records)
    {
        var run = new List<PlacedRecord>();
        foreach (var placed in records)
        {
            if (run.Count > 0 && (run[0].Record.At != placed.Record.At || run[0].Record.Received != placed.Record.Received))
            {
                if (run.Count > 1) SortTies(run);
                for (var i = 0; i < run.Count; i++) yield return run[i];
                run.Clear();
            }
            run.Add(placed);
        }
        SortTies(run);
        for (var i = 0; i < run.Count; i++) yield return run[i];
    }

    /// <summary>Stable, so that equal ones stay as they stand in their files.</summary>
    private static void SortTies(List<PlacedRecord> run)
    {
        var sorted = run.OrderBy(p => p.Record, TieOrder.Instance).ToList();
        for (var i = 0; i < run.Count; i++) run[i] = sorted[i];
    }

    /// <summary>The total order, and for one message's revisions the number.</summary>
    private sealed class TieOrder : IComparer<HistoryRecord>
    {
        public static readonly TieOrder Instance = new();

        public int Compare(HistoryRecord? x, HistoryRecord? y)
        {
            var order = HistoryOrder.Instance.Compare(x, y);
            return order == 0 && x is Message one && y is Message other ? one.Revision.CompareTo(other.Revision) : order;
        }
    }
}
