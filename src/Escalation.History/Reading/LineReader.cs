using System.Buffers;
using Escalation.History.Formats;

namespace Escalation.History.Reading;

/// <summary>Cuts a stream into chunks of whole lines, in bounded memory whatever the stream holds.</summary>
internal sealed class LineReader(Stream stream, string name)
{
    /// <summary>Longest line taken, in bytes: room for a text of the greatest length, all of it escaped.</summary>
    public const int MaxLineBytes = 8 << 20;

    private const int ChunkBytes = 256 << 10;
    private byte[] carried = [];
    private long line = 1;
    private long offset;
    private bool started, ended;
    private readonly IWaitingInput? waiting = stream as IWaitingInput;

    /// <summary>Whether the next chunk would have to be waited for.</summary>
    public bool WouldWait => !ended && waiting is { WouldWait: true };

    /// <summary>Problems of lines that were too long to be cut out; taken over and cleared by the caller.</summary>
    public List<InputProblem> Problems { get; } = [];

    /// <summary>The next chunk, or null at the end.</summary>
    /// <exception cref="IOException">The stream broke.</exception>
    public LineChunk? Next()
    {
        while (!ended || carried.Length > 0)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(ChunkBytes, carried.Length * 2));
            carried.CopyTo(buffer, 0);
            var length = carried.Length;
            if (!ended) length += Fill(buffer.AsSpan(length));
            if (!started) length = SkipByteOrderMark(buffer, length);
            var cut = ended ? length : buffer.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
            carried = buffer.AsSpan(cut, length - cut).ToArray();
            if (cut > 0)
            {
                var chunk = new LineChunk(buffer, cut, line, offset);
                line += buffer.AsSpan(0, cut).Count((byte)'\n') + (buffer[cut - 1] == '\n' ? 0 : 1);
                offset += cut;
                return chunk;
            }
            ArrayPool<byte>.Shared.Return(buffer);
            if (carried.Length >= MaxLineBytes) SkipLongLine();
        }
        return null;
    }

    /// <summary>Reads until the buffer is full or, where the writer is slower, until there is nothing more for now.</summary>
    private int Fill(Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = stream.Read(buffer[filled..]);
            ended = read == 0;
            filled += read;
            if (ended || (WouldWait && (started || filled >= 3))) break;       // a byte order mark is looked for in one piece
        }
        return filled;
    }

    private int SkipByteOrderMark(byte[] buffer, int length)
    {
        started = true;
        if (!buffer.AsSpan(0, length).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) return length;
        buffer.AsSpan(3, length - 3).CopyTo(buffer);
        offset = 3;
        return length - 3;
    }

    private void SkipLongLine()
    {
        Problems.Add(new InputProblem(name, line, "line", $"is longer than {MaxLineBytes >> 20} MB; a text has at most {HistoryReadOptions.MaxTextLength:N0} characters"));
        offset += carried.Length;
        carried = [];
        var buffer = new byte[ChunkBytes];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            var end = buffer.AsSpan(0, read).IndexOf((byte)'\n');
            if (end < 0)
            {
                offset += read;
                continue;
            }
            offset += end + 1;
            line++;
            carried = buffer.AsSpan(end + 1, read - end - 1).ToArray();
            return;
        }
        ended = true;
    }
}
