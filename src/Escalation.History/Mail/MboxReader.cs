using System.Buffers;
using System.Text;

namespace Escalation.History.Mail;

/// <summary>One mail of an mbox.</summary>
/// <param name="Line">The line of its "From " line, from 1.</param>
/// <param name="Bytes">The mail; empty where it is larger than is taken.</param>
/// <param name="Size">Its size in bytes, as it stands in the file.</param>
/// <param name="Envelope">Its "From " line; empty for a file that is a single mail.</param>
public sealed record MboxEntry(long Line, ReadOnlyMemory<byte> Bytes, long Size, string Envelope)
{
    /// <summary>Whether it is larger than is taken, so that <see cref="Bytes"/> is empty.</summary>
    public bool IsTooLarge => Size > Bytes.Length;
}

/// <summary>Reads an mbox, or a single mail (.eml), mail by mail; never more of it in memory than the mails of one chunk and one mail of the size that is taken.</summary>
/// <remarks>
/// A mail begins at a line "From " with a time of day in it that follows a blank line, or is the first of the file; "&gt;From " inside a mail loses its first "&gt;" (mboxrd).
/// A file that does not begin with "From " is one mail. One thread at a time.
/// </remarks>
public sealed class MboxReader(Stream stream, int maxBytes = MailReader.MaxBytes)
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>What of a line is looked at to know whether it divides two mails; a longer "From " line is cut here.</summary>
    private const int HeadBytes = 512;

    private readonly Queue<MboxEntry> ready = [];
    private readonly ArrayBufferWriter<byte> head = new(HeadBytes);
    private readonly ArrayBufferWriter<byte> mail = new();
    private long line = 1;
    private long mailLine;
    private long size;
    private string envelope = "";
    private bool isMbox, afterBlank, isDecided, isDivider;

    /// <summary>Every mail in the order of the file.</summary>
    /// <exception cref="IOException">The stream broke.</exception>
    public IEnumerable<MboxEntry> Read()
    {
        var chunk = new byte[ChunkBytes];
        for (int read; (read = stream.Read(chunk)) > 0;)
        {
            Take(chunk.AsSpan(0, read));
            while (ready.TryDequeue(out var entry)) yield return entry;
        }
        if (!isDecided && head.WrittenCount > 0) Decide();
        End();
        while (ready.TryDequeue(out var last)) yield return last;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var most = isDecided ? bytes.Length : Math.Min(bytes.Length, HeadBytes - head.WrittenCount);
            var end = bytes[..most].IndexOf((byte)'\n');
            var taken = end < 0 ? most : end + 1;
            if (!isDecided)
            {
                head.Write(bytes[..taken]);
                if (end >= 0 || head.WrittenCount == HeadBytes) Decide();
            }
            else if (!isDivider) Add(bytes[..taken]);
            if (end >= 0) NextLine();
            bytes = bytes[taken..];
        }
    }

    /// <summary>Looks at the beginning of a line: it begins the next mail, or belongs to this one.</summary>
    private void Decide()
    {
        var start = head.WrittenSpan;
        isDecided = true;
        isDivider = start.StartsWith("From "u8) && (line == 1 || (isMbox && afterBlank && HasTimeOfDay(start)));
        if (isDivider)
        {
            if (line == 1) isMbox = true;
            End();
            (mailLine, envelope) = (line, Encoding.Latin1.GetString(start).TrimEnd());
            return;
        }
        if (mailLine == 0) mailLine = 1;
        var marks = start.IndexOfAnyExcept((byte)'>');
        Add(isMbox && marks > 0 && start[marks..].StartsWith("From "u8) ? start[1..] : start);
    }

    private void NextLine()
    {
        var start = head.WrittenSpan;
        afterBlank = start.SequenceEqual("\n"u8) || start.SequenceEqual("\r\n"u8);
        line++;
        head.ResetWrittenCount();
        isDecided = isDivider = false;
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        size += bytes.Length;
        if (size <= maxBytes) mail.Write(bytes);
        else mail.ResetWrittenCount();
    }

    private void End()
    {
        if (mailLine > 0) ready.Enqueue(new MboxEntry(mailLine, size > maxBytes ? ReadOnlyMemory<byte>.Empty : mail.WrittenSpan.ToArray(), size, envelope));
        mail.ResetWrittenCount();
        (size, mailLine, envelope) = (0, 0, "");
    }

    private static bool HasTimeOfDay(ReadOnlySpan<byte> line)
    {
        for (var i = 2; i + 2 < line.Length; i++)
            if (line[i] == ':' && char.IsAsciiDigit((char)line[i - 1]) && char.IsAsciiDigit((char)line[i - 2]) && char.IsAsciiDigit((char)line[i + 1]) && char.IsAsciiDigit((char)line[i + 2])) return true;
        return false;
    }
}
