using Escalation.Core.Tickets;
using NodaTime;
using NodaTime.Text;

namespace Escalation.Rules.Documents;

/// <summary>Reads lists/NAME.csv: a header <c>value[,validFrom,validTo]</c>, then a value a line; dates are whole UTC days or instants.</summary>
internal static class ListDocument
{
    private static readonly string[] Columns = ["value", "validFrom", "validTo"];

    /// <summary>The list of a file.</summary>
    /// <param name="name">The file's name without its ending.</param>
    /// <param name="text">As hashed.</param>
    /// <param name="file">For places.</param>
    /// <param name="problems">Where problems go.</param>
    public static ValueList Parse(string name, string text, string file, ProblemList problems)
    {
        var values = new ValueListBuilder(name);
        string[]? header = null;
        var number = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range);
            number++;
            if (header is null)
            {
                header = [.. CsvLine.Split(line.ToString(), out _).Select(c => c.Text)];
                if (header.Length > 0 && header[0] == "value" && header.Distinct().Count() == header.Length && !header.Except(Columns).Any()) continue;
                problems.Error(new Place(file, 1, 1), name, "the first line must be the header \"value\" or \"value,validFrom,validTo\"");
                break;
            }
            var trimmed = line.Trim();
            if (trimmed.IsEmpty) continue;
            // Most lists are long and plain: such a line is a value and nothing else.
            if (header.Length == 1 && trimmed.IndexOfAny(',', '"') < 0) values.Add(trimmed, null, null);
            else ReadRow(CsvLine.Split(line.ToString(), out _), header, new Place(file, number, 1), name, values, problems);
        }
        return values.Build();
    }

    private static void ReadRow(List<CsvCell> cells, string[] header, Place row, string list, ValueListBuilder values, ProblemList problems)
    {
        if (cells.Count > header.Length)
            problems.Error(row with { Column = cells[header.Length].Column }, list, $"this row has {cells.Count} columns, the header has {header.Length}; put a value with a comma in \"double quotes\"");
        else if (cells[0].Text.Length == 0)
            problems.Error(row, list, "the value is blank; a blank matches nothing, take the row out");
        else
        {
            var (from, to) = (DateIn("validFrom"), DateIn("validTo"));
            if (from is not null && to is not null && to <= from) problems.Error(row, list, "validTo must be later than validFrom");
            else values.Add(cells[0].Text, from, to);
        }

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
