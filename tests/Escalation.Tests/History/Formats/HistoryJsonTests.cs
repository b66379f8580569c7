using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.Tests.History.Formats;

public sealed class HistoryJsonTests
{
    private const string Good = """{"type":"message","id":"m1","source":"s","externalId":"x1","customerId":"c1","channel":"email","at":"2026-03-02T12:00:00Z","author":"customer","text":"Hi"}""";

    public static TheoryData<HistoryRecord> Records => new()
    {
        Some.Message("Grüße 😡 \"quoted\"\n\tnext", receivedAt: Some.Noon + Duration.FromMinutes(3)) with
        {
            Revision = 2, AgentId = "a", Team = "t", Public = false, Subject = "S", ThreadId = "th", InReplyTo = "r", Language = "de", Brand = "b", Product = "p",
        },
        Some.Event(EventKind.TagsChanged) with
        {
            Team = "on-call", ToTicket = new TicketId("t2"), Public = false, Minutes = 2.5, Status = "open", Priority = "high", Assignee = "a9",
            Until = Some.Noon + Duration.FromDays(1), EpisodeId = "t1#1", Band = Band.ImmediateEscalation, Actor = new Actor("bot", ActorKind.Robot, "core"),
        },
        new CustomerVersion { Id = "c1", CustomerId = new CustomerId("c1"), At = Some.Noon, LifetimeValue = 12345.67, Currency = "EUR", Tier = "gold" },
        new IdentityLink
        {
            Id = RecordIds.Identity(new CustomerId("c1"), Channel.Email, "a@b"), CustomerId = new CustomerId("c1"), Channel = Channel.Email, Address = "a@b",
            At = Some.Noon, Linked = false, Attested = true,
        },
        new Shift { Id = RecordIds.Shift("a1", "core"), AgentId = "a1", Team = "core", At = Some.Noon, To = Some.Noon + Duration.FromHours(8) },
        new Label
        {
            Id = "l1", At = Some.Noon, TicketId = new TicketId("t1"), EpisodeId = new EpisodeId("t1#1"), MessageId = new MessageId("m1"), DecisionId = "d", Kind = LabelKind.Dismissed,
            Needed = false, Frustrated = FrustratedAnswer.CantTell, RightTeam = "core", Reason = DismissalReason.WrongPerson, Note = "n", Actor = new Actor("a1", ActorKind.Human),
            Origin = LabelOrigin.Audit, Shown = new ShownRecommendation(.7, Band.PriorityEscalation, "conf"), Audit = new AuditDraw("weekly", "high", .25), Undoes = "l0",
        },
    };

    [Theory, MemberData(nameof(Records))]
    public void Every_record_comes_back_as_it_was_written(HistoryRecord record)
    {
        var (read, problem) = Lines.Read(Lines.Of(record));
        Assert.Null(problem);
        Assert.Equal(Lines.Of(record), Lines.Of(read!));
        Assert.Equal(record with { ReceivedAt = null }, Neutral(read!, record));
    }

    [Fact]
    public void Lists_and_attributes_come_back_too()
    {
        var tagged = (TicketEvent)Lines.Read(Lines.Of(Some.Event(EventKind.TagsChanged) with { Tags = ["vip", "eu"] })).Record!;
        var attributed = (Message)Lines.Read(Good[..^1] + ""","attributes":{"plan":"pro","seats":12,"beta":true,"none":null}}""").Record!;
        Assert.Equal(["vip", "eu"], tagged.Tags!);
        Assert.Equal([("plan", "pro"), ("seats", "12"), ("beta", "true")], attributed.Attributes.Select(a => (a.Key, a.Value)));
    }

    [Theory]
    [InlineData("2026-03-02T12:00:00Z", "2026-03-02T12:00:00.000Z")]
    [InlineData("2026-03-02 14:30:00.1239+02:30", "2026-03-02T12:00:00.123Z")]
    [InlineData("2026-03-02t12:00-0100", "2026-03-02T13:00:00.000Z")]
    [InlineData("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z")]
    [InlineData("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999Z")]
    public void Times_of_any_offset_and_fraction_are_read_to_the_millisecond(string written, string expected)
    {
        var (record, problem) = Lines.Read(Good.Replace("2026-03-02T12:00:00Z", written, StringComparison.Ordinal));
        Assert.Null(problem);
        Assert.Equal(expected, WireTime.Format(record!.At));
    }

