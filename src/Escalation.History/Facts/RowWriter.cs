using System.Buffers.Binary;

namespace Escalation.History.Facts;

/// <summary>Writes one column: rows of values.</summary>
internal sealed class RowWriter(string path) : ValueWriter, IDisposable
{
    private readonly ColumnFileWriter file = new(path);
    private readonly ValueWriter lengths = new();       // a byte or two a row, where places would take eight
    private int rows;

    public void EndRow()
    {
        lengths.Int(Written.Length);
        rows++;
        file.Append(Written);
        Clear();
    }

    public void Complete(string key)
    {
        file.EndSection();
        var length = new RowReader(lengths.Written, []);
        Span<byte> place = stackalloc byte[sizeof(long)];
        for (long row = 0, start = 0; row < rows; row++, start += length.Long())
        {
            BinaryPrimitives.WriteInt64LittleEndian(place, start);
            file.Append(place);
        }
        file.EndSection();
        foreach (var name in Names) Text(name);
        file.Append(Written);
        file.EndSection();
        file.Complete(key);
    }

    public void Dispose() => file.Dispose();
}
