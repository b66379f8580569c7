using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using CsvHelper;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.Trainer.Data;

/// <summary>Which columns of a CSV hold what.</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">The label; null = the rows are to be predicted, every label reads as false.</param>
/// <param name="Customer">Who wrote it; null = <c>customer_id</c> or <c>customerId</c> where there is one.</param>
/// <param name="Time">When; null = <c>created_at</c> or <c>at</c> where there is one.</param>
public sealed record CsvColumns(string Text, string? Label, string? Customer = null, string? Time = null)
{
    /// <summary>Whether the label names a team, and is not yes or no.</summary>
    public bool NamesTeams { get; init; }

    /// <summary>The zone of times without an offset; null refuses them.</summary>
    public DateTimeZone? TimeZone { get; init; }

    /// <summary>The file's encoding; null = UTF-8, or what its byte order mark says.</summary>
    public Encoding? Encoding { get; init; }
}

/// <summary>Reads labelled texts from a CSV file with a header (RFC 4180; comma, semicolon, tab or bar).</summary>
public sealed class TrainingCsv(string path, CsvColumns columns) : ITrainingSource
{
    private const char Undecodable = '\uFFFD';
    private static readonly string[] CustomerNames = ["customer_id", "customerId"], TimeNames = ["created_at", "createdAt", "at"], IdNames = ["id"], ChannelNames = ["channel"], TierNames = ["tier"];

    /// <inheritdoc/>
    /// <remarks>Quoted mail and signatures are taken out, as before live scoring. Rows are counted from 1, the header not included. Reading goes on after a bad row; equal problems are one line, and after 20 different ones reading stops.</remarks>
    public Task<TrainingRows> ReadAsync(CancellationToken cancellation) => Task.Run(() => Read(cancellation), cancellation);

