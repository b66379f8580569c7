using System.Text;
using Escalation.History.Mail;

namespace Escalation.Tests.History.Mail;

public sealed class MboxReaderTests
{
    private const string Two = "From a@x Mon Mar  2 12:00:00 2026\nSubject: one\n\nFrom here on it broke.\n\nFrom the shop I heard nothing.\n>From me\n>>From them\n\nFrom b@x Mon Mar  2 13:00:00 2026\nSubject: two\n\nlast";

    [Theory, InlineData(1), InlineData(7), InlineData(64), InlineData(100_000)]
    public void Mails_are_divided_at_their_From_lines_whatever_the_chunks_are(int chunk)
    {
        var entries = Read(Encoding.UTF8.GetBytes(Two), chunk: chunk);
        Assert.Equal([("Subject: one\n\nFrom here on it broke.\n\nFrom the shop I heard nothing.\nFrom me\n>From them\n\n", 1L), ("Subject: two\n\nlast", 10L)], entries.Select(e => (Text(e), e.Line)));
        Assert.Equal("From b@x Mon Mar  2 13:00:00 2026", entries[1].Envelope);
    }

    [Fact]
    public void A_file_without_a_From_line_is_one_mail_as_it_stands()
    {
        var entry = Assert.Single(Read("Subject: one\n\n>From me\n\nFrom a@x Mon Mar  2 12:00:00 2026\n"u8.ToArray()));
        Assert.Equal(("Subject: one\n\n>From me\n\nFrom a@x Mon Mar  2 12:00:00 2026\n", 1L, ""), (Text(entry), entry.Line, entry.Envelope));
    }

    [Fact]
    public void Windows_line_ends_divide_as_well()
    {
        var entries = Read(Encoding.UTF8.GetBytes(Two.Replace("\n", "\r\n", StringComparison.Ordinal)));
        Assert.Equal([1L, 10L], entries.Select(e => e.Line));
    }

    [Fact]
    public void An_empty_file_holds_no_mail() => Assert.Empty(Read([]));

    [Fact]
    public void A_mail_of_gigabytes_is_named_and_passed_over_in_little_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var stream = new Endless("From a@x Mon Mar  2 12:00:00 2026\nSubject: big\n\n"u8.ToArray(), 2_500_000_000, "\n\nFrom b@x Mon Mar  2 13:00:00 2026\nSubject: two\n\nlast"u8.ToArray());
        var entries = new MboxReader(stream, 1_000_000).Read().ToList();
        Assert.Equal([(true, 0), (false, 18)], entries.Select(e => (e.IsTooLarge, e.Bytes.Length)));
        Assert.True(entries[0].Size > 2_500_000_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8_000_000);
    }

    private static List<MboxEntry> Read(byte[] bytes, int chunk = 100_000)
    {
        using var stream = new Dripping(bytes, chunk);
        return [.. new MboxReader(stream).Read()];
    }

    private static string Text(MboxEntry entry) => Encoding.UTF8.GetString(entry.Bytes.Span);

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Dripping(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(chunk, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(chunk, count));
    }

    /// <summary>A beginning, very many letters in one line, and an end.</summary>
    private sealed class Endless(byte[] begin, long letters, byte[] end) : MemoryStream
    {
        private long at;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = at < begin.Length ? Copy(begin.AsSpan((int)at), buffer) : at < begin.Length + letters ? Fill(buffer[..(int)Math.Min(buffer.Length, begin.Length + letters - at)])
                : Copy(end.AsSpan((int)Math.Min(end.Length, at - begin.Length - letters)), buffer);
            at += read;
            return read;
        }

        private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
        {
            var count = Math.Min(from.Length, to.Length);
            from[..count].CopyTo(to);
            return count;
        }

        private static int Fill(Span<byte> buffer)
        {
            buffer.Fill((byte)'a');
            return buffer.Length;
        }
    }
}
