using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

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

/// <summary>Reads the values of a row in the order in which they were written.</summary>
internal ref struct RowReader(ReadOnlySpan<byte> bytes, string[] names)
{
    private ReadOnlySpan<byte> rest = bytes;

    public readonly bool IsAtEnd => rest.Length == 0;

    public long Long()
    {
        ulong value = 0;
        var (shift, used) = (0, 0);
        byte next;
        do
        {
            next = rest[used++];
            value |= (ulong)(next & 0x7F) << shift;
            shift += 7;
        }
        while (next >= 0x80);
        rest = rest[used..];
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public int Int() => (int)Long();

    public bool Flag() => Long() != 0;

    public double Double()
    {
        var value = BinaryPrimitives.ReadDoubleLittleEndian(rest);
        rest = rest[sizeof(double)..];
        return value;
    }

    public string Text()
    {
        var header = Int();
        var length = header / 2;
        if (header % 2 == 0)
        {
            var narrow = Encoding.Latin1.GetString(rest[..length]);
            rest = rest[length..];
            return narrow;
        }
        var wide = new string(MemoryMarshal.Cast<byte, char>(rest[..(length * sizeof(char))]));
        rest = rest[(length * sizeof(char))..];
        return wide;
    }

    public string? Name() => Int() is var number && number == 0 ? null : names[number - 1];
}
