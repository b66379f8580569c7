using NodaTime;
using NodaTime.Text;

namespace Escalation.Rules.Documents;

/// <summary>One lists/NAME.csv: values, each with the time in which it holds.</summary>
/// <remarks>Immutable and safe to share. Values are compared by ordinal.</remarks>
internal sealed class ValueList(string name, IReadOnlyDictionary<string, IReadOnlyList<Interval>> values, bool hasUndated)
{
    /// <summary>The file's name without its ending.</summary>
    public string Name => name;

    /// <summary>Whether a row has no date at all and so always holds, also in a replay of long ago.</summary>
    public bool HasUndated => hasUndated;

    /// <summary>Different values.</summary>
    public int Count => values.Count;

    /// <summary>Whether the list holds the value at a time; the end of a row is exclusive.</summary>
    public bool Holds(string? value, Instant at)
    {
        if (value is null || !values.TryGetValue(value, out var spans)) return false;
        for (var i = 0; i < spans.Count; i++)
            if (spans[i].Contains(at)) return true;
        return false;
    }
}

/// <summary>Reads lists/NAME.csv: a header <c>value[,validFrom,validTo]</c>, then a value a line; dates are whole UTC days or instants.</summary>
internal static class ListDocument
{
    private static readonly string[] Columns = ["value", "validFrom", "validTo"];

    /// <summary>The list of a file.</summary>
    public static ValueList Parse(string name, string text, string file, ProblemList problems)
    {
        var values = new Dictionary<string, IReadOnlyList<Interval>>(StringComparer.Ordinal);
        var lines = text.Split('\n');
        var header = CsvLine.Split(lines[0], out _).Select(c => c.Text).ToArray();
        var undated = false;
        if (header.Length == 0 || header[0] != "value" || header.Distinct().Count() != header.Length || header.Except(Columns).Any())
            problems.Error(new Place(file, 1, 1), name, "the first line must be the header \"value\" or \"value,validFrom,validTo\"");
        else
            for (var i = 1; i < lines.Length; i++)
            {
                if (lines[i].Trim().Length == 0) continue;
                undated |= ReadRow(CsvLine.Split(lines[i], out _), header, new Place(file, i + 1, 1), name, values, problems);
            }
        return new ValueList(name, values, undated);
    }

    /// <summary>Reads one row into the values; true where it has no date.</summary>
    private static bool ReadRow(
        List<CsvCell> cells, string[] header, Place row, string list, Dictionary<string, IReadOnlyList<Interval>> values, ProblemList problems)
    {
        if (cells.Count > header.Length)
        {
            problems.Error(row with { Column = cells[header.Length].Column }, list, $"this row has {cells.Count} columns, the header has {header.Length}; put a value with a comma in \"double quotes\"");
            return false;
        }
        if (cells[0].Text.Length == 0)
        {
            problems.Error(row, list, "the value is blank; a blank matches nothing, take the row out");
            return false;
        }
        var from = DateIn("validFrom");
        var to = DateIn("validTo");
        if (from is not null && to is not null && to <= from) problems.Error(row, list, "validTo must be later than validFrom");
        else
        {
            var spans = values.TryGetValue(cells[0].Text, out var before) ? before : [];
            values[cells[0].Text] = [.. spans, new Interval(from, to)];
        }
        return from is null && to is null;

        Instant? DateIn(string column)
        {
            var index = Array.IndexOf(header, column);
            if (index < 0 || index >= cells.Count || cells[index].Text.Length == 0) return null;
            if (Dates.Parse(cells[index].Text) is { } instant) return instant;
            problems.Error(row with { Column = cells[index].Column }, list, $"\"{cells[index].Text}\" is no date; write 2026-01-31, or 2026-01-31T08:00:00Z");
            return null;
        }
    }
}

/// <summary>Dates of rule files: an instant with offset, or a whole day that begins at midnight UTC.</summary>
internal static class Dates
{
    /// <summary>The instant; null where the text is neither.</summary>
    public static Instant? Parse(string text)
    {
        if (OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } dated) return dated.Value.ToInstant();
        if (OffsetDateTimePattern.Rfc3339.Parse(text) is { Success: true } rfc) return rfc.Value.ToInstant();
        return LocalDatePattern.Iso.Parse(text) is { Success: true } day ? day.Value.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant() : null;
    }
}
