using Escalation.Core.Decisions;
using Escalation.Core.Metrics;
using Escalation.Core.Tickets;
using Escalation.History.Facts;
using Escalation.History.Formats;
using Escalation.Tests.History.Synthetic;
using NodaTime;

namespace Escalation.Tests.History;

public sealed class HistoryTapeTests : IDisposable
{
    private const string Hash = "0123456789abcdef0123456789abcdef";
    private readonly ScratchFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Records_come_back_as_they_were_in_any_number_of_threads()
    {
        List<HistoryRecord> records = [.. Odd(), .. Generated.History.Records];
        Write(records, new InputSummary());
        using var tape = HistoryTape.Open(folder.Path, Hash)!;
        Assert.Equal(records.Count, tape.Count);
        foreach (var workers in (int[])[1, 3])
        {
            var read = tape.Read(workers, Cancellation).ToList();
            Assert.Equal(records.Count, read.Count);
            for (var i = 0; i < records.Count; i++) Assert.Equal(Lines.Of(records[i]), Lines.Of(read[i]));
        }
    }

    [Fact]
    public void Shards_hold_every_record_of_a_ticket_once_in_order_with_its_place_and_row_and_without_texts()
    {
        List<HistoryRecord> records = [.. Odd(), .. Generated.History.Records];
        Write(records, new InputSummary());
        using var tape = TicketTape.Open(folder.Path, Hash)!;
        Assert.Equal((records.Count, records.Min(r => r.Received), records.Max(r => r.Received)), (tape.Count, tape.Span.First, tape.Span.Last));
        var merges = records.OfType<TicketEvent>().Where(e => e.Kind == EventKind.Merged).Select(e => (From: e.TicketId, Into: e.ToTicket!.Value)).ToList();
        Assert.NotEmpty(merges);
        Assert.Equal(merges.SelectMany(m => new[] { m.From, m.Into }).ToHashSet(), records.OfType<TicketEvent>().SelectMany(e => new[] { e.TicketId, e.ToTicket ?? e.TicketId }).Where(tape.IsMerged).ToHashSet());
        Assert.All(merges, m => Assert.Equal(tape.StandInOf(m.From), tape.StandInOf(m.Into)));
        var shards = Enumerable.Range(0, TicketTape.Shards).Select(s => tape.Read(s).ToList()).ToList();
        Assert.All(shards, s => Assert.Equal(s.Select(r => r.Place).Order(), s.Select(r => r.Place)));
        Assert.Equal(shards.Sum(s => s.Select(r => r.TicketId).Distinct().Count()), shards.SelectMany(s => s).Select(r => r.TicketId).Distinct().Count());
        var all = shards.SelectMany(s => s).OrderBy(r => r.Place).ToList();
        Assert.Equal(records.Index().Where(r => r.Item is Message or TicketEvent or Label).Select(r => (long)r.Index), all.Select(r => r.Place));
        var rows = 0;
        foreach (var record in all)
        {
            var original = records[(int)record.Place];
            Assert.Equal(original is Message { Author: Author.Customer } ? rows++ : -1, record.Row);
            if (original is not Message message) Assert.Equal(Lines.Of(original), Lines.Of(record.Record));
            else
            {
                var read = Assert.IsType<Message>(record.Record);
                Assert.Equal(message with { Text = "", Subject = null, ThreadId = null, InReplyTo = null, Language = null, Product = null, ExternalId = message.Id, Attributes = Message.NoAttributes }, read);
                Assert.Equal(TextOutline.Of(message.Text), record.Text);
            }
        }
        var some = all.Where(r => r.Place % 7 == 0).ToList();
        Assert.Equal(some.Select(s => (s.Place, Lines.Of(s.Record))), tape.Read(some.Select(s => (s.Section, s.Offset))).Select(r => (r.Place, Lines.Of(r.Record))));
    }

