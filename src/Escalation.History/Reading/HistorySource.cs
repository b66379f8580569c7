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
            var toRead = files.Select(f => (File: f, Path: f.IsCsv ? Spool(f, spools, cancellation) : f.Path)).ToList();
            var looks = LookAt(toRead.Select(r => r.Path), cancellation);
            foreach (var ((file, path), look) in toRead.Zip(looks)) open.Add(OpenFile(file, path, look, parsers));
            foreach (var file in open) file.Advance(cancellation);
            var filter = new DeliveryFilter();
            foreach (var record in OrderTies(Merge(open, cancellation)))
            {
                if (!filter.IsNew(record))
                {
                    Summary.Duplicates++;
                    continue;
                }
                Summary.Accepted++;
                yield return record;
            }
        }
        finally
        {
            foreach (var file in open) file.Dispose();
            foreach (var spool in spools) File.Delete(spool);
        }
    }

    private string Spool(NamedFile file, List<string> spools, CancellationToken cancellation)
    {
        var path = Path.GetTempFileName();
        spools.Add(path);
        HistoryCsvReader.Spool(file.Path, file.Type, options, Summary, path, cancellation);
        return path;
    }

    /// <summary>The files are looked at side by side; what was found is in their order.</summary>
    private FileLook[] LookAt(IEnumerable<string> paths, CancellationToken cancellation)
    {
        if (options.Workers <= 1) return [.. paths.Select(p => FileOrder.Look(p, options.TimeZone, cancellation))];
        return Task.WhenAll(paths.Select(p => Task.Run(() => FileOrder.Look(p, options.TimeZone, cancellation), cancellation))).GetAwaiter().GetResult();
    }

    private HistoryFile OpenFile(NamedFile file, string path, FileLook look, ParserPool parsers)
    {
        TotalLines += look.Lines;
        foreach (var problem in look.Problems) Summary.RejectRead(problem);
        var type = file.IsCsv ? null : file.Type;
        if (file.IsCsv) parsers = new ParserPool(options with { TimeZone = null });
        if (look.Index is not { } index) return new SequentialJsonFile(FileOrder.Open(path), file.Path, type, parsers, Summary) { IsSpool = file.IsCsv };
        Summary.UnorderedFiles++;
        return new IndexedJsonFile(path, type, parsers, Summary, index) { IsSpool = file.IsCsv };
    }

    private static IEnumerable<HistoryRecord> Merge(List<HistoryFile> open, CancellationToken cancellation)
    {
        while (true)
        {
            HistoryFile? first = null;
            foreach (var file in open)
                if (file.Head is { } head && (first is null || Earlier(head, first.Head!))) first = file;
            if (first is null) yield break;
            var record = first.Head!;
            first.Advance(cancellation);
            yield return record;
        }
    }

    private static bool Earlier(HistoryRecord one, HistoryRecord other)
    {
        var order = one.Received.CompareTo(other.Received);
        return order == 0 ? one.At < other.At : order < 0;
    }

    /// <summary>Files are only in order of (receivedAt, at); here the rest of the total order is made within each run of equal times.</summary>
    private static IEnumerable<HistoryRecord> OrderTies(IEnumerable<HistoryRecord> records)
    {
        var run = new List<HistoryRecord>();
        foreach (var record in records)
        {
            if (run.Count > 0 && (run[0].At != record.At || run[0].Received != record.Received))
            {
                if (run.Count > 1) SortTies(run);
                for (var i = 0; i < run.Count; i++) yield return run[i];
                run.Clear();
            }
            run.Add(record);
        }
        SortTies(run);
        for (var i = 0; i < run.Count; i++) yield return run[i];
    }

    /// <summary>Stable, so that equal ones stay as they stand in their files.</summary>
    private static void SortTies(List<HistoryRecord> run)
    {
        var sorted = run.Order(TieOrder.Instance).ToList();
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
