using System.Text.Json;
using Escalation.History.Formats;
using Escalation.History.Reading;

namespace Escalation.History.Import;

/// <summary>The rows of a foreign file: cells by column.</summary>
internal interface IImportRows : IDisposable
{
    /// <summary>Columns that every row has; empty where each row has its own.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>The row's line, from 1.</summary>
    long Line { get; }

    /// <summary>What is wrong with the row as a whole, or null.</summary>
    string? Problem { get; }

    /// <summary>Cells of the row that are not blank, by column.</summary>
    IReadOnlyDictionary<string, string> Cells { get; }

    bool Next();
}

internal sealed class CsvImportRows : IImportRows
{
    private readonly CsvRows rows;
    private readonly Dictionary<string, string> cells = new(StringComparer.Ordinal);

    public CsvImportRows(string path, ImportMap map, InputSummary summary) =>
        rows = new CsvRows(FileOrder.Open(path), path, map.Delimiter, summary, string.Equals(map.Encoding, "utf-8", StringComparison.OrdinalIgnoreCase) ? null : ImportEncoding.Of(map.Encoding));

    public IReadOnlyList<string> Columns => rows.Header;

    public long Line => rows.Line;

    public string? Problem => rows.Problem;

    public IReadOnlyDictionary<string, string> Cells => cells;

    public bool Next()
    {
        cells.Clear();
        if (!rows.Next()) return false;
        if (rows.Problem is null)
            for (var i = 0; i < rows.Header.Length; i++)
                if (rows.Cells[i].Length > 0) cells[rows.Header[i]] = rows.Cells[i];
        return true;
    }

    public void Dispose() => rows.Dispose();
}

/// <summary>Lines of JSON objects; nested objects give columns with dots, arrays of strings cells joined by <c>;</c>.</summary>
internal sealed class JsonImportRows(string path, ImportMap map) : IImportRows
{
    private readonly StreamReader text = new(FileOrder.Open(path), ImportEncoding.Of(map.Encoding));
    private readonly Dictionary<string, string> cells = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Columns => [];

    public long Line { get; private set; }

    public string? Problem { get; private set; }

    public IReadOnlyDictionary<string, string> Cells => cells;

    public bool Next()
    {
        cells.Clear();
        Problem = null;
        if (text.ReadLine() is not { } line) return false;
        Line++;
        if (string.IsNullOrWhiteSpace(line)) Problem = "is empty; take it out";
        else Read(line);
        return true;
    }

    public void Dispose() => text.Dispose();

    private void Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind == JsonValueKind.Object) JsonCells.Flatten(document.RootElement, cells);
            else Problem = "is no JSON object; each line holds one";
        }
        catch (JsonException)
        {
            Problem = "is not valid JSON; each line holds one JSON object";
        }
    }
}

/// <summary>One JSON object as a row.</summary>
internal sealed class ObjectRow : IImportRows
{
    private readonly Dictionary<string, string> cells = new(StringComparer.Ordinal);

    public ObjectRow(JsonElement body) => JsonCells.Flatten(body, cells);

    public IReadOnlyList<string> Columns => [];

    public long Line => 1;

    public string? Problem => null;

    public IReadOnlyDictionary<string, string> Cells => cells;

    public bool Next() => false;

    public void Dispose()
    {
    }
}

/// <summary>The fields of a JSON object as cells: nested objects give columns with dots, arrays cells joined by <c>;</c>.</summary>
internal static class JsonCells
{
    public static void Flatten(JsonElement element, Dictionary<string, string> cells) => Flatten("", element, cells);

    private static void Flatten(string prefix, JsonElement element, Dictionary<string, string> cells)
    {
        foreach (var property in element.EnumerateObject())
        {
            var (name, value) = (prefix + property.Name, property.Value);
            if (value.ValueKind == JsonValueKind.Object) Flatten(name + ".", value, cells);
            else if (value.ValueKind == JsonValueKind.Array) cells[name] = string.Join(';', value.EnumerateArray().Select(e => e.ToString()));
            else if (value.ValueKind != JsonValueKind.Null && value.ToString() is { Length: > 0 } cell) cells[name] = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? cell.ToLowerInvariant() : cell;
        }
    }
}