    private TrainingRows Read(CancellationToken cancellation)
    {
        var problems = new List<string>();
        var rows = new List<LabelledText>();
        var notes = new List<string>();
        var hash = "";
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            hash = Convert.ToHexStringLower(SHA256.HashData(file));
            file.Position = 0;
            if (columns.Encoding is null && WideEncoding(file) is { } wide)
            {
                problems.Add($"{path}: looks like {wide} without a byte order mark; name the encoding with --encoding {wide}, or save it as UTF-8");
                return new TrainingRows(Path.GetFileName(path), hash, rows, problems);
            }
            using var csv = CsvReader.Create(file, CsvReaderOptions.Default with { MalformedData = CsvMalformedDataHandling.Throw, TrackLineNumbers = true, Encoding = columns.Encoding }, leaveOpen: true);
            ReadRows(csv, rows, problems, notes, cancellation);
            if (columns.Encoding is null && rows.Find(r => r.Text.Contains(Undecodable, StringComparison.Ordinal)) is { } first && !Utf8.IsValid(File.ReadAllBytes(path)))
                problems.Add($"{path}: row {first.Id}: {columns.Text}: is not UTF-8; name the file's encoding, for example --encoding windows-1252, or save it as UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{path}: cannot be read ({e.Message})");
        }
        catch (CsvFormatException e)
        {
            problems.Add($"{path}:{e.LineNumber}: {e.Message}");
        }
        return new TrainingRows(Path.GetFileName(path), hash, rows, problems) { Notes = notes };
    }

    private void ReadRows(CsvReader csv, List<LabelledText> rows, List<string> problems, List<string> notes, CancellationToken cancellation)
    {
        if (!csv.Read() && csv.Headers.Count == 0)
        {
            problems.Add($"{path}: is empty; a header row with the columns is needed");
            return;
        }
        var headers = csv.Headers.ToArray();
        var text = Required(headers, columns.Text, problems);
        var label = columns.Label is null ? -1 : Required(headers, columns.Label, problems);
        var customer = columns.Customer is null ? Known(headers, CustomerNames) : Required(headers, columns.Customer, problems);
        var time = columns.Time is null ? Known(headers, TimeNames) : Required(headers, columns.Time, problems);
        int id = Known(headers, IdNames), channel = Known(headers, ChannelNames), tier = Known(headers, TierNames);
        if (problems.Count > 0) return;
        if (csv.FieldCount == 0)
        {
            problems.Add($"{path}: has a header and no rows");
            return;
        }
        var leaks = new ColumnLeaks(headers, label < 0 || columns.NamesTeams ? [.. Enumerable.Range(0, headers.Length)] : [text, label, customer, time, id]);
        var wrong = new RowProblems(path);
        do
        {
            cancellation.ThrowIfCancellationRequested();
            var row = csv.RowNumber;
            var positive = false;
            var team = columns.NamesTeams && csv.FieldCount == headers.Length ? Blank(csv.GetString(label))?.Trim() : null;
            if (csv.FieldCount != headers.Length)
                wrong.Add(row, $"{csv.FieldCount} fields where the header has {headers.Length}");
            else if (columns.NamesTeams && team is null)
                wrong.Add(row, $"{columns.Label}: is blank; every row needs its right team");
            else if (label >= 0 && !columns.NamesTeams && !TryLabel(csv.GetString(label), out positive))
                wrong.Add(row, $"{columns.Label}: '{csv.GetString(label)}' is neither 1, true, yes nor 0, false, no{(Blank(csv.GetString(label)) is null ? "; fill it in, or leave out the rows that nobody labelled" : "")}");
            else if (!TryTime(time < 0 ? "" : csv.GetString(time), out var at))
                wrong.Add(row, $"{headers[time]}: '{csv.GetString(time)}' is no time with an offset such as 2026-03-02T12:00:00Z; say the zone with --time-zone, or name another column with --time-column");
            else
            {
                rows.Add(new LabelledText(TextCleaner.Clean(csv.GetString(text)).Text, positive, customer < 0 ? null : Blank(csv.GetString(customer)), at, id < 0 ? row.ToString(CultureInfo.InvariantCulture) : csv.GetString(id),
                    Channel: channel < 0 ? null : Blank(csv.GetString(channel)), Tier: tier < 0 ? null : Blank(csv.GetString(tier)), Team: team));
                for (var column = 0; column < headers.Length; column++) leaks.See(column, csv.GetString(column), positive);
            }
        }
        while (!wrong.IsFull && csv.Read());
        problems.AddRange(wrong.Lines());
        notes.AddRange(leaks.Notes(Path.GetFileName(path)));
    }

    /// <summary>The wide encoding that the first two characters, of a header and so of ASCII, betray; null = none.</summary>
    private static string? WideEncoding(FileStream file)
    {
        Span<byte> first = stackalloc byte[4];
        var read = file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        file.Position = 0;
        if (read < first.Length) return null;
        return first is [> 0 and < 128, 0, > 0 and < 128, 0] ? "utf-16" : first is [0, > 0 and < 128, 0, > 0 and < 128] ? "utf-16BE" : null;
    }

    private static bool TryLabel(string value, out bool positive)
    {
        value = value.Trim();
        positive = Any(value, "1", "true", "yes", "1.0", "1,0");        // as spreadsheets write numbers, those with decimal commas too
        return positive || Any(value, "0", "false", "no", "0.0", "0,0");

        static bool Any(string value, params ReadOnlySpan<string> accepted)
        {
            foreach (var word in accepted)
                if (value.Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
            return false;
        }
    }

    private bool TryTime(string value, out Instant? at)
    {
        at = null;
        if (Blank(value) is null) return true;
        if (WireTime.Read(Encoding.UTF8.GetBytes(value.Trim()), columns.TimeZone, out var instant, out _) != TimeReading.Done) return false;
        at = instant;
        return true;
    }

    private int Required(string[] headers, string name, List<string> problems)
    {
        var index = Array.IndexOf(headers, name);
        if (index < 0) problems.Add($"{path}: no column '{name}'{(Suggestion.Nearest(name, headers) is { } near ? $", did you mean '{near}'?" : "")}; present: {string.Join(", ", headers)}");
        return index;
    }

    private static int Known(string[] headers, string[] names) => Array.FindIndex(headers, names.Contains);

    private static string? Blank(string value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
