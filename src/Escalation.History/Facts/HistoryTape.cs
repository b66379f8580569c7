using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using NodaTime;

namespace Escalation.History.Facts;

/// <summary>The records of a history in the order in which they were read, in a file that is mapped into memory: read again, they cost a tenth of their JSON.</summary>
/// <remarks>In blocks, so that several threads read ahead. Beside the records: how reading them went.</remarks>
public sealed class HistoryTape : IDisposable
{
    /// <summary>Records of a block.</summary>
    internal const int BlockSize = 1024;

    private readonly ColumnFile file;
    private readonly string[] names;
    private readonly int blocks;

    private HistoryTape(ColumnFile file)
    {
        this.file = file;
        var about = new RowReader(file[^1], []);
        (Count, names) = (about.Long(), new string[about.Int()]);
        var words = new RowReader(file[^2], []);
        for (var i = 0; i < names.Length; i++) names[i] = words.Text();
        Summary = ReadSummary(ref about);
        blocks = file.Count - 2;
    }

    /// <summary>Records.</summary>
    public long Count { get; }

    /// <summary>How the files were read when the tape was written.</summary>
    public InputSummary Summary { get; }

    /// <summary>Opens the tape of a history in a cache; null where there is none, where another build made it, or where it is damaged.</summary>
    /// <param name="cache">Folder of the cache.</param>
    /// <param name="observed">Hash of the history.</param>
    public static HistoryTape? Open(string cache, string observed) => ColumnFile.Open(PathOf(cache, observed), KeyOf(observed)) is { } file ? new HistoryTape(file) : null;

    internal static string PathOf(string cache, string observed) => Path.Combine(FactTableFiles.FolderOf(cache, observed), "tape.col");

    /// <remarks>The build stands for the form of records: a tape of another build is never taken.</remarks>
    internal static string KeyOf(string observed) => $"{observed} {typeof(HistoryTape).Module.ModuleVersionId}";

    /// <summary>All records in order; blocks are read ahead.</summary>
    /// <param name="workers">Threads, at least 1; the result does not depend on it.</param>
    /// <param name="cancellation">Ends between two blocks.</param>
    public IEnumerable<HistoryRecord> Read(int workers, CancellationToken cancellation)
    {
        var ahead = new Queue<Ahead<HistoryRecord[]>>();
        for (int next = 0, taken = 0; taken < blocks; taken++)
        {
            for (; next < blocks && ahead.Count <= workers * 2; next++)
            {
                cancellation.ThrowIfCancellationRequested();
                var block = next;
                ahead.Enqueue(new Ahead<HistoryRecord[]>(() => ReadBlock(block), workers > 1));
            }
            foreach (var record in ahead.Dequeue().Take()) yield return record;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private HistoryRecord[] ReadBlock(int block)
    {
        var row = new RowReader(file[block], names);
        var records = new HistoryRecord[row.Int()];
        for (var i = 0; i < records.Length; i++) records[i] = RecordCodec.Read(ref row);
        return records;
    }

    private static InputSummary ReadSummary(ref RowReader row)
    {
        var summary = new InputSummary
        {
            Read = row.Long(),
            Accepted = row.Long(),
            Duplicates = row.Long(),
            MissingReceivedAt = row.Long(),
            AmbiguousLocalTimes = row.Long(),
            TicketsMade = row.Long(),
            UnorderedFiles = row.Int(),
        };
        summary.Endings = row.Long();
        var (rejected, unknownTickets, unknownTicketRows) = (row.Long(), row.Long(), row.Long());
        var kept = new (DropReason, InputProblem)[row.Int()];
        for (var i = 0; i < kept.Length; i++) kept[i] = ((DropReason)row.Int(), new InputProblem(row.Text(), row.Long(), row.Text(), row.Text()));
        summary.Restore(kept, rejected, unknownTickets, unknownTicketRows);
        var gaps = new TimeGap[row.Int()];
        for (var i = 0; i < gaps.Length; i++) gaps[i] = new TimeGap(Instant.FromUnixTimeMilliseconds(row.Long()), Instant.FromUnixTimeMilliseconds(row.Long()));
        summary.Gaps = gaps;
        return summary;
    }
}

/// <summary>Writes a <see cref="HistoryTape"/> and the <see cref="TicketTape"/> of the same history. A file appears under its name only when complete.</summary>
public sealed class HistoryTapeWriter : IDisposable
{
    private readonly string key;
    private readonly ColumnFileWriter file;
    private readonly TicketTapeWriter tickets;
    private readonly ValueWriter block = new();
    private readonly ValueWriter header = new();
    private long count;
    private int inBlock;

    /// <summary>Begins a file.</summary>
    /// <param name="cache">Folder of the cache; made where it is not there.</param>
    /// <param name="observed">Hash of the history.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public HistoryTapeWriter(string cache, string observed)
    {
        Directory.CreateDirectory(FactTableFiles.FolderOf(cache, observed));
        (key, file) = (HistoryTape.KeyOf(observed), new ColumnFileWriter(HistoryTape.PathOf(cache, observed)));
        tickets = new TicketTapeWriter(cache, observed);
    }

    /// <summary>Adds a record.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Add(HistoryRecord record)
    {
        RecordCodec.Write(block, record);
        tickets.Add(record);
        count++;
        if (++inBlock == HistoryTape.BlockSize) EndBlock();
    }

    /// <summary>Ends the tape.</summary>
    /// <param name="summary">How reading went.</param>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Complete(InputSummary summary)
    {
        if (inBlock > 0) EndBlock();
        foreach (var name in block.Names) header.Text(name);
        EndSection(header);
        header.Int(count);
        header.Int(block.Names.Length);
        Write(header, summary);
        EndSection(header);
        file.Complete(key);
        tickets.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        tickets.Dispose();
    }

    private void EndBlock()
    {
        header.Int(inBlock);
        file.Append(header.Written);
        header.Clear();
        EndSection(block);
        inBlock = 0;
    }

    private void EndSection(ValueWriter values)
    {
        file.Append(values.Written);
        file.EndSection();
        values.Clear();
    }

    private static void Write(ValueWriter row, InputSummary summary)
    {
        row.Int(summary.Read);
        row.Int(summary.Accepted);
        row.Int(summary.Duplicates);
        row.Int(summary.MissingReceivedAt);
        row.Int(summary.AmbiguousLocalTimes);
        row.Int(summary.TicketsMade);
        row.Int(summary.UnorderedFiles);
        row.Int(summary.Endings);
        row.Int(summary.RejectedCount);
        row.Int(summary.UnknownTickets);
        row.Int(summary.UnknownTicketRows);
        row.Int(summary.Dropped.Count());
        foreach (var (reason, problem) in summary.Dropped)
        {
            row.Int((int)reason);
            row.Text(problem.File);
            row.Int(problem.Line);
            row.Text(problem.Field);
            row.Text(problem.Message);
        }
        row.Int(summary.Gaps.Count);
        foreach (var (from, to) in summary.Gaps)
        {
            row.Int(from.ToUnixTimeMilliseconds());
            row.Int(to.ToUnixTimeMilliseconds());
        }
    }
}
