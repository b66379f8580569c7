using System.Buffers.Binary;
using System.Numerics;
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
        var first = rest[0];
        if (first >= 0x80) return SignOf(Bits());
        rest = rest[1..];
        return SignOf(first);
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

    private static long SignOf(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>The groups of seven bits of a number, put together: all at once where eight bytes hold it.</summary>
    private ulong Bits()
    {
        if (rest.Length >= sizeof(ulong) && BinaryPrimitives.ReadUInt64LittleEndian(rest) is var word && (~word & 0x8080_8080_8080_8080) is var last && last != 0)
        {
            var used = BitOperations.TrailingZeroCount(last) / 8 + 1;
            rest = rest[used..];
            word = word << (64 - used * 8) >> (64 - used * 8) & 0x7F7F_7F7F_7F7F_7F7F;
            word = (word & 0x007F_007F_007F_007F) | (word & 0x7F00_7F00_7F00_7F00) >> 1;
            word = (word & 0x0000_3FFF_0000_3FFF) | (word & 0x3FFF_0000_3FFF_0000) >> 2;
            return (word & 0x0FFF_FFFF) | (word & 0x0FFF_FFFF_0000_0000) >> 4;
        }
        ulong value = 0;
        var (shift, count) = (0, 0);
        byte next;
        do
        {
            next = rest[count++];
            value |= (ulong)(next & 0x7F) << shift;
            shift += 7;
        }
        while (next >= 0x80);
        rest = rest[count..];
        return value;
    }
}