    [Theory]
    [InlineData("\"at\":\"2026-03-02T12:00:00Z\"", "\"at\":\"2026-02-30T12:00:00Z\"", "at", "is not a time")]
    [InlineData("\"at\":\"2026-03-02T12:00:00Z\"", "\"at\":\"2026-03-02T12:00:00\"", "at", "--time-zone")]
    [InlineData("\"at\":\"2026-03-02T12:00:00Z\"", "\"at\":1772452800", "at", "a time in quotes")]
    [InlineData("\"at\":\"2026-03-02T12:00:00Z\",", "", "at", "is missing")]
    [InlineData("\"channel\":\"email\"", "\"channel\":\"twitter\"", "channel", "chat, email, social, phone, web, api, other")]
    [InlineData("\"author\":\"customer\"", "\"author\":\"Customer\"", "author", "customer, agent, system")]
    [InlineData("\"text\":\"Hi\"", "\"text\":5", "text", "a string")]
    [InlineData("\"text\":\"Hi\"", "\"text\":null", "text", "is missing")]
    [InlineData("\"id\":\"m1\"", "\"id\":\" \"", "id", "is blank")]
    [InlineData("\"text\":\"Hi\"", "\"text\":\"Hi\",\"txt\":\"\"", "txt", "is no known field")]
    [InlineData("\"text\":\"Hi\"", "\"text\":\"Hi\",\"kind\":\"created\"", "kind", "no field of a message")]
    [InlineData("\"text\":\"Hi\"", "\"text\":\"Hi\",\"text\":\"Ho\"", "text", "stands twice")]
    [InlineData("\"text\":\"Hi\"", "\"text\":\"Hi\",\"revision\":-1", "revision", "whole number")]
    [InlineData("\"text\":\"Hi\"", "\"text\":\"Hi\",\"attributes\":{\"a\":[1]}", "attributes.a", "a string")]
    [InlineData("\"text\":\"Hi\"", "\"text\":\"\\ud800\"", "line", "surrogate")]
    [InlineData("\"type\":\"message\"", "\"type\":\"mail\"", "type", "none of message")]
    [InlineData("\"type\":\"message\",", "", "type", "is missing")]
    [InlineData("\"Hi\"}", "\"Hi\"", "line", "not valid JSON")]
    [InlineData("\"Hi\"}", "\"Hi\"} {}", "line", "not valid JSON")]
    public void A_bad_line_names_file_line_and_field_and_the_way_out(string good, string bad, string field, string message)
    {
        var (record, problem) = Lines.Read(Good.Replace(good, bad, StringComparison.Ordinal));
        Assert.Null(record);
        Assert.Equal(("f.jsonl", 7L, field), (problem!.File, problem.Line, problem.Field));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.StartsWith($"f.jsonl:7: {field}: ", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("  \t", "is empty")]
    [InlineData("[1]", "is no JSON object")]
    [InlineData("text", "not valid JSON")]
    public void What_is_no_object_is_named(string line, string message) =>
        Assert.Contains(message, Lines.Read(line).Problem!.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"type":"event","id":"e","ticketId":"t","at":"2026-03-02T12:00:00Z","kind":"merged","actor":{"id":"a","kind":"human"}}""", "toTicket")]
    [InlineData("""{"type":"event","id":"e","ticketId":"t","at":"2026-03-02T12:00:00Z","kind":"deleted","actor":{"id":"a","kind":"human"}}""", "kind")]
    [InlineData("""{"type":"event","id":"e","ticketId":"t","at":"2026-03-02T12:00:00Z","kind":"created","actor":{"id":"a","kind":"alien"}}""", "actor.kind")]
    [InlineData("""{"type":"event","id":"e","ticketId":"t","at":"2026-03-02T12:00:00Z","kind":"created","actor":{"id":"a","kind":"human","x":"y"}}""", "actor.x")]
    [InlineData("""{"type":"label","id":"l","ticketId":"t","at":"2026-03-02T12:00:00Z","kind":"confirmed","actor":"a","origin":"audit","audit":{"design":"d","stratum":"s","probability":0}}""", "audit.probability")]
    [InlineData("""{"type":"identity","customerId":"c","channel":"email","address":"a","at":"2026-03-02T12:00:00Z"}""", "linked")]
    [InlineData("""{"type":"shift","agentId":"a","team":"t","from":"2026-03-02T12:00:00Z","to":"2026-03-02T12:00:00Z"}""", "to")]
    public void The_small_parts_are_checked_too(string line, string field) => Assert.Equal(field, Lines.Read(line).Problem!.Field);

    [Fact]
    public void Bytes_that_are_no_utf8_are_named()
    {
        var line = Encoding.UTF8.GetBytes(Good);
        line[Array.IndexOf(line, (byte)'H')] = 0xFF;
        Assert.Contains("UTF-8", Lines.Read(line).Problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_of_a_million_characters_is_taken_and_one_more_is_not()
    {
        Assert.Null(Lines.Read(Good.Replace("Hi", new string('a', 1_000_000), StringComparison.Ordinal)).Problem);
        var problem = Lines.Read(Good.Replace("Hi", new string('a', 1_000_001), StringComparison.Ordinal)).Problem!;
        Assert.Equal("text", problem.Field);
        Assert.Contains("1,000,001", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_text_and_an_unknown_customer_are_allowed()
    {
        var message = (Message)Lines.Read(Good.Replace("\"Hi\"", "\"\"", StringComparison.Ordinal).Replace("\"c1\"", "\"\"", StringComparison.Ordinal)).Record!;
        Assert.Equal("", message.Text);
        Assert.False(message.CustomerId.IsKnown);
    }

    [Fact]
    public void Text_alone_is_enough_where_missing_fields_are_filled()
    {
        var message = (Message)Lines.Read("""{"text":"Help"}""", options: new HistoryReadOptions { FillMissingAt = Some.Noon }).Record!;
        Assert.Equal(("7", "7", Some.Noon, "Help"), (message.Id, message.TicketId.Value, message.At, message.Text));
        Assert.False(message.CustomerId.IsKnown);
    }

    [Theory]
    [InlineData("2026-03-29T02:30:00", "2026-03-29T01:30:00.000Z", 1)]     // Berlin springs forward: the gap is shifted by its length
    [InlineData("2026-10-25T02:30:00", "2026-10-25T00:30:00.000Z", 1)]     // and back: the earlier of the two
    [InlineData("2026-07-01T12:00:00", "2026-07-01T10:00:00.000Z", 0)]
    public void Local_times_are_resolved_leniently_and_the_doubtful_ones_are_counted(string local, string expected, int doubtful)
    {
        using var folder = new ScratchFolder();
        var file = folder.Write("messages.jsonl", Good.Replace("2026-03-02T12:00:00Z", local, StringComparison.Ordinal));
        var source = Escalation.History.Reading.HistorySource.Open([file], new HistoryReadOptions { TimeZone = DateTimeZoneProviders.Tzdb["Europe/Berlin"] }, out _)!;
        Assert.Equal(expected, WireTime.Format(Assert.Single(source.Read(TestContext.Current.CancellationToken)).At));
        Assert.Equal(doubtful, source.Summary.AmbiguousLocalTimes);
    }

    private static HistoryRecord Neutral(HistoryRecord read, HistoryRecord original)
    {
        Assert.Equal(original.ReceivedAt, read.ReceivedAt);
        return read switch
        {
            Message m => m with { ReceivedAt = null, Attributes = ((Message)original).Attributes },
            TicketEvent e => e with { ReceivedAt = null, Tags = ((TicketEvent)original).Tags },
            Label l => l with { ReceivedAt = null, WrongSignals = ((Label)original).WrongSignals },
            _ => read with { ReceivedAt = null },
        };
    }
}
