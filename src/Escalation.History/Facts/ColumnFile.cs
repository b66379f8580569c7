using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text;

namespace Escalation.History.Facts;

/// <summary>A column file, mapped into memory and checked once when opened.</summary>
/// <remarks>Safe to share between threads; spans hold until it is disposed.</remarks>
public sealed unsafe class ColumnFile : IDisposable
{
    private readonly MemoryMappedFile mapped;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* data;
    private readonly (long Start, int Length)[] sections;

    private ColumnFile(MemoryMappedFile mapped, MemoryMappedViewAccessor view, byte* data, (long, int)[] sections)
    {
        (this.mapped, this.view, this.sections) = (mapped, view, sections);
        this.data = data;
    }

    /// <summary>Sections.</summary>
    public int Count => sections.Length;

    /// <summary>A section's bytes.</summary>
    public ReadOnlySpan<byte> this[int section] => new(data + sections[section].Start, sections[section].Length);

    /// <summary>Opens a file; null where there is none, where it was computed from something else, or where it is damaged: it is then computed again.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">What the content must have been computed from.</param>
    public static ColumnFile? Open(string path, string key)
    {
        var info = new FileInfo(path);
        if (!info.Exists || info.Length < ColumnFileWriter.TrailerLength + sizeof(long)) return null;
        var mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        var view = mapped.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* data = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref data);
        if (Sections(data, info.Length, key) is { } sections) return new ColumnFile(mapped, view, data, sections);
        Close(mapped, view);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => Close(mapped, view);

    private static (long, int)[]? Sections(byte* data, long length, string key)
    {
        var trailer = new ReadOnlySpan<byte>(data + length - ColumnFileWriter.TrailerLength, ColumnFileWriter.TrailerLength);
        var end = length - ColumnFileWriter.TrailerLength;
        var table = BinaryPrimitives.ReadInt64LittleEndian(trailer);
        if (BinaryPrimitives.ReadUInt64LittleEndian(trailer[(sizeof(long) + sizeof(uint))..]) != ColumnFileWriter.Magic || table < 0 || table > end - sizeof(long)) return null;
        if (Checksum(data, end) != BinaryPrimitives.ReadUInt32LittleEndian(trailer[sizeof(long)..])) return null;
        var rest = new ReadOnlySpan<byte>(data + table, checked((int)(end - table)));
        var sections = new (long, int)[BinaryPrimitives.ReadInt64LittleEndian(rest)];
        for (var i = 0; i < sections.Length; i++)
            sections[i] = (BinaryPrimitives.ReadInt64LittleEndian(rest[(8 + i * 16)..]), checked((int)BinaryPrimitives.ReadInt64LittleEndian(rest[(16 + i * 16)..])));
        return Encoding.UTF8.GetString(rest[(8 + sections.Length * 16)..]) == key ? sections : null;
    }

    private static uint Checksum(byte* data, long length)
    {
        const int block = 1 << 24;
        var checksum = ColumnChecksum.Start;
        for (var at = 0L; at < length; at += block) checksum = ColumnChecksum.Append(checksum, new ReadOnlySpan<byte>(data + at, (int)Math.Min(block, length - at)));
        return checksum;
    }

    private static void Close(MemoryMappedFile mapped, MemoryMappedViewAccessor view)
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        mapped.Dispose();
    }
}
