using System.Text;
using CsCheck;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using NodaTime;

namespace Escalation.Tests.History.Reading;

public sealed class HistorySourceTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void A_folder_is_read_by_its_known_names_in_the_total_order_and_never_the_truth()
    {
        using var folder = new ScratchFolder();
        folder.Write("messages.jsonl", Lines.Of(Message("m1", 0)), Lines.Of(Message("m2", 20)));
        folder.Write("events.jsonl", Lines.Of(Some.Event(EventKind.Created, at: Some.Noon - Duration.FromMinutes(1)) with { Id = "e1" }), Lines.Of(Some.Event(EventKind.Assigned, at: Some.Noon + Duration.FromMinutes(10)) with { Id = "e2" }));
        folder.Write("truth.jsonl", """{"messageId":"m1","needed":true}""");
        Assert.Equal(["e1", "m1", "e2", "m2"], Read(folder.Path).Select(r => r.Id));
        Assert.Null(HistorySource.Open([Path.Combine(folder.Path, "truth.jsonl")], HistoryReadOptions.Strict, out var problem));
        Assert.Contains("truth", problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_out_of_order_gives_the_same_stream_as_one_in_order()
    {
        using var folder = new ScratchFolder();
        var lines = Enumerable.Range(0, 3000).Select(i => Lines.Of(Message($"m{i:0000}", i / 3))).ToArray();
        var ordered = folder.Write("a.jsonl", lines);
        var shuffled = folder.Write("b.jsonl", [.. lines.OrderBy(l => Digest(l))]);
        Assert.Equal(Read(ordered).Select(Lines.Of), Read(shuffled).Select(Lines.Of));
    }

    [Fact]
    public void A_bad_line_is_named_with_its_number_and_the_rest_goes_on_in_files_out_of_order_too()
    {
        using var folder = new ScratchFolder();
        var file = folder.Write("messages.jsonl", Lines.Of(Message("m3", 30)), "{broken", "", Lines.Of(Message("m1", 10)), Lines.Of(Message("m2", 20)).Replace("email", "fax", StringComparison.Ordinal));
        var source = HistorySource.Open([file], HistoryReadOptions.Strict, out _)!;
        Assert.Equal(["m1", "m3"], source.Read(None).Select(r => r.Id));
        Assert.Equal([(2L, "line"), (3L, "line"), (5L, "channel")], source.Summary.Rejected.Select(p => (p.Line, p.Field)).Order());
        Assert.Equal((5, 2, 3, 1), (source.Summary.Read, source.Summary.Accepted, source.Summary.RejectedCount, source.Summary.UnorderedFiles));
    }

    [Fact]
    public void A_text_of_five_megabytes_and_a_line_without_end_are_named_and_the_rest_goes_on()
    {
        using var folder = new ScratchFolder();
        var huge = Lines.Of(Message("m2", 2) with { Text = new string('x', 5_000_000) });
        var endless = "{\"type\":\"message\",\"text\":\"" + new string('y', 9 << 20);
        var file = folder.Write("messages.jsonl", Lines.Of(Message("m1", 1)), huge, endless, Lines.Of(Message("m4", 4)));
        var source = HistorySource.Open([file], HistoryReadOptions.Strict, out _)!;
        Assert.Equal(["m1", "m4"], source.Read(None).Select(r => r.Id));
        Assert.Equal([(2L, "text"), (3L, "line")], source.Summary.Rejected.Select(p => (p.Line, p.Field)).Order());
        Assert.Contains("5,000,000", source.Summary.Rejected.First(p => p.Line == 2).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repeated_delivery_is_dropped_and_counted_and_a_revision_is_none()
    {
        using var folder = new ScratchFolder();
        var first = Message("m1", 0);
        var file = folder.Write("messages.jsonl", Lines.Of(first), Lines.Of(first with { Id = "other-id", ReceivedAt = Some.Noon + Duration.FromDays(80) }), Lines.Of(first with { Revision = 1 }));
        var source = HistorySource.Open([file], HistoryReadOptions.Strict, out _)!;
        Assert.Equal([0, 1], source.Read(None).Cast<Message>().Select(m => m.Revision));
        Assert.Equal((1, 2), (source.Summary.Duplicates, source.Summary.MissingReceivedAt));
    }

    [Theory, InlineData("\n"), InlineData("\r\n")]
    public void Line_ends_of_both_kinds_a_byte_order_mark_and_a_missing_last_end_are_taken(string end)
    {
        using var folder = new ScratchFolder();
        var text = string.Join(end, Enumerable.Range(0, 5).Select(i => Lines.Of(Message("m" + i, i))));
        var file = folder.WriteBytes("messages.jsonl", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]);
        Assert.Equal(5, Read(file).Count);
    }

    [Fact]
    public void Csv_with_the_same_names_gives_the_same_records()
    {
        using var folder = new ScratchFolder();
        folder.Write("messages.csv",
            "id,source,externalId,ticketId,customerId,channel,at,author,text,attributes.plan",
            "m2,s,x2,t1,c1,email,2026-03-02T12:05:00Z,customer,\"two\nlines, \"\"quoted\"\"\",pro",
            "m1,s,x1,t1,c1,email,2026-03-02T12:00:00Z,customer,hi,",
            "m3,s,x3,t1,c1,fax,2026-03-02T12:07:00Z,customer,hi,",
            "m4,s,x4,t1,c1");
        folder.Write("events.csv", "id,ticketId,at,kind,actor.id,actor.kind,tags", "e1,t1,2026-03-02T12:01:00Z,tags_changed,a1,human,vip;eu");
        var source = HistorySource.Open([folder.Path], HistoryReadOptions.Strict, out _)!;
        var records = source.Read(None).ToList();
        Assert.Equal(["m1", "e1", "m2"], records.Select(r => r.Id));
        Assert.Equal(["vip", "eu"], ((TicketEvent)records[1]).Tags!);
        Assert.Equal("two\nlines, \"quoted\"", ((Message)records[2]).Text);
        Assert.Equal("pro", ((Message)records[2]).Attributes["plan"]);
        Assert.Equal([(5L, "channel"), (6L, "line")], source.Summary.Rejected.Select(p => (p.Line, p.Field)));
    }

    [Fact]
    public void An_unknown_column_is_named()
    {
        using var folder = new ScratchFolder();
        var file = folder.Write("messages.csv", "id,colour", "m1,red");
        var source = HistorySource.Open([file], HistoryReadOptions.Strict, out _)!;
        Assert.Empty(source.Read(None));
        Assert.Equal((1L, "colour"), (source.Summary.Rejected[0].Line, source.Summary.Rejected[0].Field));
    }

    [Fact]
    public void What_is_not_there_and_a_folder_without_history_are_problems()
    {
        using var folder = new ScratchFolder();
        Assert.Null(HistorySource.Open([Path.Combine(folder.Path, "none")], HistoryReadOptions.Strict, out var missing));
        Assert.Null(HistorySource.Open([folder.Path], HistoryReadOptions.Strict, out var empty));
        Assert.Contains("is not there", missing!.Message, StringComparison.Ordinal);
        Assert.Contains("messages.jsonl", empty!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_workers_changes_nothing()
    {
        using var folder = new ScratchFolder();
        var file = folder.Write("messages.jsonl", [.. Enumerable.Range(0, 4000).Select(i => Lines.Of(Message($"m{i}", i) with { Text = new string('z', i % 700) }))]);
        var one = HistorySource.Open([file], new HistoryReadOptions { Workers = 1 }, out _)!.Read(None).Select(Lines.Of);
        Assert.Equal(one, HistorySource.Open([file], new HistoryReadOptions { Workers = 5 }, out _)!.Read(None).Select(Lines.Of));
    }

    [Fact]
    public void Any_bytes_at_all_are_read_to_the_end_without_a_crash() =>
        Gen.Byte.Array[0, 400].Sample(bytes =>
        {
            using var stream = new MemoryStream(bytes);
            var summary = new InputSummary();
            foreach (var _ in HistoryStream.Read(stream, "-", new HistoryReadOptions { Workers = 1, FillMissingAt = Some.Noon }, summary, None)) { }
            var lines = bytes.Count(b => b == '\n') + (bytes.Length > 0 && bytes[^1] != '\n' ? 1 : 0);
            return summary.Read == lines || bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]);
        }, iter: 2000);

    private static Message Message(string id, int minutes) => Some.Message(id: id, at: Some.Noon + Duration.FromMinutes(minutes));

    private static int Digest(string line) => line.Aggregate(17, (hash, c) => unchecked(hash * 31 + c * 7919)) % 1009;

    private static List<HistoryRecord> Read(string path) => [.. HistorySource.Open([path], HistoryReadOptions.Strict, out _)!.Read(None)];
}
