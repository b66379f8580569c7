using System.Runtime.InteropServices;

namespace Escalation.History.Facts;

/// <summary>One column as written by <see cref="RowWriter"/>.</summary>
internal sealed class RowColumn : IDisposable
{
    private readonly ColumnFile file;
    private readonly string[] names;

    private RowColumn(ColumnFile file)
    {
        this.file = file;
        var list = new List<string>();
        var reader = new RowReader(file[2], []);
        while (!reader.IsAtEnd) list.Add(reader.Text());
        names = [.. list];
    }

    /// <summary>Rows.</summary>
    public int Count => file[1].Length / sizeof(long);

    public static RowColumn? Open(string path, string key) => ColumnFile.Open(path, key) is { } file ? new RowColumn(file) : null;

    /// <summary>A reader at the start of a row.</summary>
    public RowReader At(int row) => new(file[0][(int)MemoryMarshal.Cast<byte, long>(file[1])[row]..], names);

    public void Dispose() => file.Dispose();
}
