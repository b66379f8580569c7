using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using NodaTime;

namespace Escalation.History.Facts;

/// <summary>Values in a byte form of their own, which <see cref="RowReader"/> reads; repeated texts once.</summary>
public class ValueWriter
{
    private readonly ArrayBufferWriter<byte> row = new();
    private readonly Dictionary<string, int> names;
    private string[] table = [];

    /// <summary>A writer with names of its own.</summary>
    public ValueWriter() => names = new(StringComparer.Ordinal);

    /// <summary>A writer with the names of another one.</summary>
    internal ValueWriter(ValueWriter namesOf) => names = namesOf.names;

    /// <summary>Bytes written since <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written => row.WrittenSpan;

    /// <summary>Every <see cref="Name"/> so far, in the order of their numbers, as a reader needs them.</summary>
    public string[] Names => table.Length == names.Count ? table : table = [.. names.Keys];

    /// <summary>Begins anew; names stay.</summary>
    public void Clear() => row.ResetWrittenCount();

    /// <summary>A whole number; small ones take a byte.</summary>
    public void Int(long value)
    {
        var rest = (ulong)(value << 1 ^ value >> 63);
        var span = row.GetSpan(10);
        var used = 0;
        for (; rest >= 0x80; rest >>= 7) span[used++] = (byte)(rest | 0x80);
        span[used++] = (byte)rest;
        row.Advance(used);
    }

    /// <summary>A number, bit by bit.</summary>
    public void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(row.GetSpan(sizeof(double)), value);
        row.Advance(sizeof(double));
    }

    /// <summary>Yes or no.</summary>
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

    /// <summary>A text that is seldom repeated, or null.</summary>
    public void OptionalText(string? value)
    {
        Flag(value is not null);
        if (value is not null) Text(value);
    }

    /// <summary>A number or null.</summary>
    public void OptionalDouble(double? value)
    {
        Flag(value is not null);
        if (value is { } known) Double(known);
    }

    /// <summary>A whole number from 0 on, or null.</summary>
    public void OptionalInt(int? value) => Int(value is { } known ? known + 1 : 0);

    /// <summary>Yes, no or null.</summary>
    public void OptionalFlag(bool? value) => OptionalInt(value is { } known ? known ? 1 : 0 : null);

    /// <summary>A time to 100 ns, or null. Milliseconds where that is all there is, as almost always: bytes less than ticks.</summary>
    public void Time(Instant? value)
    {
        if (value is not { } time)
        {
            Int(0);
            return;
        }
        var ticks = time.ToUnixTimeTicks();
        var isWhole = ticks % NodaConstants.TicksPerMillisecond == 0;
        Int(isWhole ? 1 : 2);
        Int(isWhole ? ticks / NodaConstants.TicksPerMillisecond : ticks);
    }

    /// <summary>Several things; <see cref="RowReader.Int"/> is their number.</summary>
    public void All<T>(IReadOnlyList<T> items, Action<T> write)
    {
        Int(items.Count);
        for (var i = 0; i < items.Count; i++) write(items[i]);
    }
}
