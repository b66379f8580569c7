namespace Escalation.Cli;

/// <summary>A table for a terminal or a file: columns two blanks apart, as wide as their widest cell, a line a row whatever the window's width.</summary>
internal sealed class TextTable(params IReadOnlyList<string> columns)
{
    private readonly List<IReadOnlyList<string>> rows = [columns];

    /// <summary>A row, a cell a column.</summary>
    public void Add(params IReadOnlyList<string> cells) => rows.Add(cells);

    /// <summary>Writes it with a blank line before and after.</summary>
    public void Write(TextWriter output)
    {
        int[] widths = [.. columns.Select((_, c) => rows.Max(r => r[c].Length))];
        output.WriteLine();
        foreach (var row in rows) output.WriteLine(string.Join("  ", row.Select((cell, c) => cell.PadRight(widths[c]))).TrimEnd());
        output.WriteLine();
    }
}
