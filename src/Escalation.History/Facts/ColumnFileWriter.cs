using System.Buffers.Binary;
using System.Text;

namespace Escalation.History.Facts;

/// <summary>Writes a column file: sections of bytes one after the other, then a table of them with key and checksum.</summary>
/// <remarks>The file appears under its name only when complete; until then it is a file of its own beside it, which <see cref="Dispose"/> deletes.</remarks>
public sealed class ColumnFileWriter : IDisposable
{
    /// <summary>The last eight bytes of every column file: its format and version.</summary>
    internal const ulong Magic = 0x31_30_4C_4F_43_43_53_45;

    /// <summary>Bytes after the section table: place of the table, checksum, format.</summary>
    internal const int TrailerLength = sizeof(long) + sizeof(uint) + sizeof(ulong);

    private readonly string path;
    private readonly string unfinished;
    private readonly FileStream file;
    private readonly byte[] buffer = new byte[1 << 16];
    private readonly List<(long Start, long Length)> sections = [];
    private int used;
    private long flushed, start;
    private uint checksum = ColumnChecksum.Start;

    /// <summary>Begins a file.</summary>
    /// <exception cref="IOException">The folder is not there or cannot be written to.</exception>
    public ColumnFileWriter(string path)
    {
        (this.path, unfinished) = (path, $"{path}.{Guid.NewGuid():N}.tmp");
        file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
    }

    /// <summary>Bytes in the section so far.</summary>
    public long SectionLength => flushed + used - start;

    /// <summary>Adds to the section.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (used == buffer.Length) Flush();
            var part = Math.Min(bytes.Length, buffer.Length - used);
            bytes[..part].CopyTo(buffer.AsSpan(used));
            used += part;
            bytes = bytes[part..];
        }
    }

    /// <summary>Ends the section; the next one starts at a multiple of 8.</summary>
    public void EndSection()
    {
        sections.Add((start, SectionLength));
        Append(stackalloc byte[(int)(-SectionLength & 7)]);
        start = flushed + used;
    }

    /// <summary>Ends the file and gives it its name, in place of one that was there.</summary>
    /// <param name="key">What the content was computed from; a reader with another key does not take it.</param>
    public void Complete(string key)
    {
        var table = start;
        Span<byte> number = stackalloc byte[sizeof(long)];
        AppendNumber(number, sections.Count);
        foreach (var (at, length) in sections)
        {
            AppendNumber(number, at);
            AppendNumber(number, length);
        }
        Append(Encoding.UTF8.GetBytes(key));
        Flush();
        Span<byte> trailer = stackalloc byte[TrailerLength];
        BinaryPrimitives.WriteInt64LittleEndian(trailer, table);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[sizeof(long)..], checksum);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[(sizeof(long) + sizeof(uint))..], Magic);
        file.Write(trailer);
        file.Dispose();
        File.Move(unfinished, path, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        File.Delete(unfinished);
    }

    private void AppendNumber(Span<byte> scratch, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(scratch, value);
        Append(scratch);
    }

    private void Flush()
    {
        checksum = ColumnChecksum.Append(checksum, buffer.AsSpan(0, used));
        file.Write(buffer, 0, used);
        flushed += used;
        used = 0;
    }
}