    [Fact]
    public void How_the_files_were_read_is_known_again()
    {
        var summary = new InputSummary();
        summary.Accepted = 7;
        summary.Refuse(new InputProblem("h.jsonl", 3, "at", "is no time"));
        Write([], summary);
        using var tape = HistoryTape.Open(folder.Path, Hash)!;
        var heard = new List<InputProblem>();
        var again = new InputSummary { OnRejected = heard.Add };
        again.Restore(tape.Summary);
        Assert.Equal((7L, 1L), (again.Accepted, again.RejectedCount));
        Assert.Equal([new InputProblem("h.jsonl", 3, "at", "is no time")], heard);
        Assert.Equal(heard, again.Rejected);
    }

    [Fact]
    public void A_tape_of_another_history_or_a_damaged_one_is_not_taken_and_an_unfinished_one_is_not_there()
    {
        using (var unfinished = new HistoryTapeWriter(folder.Path, Hash)) unfinished.Add(Some.Message("a"));
        Assert.Null(HistoryTape.Open(folder.Path, Hash));
        Write([Some.Message("a")], new InputSummary());
        Assert.Null(HistoryTape.Open(folder.Path, Hash[..16] + "another"));
        var path = Assert.Single(Directory.GetFiles(folder.Path, "tape.col", SearchOption.AllDirectories));
        var bytes = File.ReadAllBytes(path);
        bytes[10] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Null(HistoryTape.Open(folder.Path, Hash));
    }

    private void Write(IEnumerable<HistoryRecord> records, InputSummary summary)
    {
        using var writer = new HistoryTapeWriter(folder.Path, Hash);
        foreach (var record in records) writer.Add(record);
        writer.Complete(summary);
    }

    /// <summary>Every field filled, and texts that fit no narrow form.</summary>
    private static IEnumerable<HistoryRecord> Odd()
    {
        var at = Instant.FromUnixTimeTicks(17_000_000_000_001_234);
        yield return Some.Message("Grüße 😀 \0 end", at) with
        {
            ReceivedAt = at + Duration.FromTicks(1),
            ExternalId = "other",
            Revision = 3,
            Author = Author.System,
            AgentId = "a",
            Team = "t",
            Public = false,
            Subject = "",
            ThreadId = "th",
            InReplyTo = "re",
            Language = "de",
            Brand = "b",
            Product = "p",
            Attributes = new Dictionary<string, string> { ["k"] = "v", ["Ключ"] = "" },
            CustomerId = CustomerId.Unknown,
        };
        yield return Some.Event(EventKind.Merged, at) with { ToTicket = new TicketId("into"), Minutes = 1.5, Status = "s", Priority = "p", Tags = ["x", "y"], Until = at, EpisodeId = "e", Band = Band.ImmediateEscalation, Public = false, Assignee = "who", Team = "t" };
        yield return Some.Event(EventKind.Resolved, at);
        yield return new Label
        {
            Id = "l",
            At = at,
            ReceivedAt = at,
            TicketId = new TicketId("t"),
            EpisodeId = new EpisodeId("e"),
            MessageId = new MessageId("m"),
            DecisionId = "d",
            Kind = LabelKind.Dismissed,
            Needed = false,
            Frustrated = FrustratedAnswer.CantTell,
            RightTeam = "r",
            WrongSignals = ["w"],
            Reason = DismissalReason.Other,
            Note = "n",
            Actor = new Actor("who", ActorKind.Human, "team"),
            Origin = LabelOrigin.Import,
            Shown = new ShownRecommendation(.25, Band.Monitor, "c"),
            Audit = new AuditDraw("design", "stratum", .125),
            Undoes = "u",
        };
        yield return new CustomerVersion { Id = "v", At = at, CustomerId = new CustomerId("c"), LifetimeValue = 12.5, Currency = "EUR", Tier = "gold" };
        yield return new IdentityLink { Id = "i", At = at, CustomerId = new CustomerId("c"), Channel = Channel.Phone, Address = "+1", Linked = true, Attested = true };
        yield return new Shift { Id = "s", At = at, AgentId = "a", Team = "t", To = at + Duration.FromHours(8) };
    }
}
