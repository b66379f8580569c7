using System.Globalization;
using CsvHelper;

namespace Escalation.History.Reading;

/// <summary>One row of a <see cref="CsvTable"/>, by the names of its columns. It is good until the next row is read.</summary>
/// <remarks>Of no use beyond the callback that it is handed to.</remarks>
public readonly struct CsvTableRow
{
    private readonly CsvReader csv;
    private readonly string[] headers;
    private readonly string path;

    internal CsvTableRow(CsvReader csv, string[] headers, string path) => (this.csv, this.headers, this.path) = (csv, headers, path);

    /// <summary>A cell without white space around it; empty where the file has no such column or the row ends before it.</summary>
    public string this[string column] => Array.IndexOf(headers, column) is >= 0 and var i && i < csv.FieldCount ? csv.GetString(i).Trim() : "";

    /// <summary>What is wrong, with the file and the row (from 1, the header not counted) before it.</summary>
    public string Problem(string what) => string.Create(CultureInfo.InvariantCulture, $"{path}: row {csv.RowNumber}: {what}");
}

/// <summary>A small CSV file with a header, as people fill it in and hand it over.</summary>
public static class CsvTable
{
    /// <summary>Reads every row.</summary>
    /// <param name="path">The file; UTF-8, or what its byte order mark says.</param>
    /// <param name="required">Columns it must have.</param>
    /// <param name="wayOut">What to do about a missing column, as the end of a sentence.</param>
    /// <param name="read">Is called for each row, in the file's order; it says problems of its own with <see cref="CsvTableRow.Problem"/>.</param>
    /// <param name="problems">What is wrong where is added; no row is read where a column is missing.</param>
    public static void Read(string path, IReadOnlyList<string> required, string wayOut, Action<CsvTableRow> read, List<string> problems)
    {
        try
        {
            using var csv = CsvReader.FromFile(path);
            var any = csv.Read();
            var headers = csv.Headers.ToArray();
            var missing = required.Where(c => !headers.Contains(c, StringComparer.Ordinal)).ToList();
            problems.AddRange(missing.Select(c => $"{path}: no column '{c}'; {wayOut}"));
            if (missing.Count > 0) return;
            for (var row = new CsvTableRow(csv, headers, path); any; any = csv.Read()) read(row);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CsvFormatException)
        {
            problems.Add($"{path}: cannot be read ({e.Message})");
        }
    }
}
