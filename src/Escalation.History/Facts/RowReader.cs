using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.History.Facts;

/// <summary>Reads values in the order in which a <see cref="ValueWriter"/> wrote them.</summary>
/// <param name="bytes">Its bytes.</param>
/// <param name="names">Its names.</param>
public ref struct RowReader(ReadOnlySpan<byte> bytes, string[] names)
{
    private readonly StringCache? texts;
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>A reader that gives one string for equal texts that come again soon.</summary>
    internal RowReader(ReadOnlySpan<byte> bytes, string[] names, StringCache texts) : this(bytes, names) => this.texts = texts;

    /// <summary>Bytes not yet read.</summary>
    internal readonly int Left => rest.Length;

    /// <summary>Whether all was read.</summary>
    public readonly bool IsAtEnd => rest.Length == 0;

    /// <summary>A whole number.</summary>
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

    /// <summary>A whole number that fits.</summary>
    public int Int() => (int)Long();

    /// <summary>Yes or no.</summary>
    public bool Flag() => Long() != 0;

    /// <summary>A number.</summary>
    public double Double()
    {
        var value = BinaryPrimitives.ReadDoubleLittleEndian(rest);
        rest = rest[sizeof(double)..];
        return value;
    }

    /// <summary>A text.</summary>
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

    /// <summary>A text written as <see cref="ValueWriter.Text"/> that comes again soon.</summary>
    internal string RepeatedText()
    {
        if (texts is null) return Text();
        var from = this;
        var header = from.Int();
        if (header % 2 != 0 || !Ascii.IsValid(from.rest[..(header / 2)])) return Text();
        rest = from.rest[(header / 2)..];
        return texts.Get(from.rest[..(header / 2)]);
    }

    /// <summary>A text that is often repeated, or null.</summary>
    public string? Name() => Int() is var number && number == 0 ? null : names[number - 1];

    /// <summary>A text or null.</summary>
    public string? OptionalText() => Flag() ? Text() : null;

    /// <summary>A number or null.</summary>
    public double? OptionalDouble() => Flag() ? Double() : null;

    /// <summary>A whole number from 0 on, or null.</summary>
    public int? OptionalInt() => Int() is var value && value > 0 ? value - 1 : null;

    /// <summary>Yes, no or null.</summary>
    public bool? OptionalFlag() => OptionalInt() is { } value ? value == 1 : null;

    /// <summary>A time or null.</summary>
    public Instant? Time() => Int() switch
    {
        0 => null,
        1 => Instant.FromUnixTimeMilliseconds(Long()),
        _ => Instant.FromUnixTimeTicks(Long()),
    };
}
