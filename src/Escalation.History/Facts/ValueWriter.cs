using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Escalation.History.Facts;

/// <summary>Values in a byte form of their own, which <see cref="RowReader"/> reads; repeated texts once.</summary>
internal class ValueWriter
{
    private readonly ArrayBufferWriter<byte> row = new();
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);

    /// <summary>Bytes written since <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written => row.WrittenSpan;

    /// <summary>Every <see cref="Name"/> so far, in the order of their numbers.</summary>
    public IReadOnlyCollection<string> Names => names.Keys;

    /// <summary>Begins anew; names stay.</summary>
    public void Clear() => row.ResetWrittenCount();

    public void Int(long value)
    {
        var rest = (ulong)(value << 1 ^ value >> 63);
        var span = row.GetSpan(10);
        var used = 0;
        for (; rest >= 0x80; rest >>= 7) span[used++] = (byte)(rest | 0x80);
        span[used++] = (byte)rest;
        row.Advance(used);
    }

    public void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(row.GetSpan(sizeof(double)), value);
        row.Advance(sizeof(double));
    }

    public void Flag(bool value) => Int(value ? 1 : 0);

    /// <summary>A text that is seldom repeated: a byte a character where all fit, else UTF-16, so that broken pairs come back as they were.</summary>
    public void Text(string value)
    {
        var isWide = value.AsSpan().ContainsAnyExceptInRange('\0', '\u00FF');
        Int(value.Length * 2 + (isWide ? 1 : 0));
        if (isWide) row.Write(MemoryMarshal.AsBytes(value.AsSpan()));
        else row.Advance(Encoding.Latin1.GetBytes(value, row.GetSpan(value.Length)));
    }

    /// <summary>A text that is often repeated, or null.</summary>
    public void Name(string? value)
    {
        if (value is null)
        {
            Int(0);
            return;
        }
        if (!names.TryGetValue(value, out var number)) names.Add(value, number = names.Count + 1);
        Int(number);
    }
}
