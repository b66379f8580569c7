using System.Text;

namespace Escalation.Core.Tickets;

/// <summary>A cell of a CSV line, trimmed, and the column (from 1) where it begins.</summary>
public readonly record struct CsvCell(string Text, int Column);

/// <summary>Cuts and writes a line of comma-separated values; a value with a comma or a quote stands in <c>"double quotes"</c>, quotes in it doubled.</summary>
public static class CsvLine
{
    /// <summary>A value as it stands in a line: in quotes where it must, and never over a line end.</summary>
    public static string Cell(string value)
    {
        var line = value.ReplaceLineEndings(" ");
        return line.AsSpan().IndexOfAny(',', '"') < 0 ? line : $"\"{line.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>The cells of a line.</summary>
    /// <param name="line">Without its line end.</param>
    /// <param name="open">Whether a quote was not closed: then the last cell holds the rest of the line.</param>
    public static List<CsvCell> Split(string line, out bool open)
    {
        var cells = new List<CsvCell>();
        var text = new StringBuilder();
        var (quoted, start) = (false, 1);
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"') text.Append(line[++i]);
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted) Cut(i + 2);
            else text.Append(c);
        }
        Cut(0);
        open = quoted;
        return cells;

        void Cut(int next)
        {
            cells.Add(new CsvCell(text.ToString().Trim(), start));
            text.Clear();
            start = next;
        }
    }
}
