using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Tests.Storage;

public sealed class StoreTests
{
    private static readonly Instant Noon = Some.Noon;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_recorded_once_and_another_body_under_its_identity_is_a_conflict()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        var message = Some.Message(id: "m1");
        await temporary.WriteAsync(async t =>
        {
            Assert.Equal(Stored.New, await MessageStore.AddAsync(t, message, "h1", imported: false, Cancellation));
            Assert.Equal(Stored.Repeat, await MessageStore.AddAsync(t, message, "h1", imported: false, Cancellation));
            Assert.Equal(Stored.Conflict, await MessageStore.AddAsync(t, message with { Text = "changed" }, "h2", imported: false, Cancellation));
            Assert.Equal(Stored.New, await MessageStore.AddAsync(t, message with { Text = "changed", Revision = 1 }, "h2", imported: false, Cancellation));
        });
        var kept = await new MessageStore(temporary.Database).OfTicketAsync(message.TicketId, Cancellation);
        Assert.Equal(["Where is my order?", "changed"], kept.Select(m => m.Text));
    }

    [Fact]
    public async Task Every_kind_of_record_comes_back_as_it_was_written()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        var message = Some.Message(id: "m1", receivedAt: Noon + Duration.FromSeconds(3)) with
        {
            Revision = 2,
            AgentId = "a",
            Team = "t",
            Public = false,
            Subject = "s",
            ThreadId = "th",
            InReplyTo = "r",
            Language = "de",
            Brand = "b",
            Product = "p",
            Attributes = new Dictionary<string, string> { ["location"] = "Köln", ["x"] = "" },
        };
        var happened = Some.Event(EventKind.TagsChanged) with
        {
            Tags = [],
            ToTicket = new TicketId("t9"),
            Public = true,
            Minutes = 2.5,
            Status = "open",
            Priority = "high",
            Assignee = "a2",
            Until = Noon,
            EpisodeId = "t1#1",
            Band = Band.PriorityEscalation,
            Team = "x",
            Actor = new Actor("bot", ActorKind.Robot, "y"),
        };
        var label = new Label
        {
            Id = "l1",
            At = Noon,
            TicketId = new("t1"),
            Kind = LabelKind.Dismissed,
            Actor = new Actor("lead", ActorKind.Human),
            Origin = LabelOrigin.Agent,
            Reason = DismissalReason.WrongPerson,
            Needed = false,
            Frustrated = FrustratedAnswer.CantTell,
            RightTeam = "on-call",
            WrongSignals = ["keyword_match"],
            Note = "n",
            Shown = new ShownRecommendation(.7, Band.PriorityEscalation, "cfg"),
            Audit = new AuditDraw("d", "s", .25),
            EpisodeId = new("t1#1"),
            MessageId = new("m1"),
            Undoes = "l0",
        };
        var version = new CustomerVersion { Id = "c1", CustomerId = new("c1"), At = Noon, LifetimeValue = 12_000.5, Currency = "EUR", Tier = "gold" };
        var link = new IdentityLink { Id = "c1/email/a@b", CustomerId = new("c1"), Channel = Channel.Email, Address = "a@b", At = Noon, Linked = true, Attested = true };
        var shift = new Shift { Id = "a/t", AgentId = "a", Team = "t", At = Noon, To = Noon + Duration.FromHours(8) };
        await temporary.WriteAsync(async t =>
        {
            await MessageStore.AddAsync(t, message, "h", imported: false, Cancellation);
            await EventStore.AddAsync(t, happened, "h", Cancellation);
            await LabelStore.AddAsync(t, label, "h", Cancellation);
            await CustomerStore.AddAsync(t, version, Cancellation);
            await CustomerStore.AddAsync(t, link, Cancellation);
            await CustomerStore.AddAsync(t, shift, Cancellation);
        });
        var records = await StreamAsync(temporary.Database);
        Assert.Equal(6, records.Count);
        Assert.Equal(message with { Attributes = Message.NoAttributes }, records.OfType<Message>().Single() with { Attributes = Message.NoAttributes });
        Assert.Equal(message.Attributes, records.OfType<Message>().Single().Attributes);
        Assert.Equal(happened with { Tags = null }, records.OfType<TicketEvent>().Single() with { Tags = null });
        Assert.Empty(Assert.IsType<IReadOnlyList<string>>(records.OfType<TicketEvent>().Single().Tags, exactMatch: false));
        Assert.Equal(label with { WrongSignals = [] }, records.OfType<Label>().Single() with { WrongSignals = [] });
        Assert.Equal([version, link, shift], records.Where(r => r is CustomerVersion or IdentityLink or Shift).OrderBy(r => r.GetType().Name));
    }

    [Fact]
    public async Task History_streams_in_the_total_order_also_where_a_database_would_sort_texts_otherwise()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        var later = Noon + Duration.FromHours(1);
        // In UTF-8 the full-width letter comes before the emoji; by ordinal it comes after.
        HistoryRecord[] records =
        [
            Some.Message(id: "b", at: Noon, receivedAt: later), Some.Message(id: "\uFF21", at: Noon, receivedAt: later), Some.Message(id: "\U0001F600", at: Noon, receivedAt: later),
            Some.Event(EventKind.Created, at: later), Some.Message(id: "z", at: later), Some.Message(id: "a", at: Noon - Duration.FromHours(1)),
            Some.Message(id: "b", at: Noon, receivedAt: later) with { Revision = 1 },
        ];
        await temporary.WriteAsync(async t =>
        {
            foreach (var record in records.Reverse())
            {
                if (record is Message message) await MessageStore.AddAsync(t, message, "h", imported: false, Cancellation);
                else await EventStore.AddAsync(t, (TicketEvent)record, "h", Cancellation);
            }
        });
        var expected = records.Order(HistoryOrder.Instance).Select(r => r.Id).ToList();
        Assert.Equal(expected, (await StreamAsync(temporary.Database)).Select(r => r.Id));
        Assert.Equal(["a"], (await StreamAsync(temporary.Database, Noon)).Select(r => r.Id));
    }

    [Fact]
    public async Task A_decision_comes_back_with_its_evidence_read_from_the_message()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        var message = Some.Message("I will call my lawyer today", id: "m1");
        var span = Evidence.Span(EvidenceKind.Keyword, "keywords.legal", 15, 21);
        var decision = Some.Decision(Some.Signal("legal_or_compliance", .9, Band.ImmediateEscalation, span), Some.Frustrated(.76));
        var record = Recorded(message, decision);
        await temporary.WriteAsync(async t =>
        {
            await AddConfigurationAsync(t);
            await MessageStore.AddAsync(t, message, "h", imported: false, Cancellation);
            await DecisionStore.AddAsync(t, record, Cancellation);
            await DecisionStore.AddAsync(t, record, Cancellation);
            Assert.DoesNotContain("lawyer", await t.QueryFirstAsync<string>("SELECT detail FROM decisions", null, Cancellation), StringComparison.Ordinal);
        });
        var found = await new DecisionStore(temporary.Database).OnMessageAsync("test", "m1", 0, Cancellation);
        Assert.NotNull(found);
        Assert.Equal(span, found.Decision.Signals[0].Evidence[0]);
        Assert.Equal("lawyer", span.Words(found.MessageText));
        Assert.Equal(decision.Recommendation.Score, found.Decision.Recommendation.Score);
        Assert.Equal(decision.Recommendation.Contributions, found.Decision.Recommendation.Contributions);
        Assert.Equal(decision.Route, found.Decision.Route);
        Assert.Single(await new DecisionStore(temporary.Database).OfTicketAsync(new TicketId("t1"), Cancellation));
    }

    [Fact]
    public async Task Episodes_page_from_the_newest_without_gaps_or_repeats()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        await temporary.WriteAsync(async t =>
        {
            for (var i = 0; i < 7; i++)
                await EpisodeStore.SaveAsync(t, AnEpisode(i, Noon + Duration.FromMinutes(i / 2)), null, null, Cancellation);
        });
        var store = new EpisodeStore(temporary.Database);
        var seen = new List<string>();
        EpisodeCursor? after = null;
        for (var page = 0; page < 4; page++)
        {
            var list = await store.ListAsync(new EpisodeQuery { Now = Some.Noon, Limit = 2, After = after }, Cancellation);
            seen.AddRange(list.Select(e => e.Episode.Id.Value));
            if (list.Count > 0) after = new EpisodeCursor(list[^1].Episode.OpenedAt, list[^1].Episode.Id);
        }
        Assert.Equal(["t6#1", "t5#1", "t4#1", "t3#1", "t2#1", "t1#1", "t0#1"], seen);
        Assert.Empty(await store.ListAsync(new EpisodeQuery { Now = Some.Noon, Team = "executive" }, Cancellation));
        Assert.Equal(7, (await store.ListAsync(new EpisodeQuery { Now = Some.Noon, Team = "on-call", Statuses = [EpisodeStatus.Open] }, Cancellation)).Count);
    }

    [Fact]
    public async Task A_change_in_any_column_of_the_trail_is_found_and_named()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        await temporary.WriteAsync(t => AuditStore.AppendAsync(t, [new(Noon, "episode_opened", "t1#1", "robot", "{}"), new(Noon, "label", "t1#1", "lead", "{}")], Cancellation));
        await temporary.WriteAsync(t => AuditStore.AppendAsync(t, [new(Noon, "episode_ended", "t1#1", "lead", "{}")], Cancellation));
        var store = new AuditStore(temporary.Database);
        Assert.Null(await store.FirstBrokenAsync(Cancellation));
        await temporary.WriteAsync(t => t.ExecuteAsync("UPDATE audit_entries SET actor = 'nobody' WHERE number = 2", null, Cancellation));
        Assert.Equal(2, await store.FirstBrokenAsync(Cancellation));
    }

    private static async Task<List<HistoryRecord>> StreamAsync(EscalationDatabase database, Instant? through = null)
    {
        var records = new List<HistoryRecord>();
        await foreach (var record in new HistoryStore(database).StreamAsync(through, Cancellation)) records.Add(record);
        return records;
    }

    private static DecisionRecord Recorded(Message message, Decision decision) => new()
    {
        Id = "d1",
        Source = message.Source,
        ExternalId = message.ExternalId,
        Revision = 0,
        MessageId = new(message.Id),
        TicketId = message.TicketId,
        CustomerId = message.CustomerId,
        DecidedAt = message.Received,
        MessageText = message.Text,
        Decision = decision,
    };

    private static Task AddConfigurationAsync(WriteTransaction t) =>
        t.ExecuteAsync("INSERT INTO configurations (id, rules, engine, time_zones, first_used_at_ms) VALUES ('test', 'r', '1', 'z', 0)", null, Cancellation);

    private static Episode AnEpisode(int number, Instant opened) => new()
    {
        Id = new($"t{number}#1"),
        TicketId = new($"t{number}"),
        CustomerId = new("c"),
        OpenedAt = opened,
        OpenedBy = ActorKind.Robot,
        Band = Band.PriorityEscalation,
        Score = .7,
        Route = new Route("on-call", TicketPriority.Urgent, 1, "always", opened + Duration.FromHours(1), "r"),
        Team = "on-call",
        FirstTeam = "on-call",
    };
}
