using System.Numerics;
using System.Runtime.InteropServices;

namespace Escalation.History.Facts;

/// <summary>CRC-32C, eight bytes a step: finds damage, is no protection against intent.</summary>
internal static class ColumnChecksum
{
    /// <summary>Start value.</summary>
    public const uint Start = uint.MaxValue;

    /// <summary>Goes on over more bytes. All blocks but the last must be a multiple of 8 long.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words) checksum = BitOperations.Crc32C(checksum, word);
        foreach (var rest in bytes[(words.Length * sizeof(ulong))..]) checksum = BitOperations.Crc32C(checksum, rest);
        return checksum;
    }
}
