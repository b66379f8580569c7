using System.Text.Unicode;
using CsvHelper;
using Escalation.Core.Tickets;
using Escalation.History.Formats;

namespace Escalation.History.Reading;

/// <summary>Reads history from CSV: columns have the names of the JSON fields, <c>actor.kind</c> and <c>attributes.x</c> for what is nested, <c>;</c> between list entries.</summary>
internal sealed class HistoryCsvReader(HistoryReadOptions options)
{
    private readonly RecordDraft draft = new(options);

    /// <summary>Turns a CSV file into JSON lines in another file, so that order and memory are treated as for JSON. Problems go to the summary with the CSV's lines.</summary>
    /// <returns>The CSV's line of each line of the other file.</returns>
    public static IReadOnlyList<long> Spool(string path, RecordType? type, HistoryReadOptions options, InputSummary summary, string target, CancellationToken cancellation)
    {
        var reader = new HistoryCsvReader(options);
        using var output = File.Create(target);
        using var writer = new HistoryJsonWriter(output);
        using var rows = new CsvRows(FileOrder.Open(path), path, ',', summary);
        if (!Columns.TryParse(rows.Header, path, out var columns, out var problem))
        {
            summary.RejectRead(problem!);
            return [];
        }
        var places = new List<long>();
        while (rows.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            summary.Read++;
            reader.draft.Reset();
            if (reader.Build(rows, columns, type) is { } record)
            {
                writer.Write(record);
                places.Add(rows.Line);
            }
            else summary.Reject(reader.draft.Problem(path, rows.Line));
        }
        summary.Take(reader.draft.Counters);
        return places;
    }

    private HistoryRecord? Build(CsvRows rows, Columns columns, RecordType? fileType)
    {
        if (rows.Problem is { } problem) draft.Fail("line", problem);
        if (draft.Failed) return null;
        columns.Fill(draft, rows.Cells);
        var type = fileType;
        if (draft.Has(Field.Type) && !draft.Failed)
        {
            if (Wire.TryParse<RecordType>(draft.Text(Field.Type), out var named)) type = named;
            else draft.Fail(Field.Type, $"\"{draft.Text(Field.Type)}\" is none of {string.Join(", ", Wire.All<RecordType>())}");
        }
        if (type is null) draft.Fail(Field.Type, "is not known; name the file after its type, for example messages.csv, or add a column type");
        return draft.Failed ? null : draft.Build(type!.Value, rows.Line);
    }
}

/// <summary>The rows of a CSV stream as texts, with their lines and what is wrong with them as rows.</summary>
internal sealed class CsvRows : IDisposable
{
    private const int MaxRowBytes = 64 << 20;
    private readonly CsvReader csv;
    private readonly string file;
    private readonly InputSummary summary;

    /// <summary>Opens a stream, which is closed with it, and reads the header.</summary>
    public CsvRows(Stream stream, string file, char separator, InputSummary summary, System.Text.Encoding? encoding = null)
    {
        (this.file, this.summary) = (file, summary);
        csv = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = separator,
            SkipEmptyLines = false,
            TrackLineNumbers = true,
            MaxRecordSize = MaxRowBytes,
            PoolStrings = true,
            Encoding = encoding,
            MalformedData = CsvMalformedDataHandling.Skip,
            OnMalformedRecord = OnMalformed,
        }, leaveOpen: false);
        csv.ReadHeader();
        Header = [.. csv.Headers];
        Cells = new string[Header.Length];
    }

    /// <summary>Names of the columns.</summary>
    public string[] Header { get; }

    /// <summary>The cells of the row; reused for the next.</summary>
    public string[] Cells { get; }

    /// <summary>Where the row starts, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>What is wrong with the row as a whole, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Moves to the next row; false at the end, also at one that cannot be passed, which is then a problem of the summary.</summary>
    public bool Next()
    {
        try
        {
            if (!csv.Read()) return false;
        }
        catch (CsvFormatException broken)
        {
            summary.RejectRead(new InputProblem(file, broken.LineNumber, "line", $"{broken.Message} The rest of the file was not read; mend the quotes there"));
            return false;
        }
        Line = csv.LineNumber;
        Problem = csv.RawRecord.IsEmpty ? "is empty; take it out"
            : !Utf8.IsValid(csv.RawRecord) ? "holds bytes that are not valid UTF-8; write the file as UTF-8"
            : csv.FieldCount != Header.Length ? FormattableString.Invariant($"has {csv.FieldCount} cells, the header {Header.Length}; quote cells that hold a separator or a line break")
            : null;
        if (Problem is null)
            for (var i = 0; i < Cells.Length; i++) Cells[i] = csv.GetString(i);
        return true;
    }

    public void Dispose() => csv.Dispose();

    private void OnMalformed(CsvMalformedRecord bad)
    {
        if (bad.Reason != CsvMalformedReason.FieldCountMismatch)
            summary.RejectRead(new InputProblem(file, bad.LineNumber, "line", $"has broken quotes ({bad.Reason}); double each quote inside a quoted cell"));
    }
}
