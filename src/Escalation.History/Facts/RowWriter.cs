using System.Buffers;
using System.Buffers.Binary;

namespace Escalation.History.Facts;

/// <summary>Writes one column: rows of values.</summary>
internal sealed class RowWriter(string path) : ValueWriter, IDisposable
{
    private readonly ColumnFileWriter file = new(path);
    private readonly ArrayBufferWriter<byte> offsets = new();

    public void EndRow()
    {
        BinaryPrimitives.WriteInt64LittleEndian(offsets.GetSpan(sizeof(long)), file.SectionLength);
        offsets.Advance(sizeof(long));
        file.Append(Written);
        Clear();
    }

    public void Complete(string key)
    {
        file.EndSection();
        file.Append(offsets.WrittenSpan);
        file.EndSection();
        foreach (var name in Names) Text(name);
        file.Append(Written);
        file.EndSection();
        file.Complete(key);
    }

    public void Dispose() => file.Dispose();
}
