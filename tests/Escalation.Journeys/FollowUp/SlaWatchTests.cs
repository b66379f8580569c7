using System.Text.Json;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using Escalation.Journeys.Serving;
using Escalation.Rules;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Journeys.FollowUp;

/// <summary>Warnings, breaches and the chain of a running service: told once, in time, also through kills, restarts and jumps of the clock.</summary>
public sealed class SlaWatchTests
{
    private const string One = "/api/v1/escalations/t-c1%231";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_warning_the_chain_and_the_breach_come_once_each_and_stand_in_the_outbox_and_the_trail()
    {
        var clock = new MeetingClock();
        await using var running = await EscalatedAsync(clock);
        Assert.Empty(await ToldAsync(running));
        foreach (var (pass, expected) in new[] { (31, "sla_unacknowledged lead"), (31, "sla_unacknowledged boss"), (121, "sla_warning "), (60, "sla_breached ") })
        {
            clock.Pass(TimeSpan.FromMinutes(pass));
            Assert.Equal(expected, (await ToldAsync(running))[^1]);
        }
        clock.Pass(TimeSpan.FromDays(10));
        Assert.Equal(["sla_unacknowledged lead", "sla_unacknowledged boss", "sla_warning ", "sla_breached "], await ToldAsync(running));
        var trail = await new AuditStore(running.Service.Database).OfAsync("t-c1#1", Cancellation);
        Assert.Equal(["sla_unacknowledged", "sla_unacknowledged", "sla_warning", "sla_breached"], trail.Select(e => e.Kind).Where(k => k.StartsWith("sla_", StringComparison.Ordinal)));
        Assert.Null(await new AuditStore(running.Service.Database).FirstBrokenAsync(Cancellation));
    }

    [Fact]
    public async Task Who_acknowledges_ends_the_chain()
    {
        var clock = new MeetingClock();
        await using var running = await EscalatedAsync(clock);
        clock.Pass(TimeSpan.FromMinutes(31));
        Assert.Single(await ToldAsync(running));
        Assert.Equal(200, (await running.PostAsync(One + "/acknowledge", Sent.By())).Status);
        clock.Pass(TimeSpan.FromMinutes(60));
        Assert.Equal(["sla_unacknowledged lead"], await ToldAsync(running));
        await running.PostAsync(One + "/resolve", Sent.By());
        clock.Pass(TimeSpan.FromDays(2));
        Assert.Single(await ToldAsync(running));
    }

    [Fact]
    public async Task While_the_customer_is_waited_for_nothing_is_told_and_after_their_answer_it_is()
    {
        var clock = new MeetingClock();
        await using var running = await EscalatedAsync(clock);
        clock.Pass(TimeSpan.FromMinutes(10));
        await running.PostAsync("/api/v1/events", Now(Sent.Event("e1", "waiting_customer"), clock));
        clock.Pass(TimeSpan.FromDays(3));
        Assert.Empty(await ToldAsync(running));
        await running.PostAsync("/api/v1/messages", Now(Sent.Message("2", "Here it is."), clock));
        Assert.Empty(await ToldAsync(running));
        clock.Pass(TimeSpan.FromMinutes(25));
        Assert.Equal(["sla_unacknowledged lead"], await ToldAsync(running));
    }

    [Fact]
    public async Task A_clock_set_ahead_tells_what_is_late_once_and_set_back_nothing_twice()
    {
        var clock = new MeetingClock();
        await using var running = await EscalatedAsync(clock);
        clock.Pass(TimeSpan.FromDays(3));
        Assert.Equal(["sla_breached ", "sla_unacknowledged lead"], await ToldAsync(running));      // no warning any more, and one step of the chain
        clock.Pass(TimeSpan.FromDays(-3));
        Assert.Equal(2, (await ToldAsync(running)).Count);
        clock.Pass(TimeSpan.FromHours(5));
        Assert.Equal(["sla_breached ", "sla_unacknowledged lead"], (await ToldAsync(running)).Take(2));
        Assert.Single(await ToldAsync(running), t => t == "sla_breached ");
    }

    [Fact]
    public async Task A_restart_tells_nothing_again_and_what_a_kill_took_back_is_told_then()
    {
        using var scratch = new Scratch();
        var path = scratch.At("escalation.db");
        var clock = new MeetingClock();
        await using (var running = await EscalatedAsync(clock, path))
        {
            clock.Pass(TimeSpan.FromMinutes(31));
            Assert.Equal(["sla_unacknowledged lead"], await ToldAsync(running));
        }
        // As a kill before the commit leaves it: everything of the notice was written, and nothing of it stays.
        var database = EscalationDatabase.At(path);
        await using (var transaction = await database.BeginAsync(Cancellation))
        {
            var notice = new SlaNotice("lost", SlaNoticeKind.Breach, 0, null, Instant.MinValue);
            Assert.True(await SlaNoticeStore.AddAsync(transaction, new EpisodeId("t-c1#1"), new FiredSlaNotice(notice, Instant.MinValue), Cancellation));
            await OutboxStore.AddAsync(transaction, new OutboxRow("lost", "sla_breached", "t-c1#1", 0, "{}"), Cancellation);
        }
        clock.Pass(TimeSpan.FromMinutes(210));                                                      // the deadline passes while nothing runs
        await using (var again = await RunningService.StartAsync(clock, path, Rules()))
            Assert.Equal(["sla_unacknowledged lead", "sla_breached ", "sla_unacknowledged boss"], await ToldAsync(again));
        await using (var third = await RunningService.StartAsync(clock, path, Rules()))
            Assert.Equal(3, (await ToldAsync(third)).Count);
    }

    [Fact]
    public Task A_kill_round_the_telling_tells_once() => KillAsync(kills: 2);

    [Fact, Trait("Category", "Long")]
    public Task Twenty_kills_round_the_telling_tell_once() => KillAsync(kills: 20);

    /// <summary>A real process on a database whose deadlines pass one after the other, a tenth of a second apart, killed again and again meanwhile.</summary>
    private static async Task KillAsync(int kills)
    {
        using var scratch = new Scratch();
        var path = scratch.At("killed.db");
        var tickets = kills * 20;
        var clock = new MeetingClock();
        clock.Pass(TimeSpan.FromHours(-4) + TimeSpan.FromSeconds(30));
        await using (var seeding = await RunningService.StartAsync(clock, path, Rules()))
        {
            for (var i = 0; i < tickets; i++, clock.Pass(TimeSpan.FromMilliseconds(100)))
                Assert.Equal(201, (await seeding.PostAsync("/api/v1/messages", Now(Sent.Message($"m{i}", customer: $"c{i}"), clock))).Status);
            for (var i = 0; i < tickets; i++) Assert.Equal(200, (await seeding.PostAsync($"/api/v1/escalations/t-c{i}%231/acknowledge", Sent.By())).Status);
        }
        var database = EscalationDatabase.At(path);
        var random = new Random(7);
        for (var killed = 0; ; killed++)
        {
            await using var serve = await ServeProcess.StartAsync(path);
            var already = (await BreachesAsync(database)).Count;
            if (killed == kills)
            {
                await UntilAsync(async () => (await BreachesAsync(database)).Count >= tickets, random);
                break;
            }
            await UntilAsync(async () => already == tickets || (await BreachesAsync(database)).Count > already, random);
            await serve.KillAsync();
        }
        var everything = await new OutboxStore(database).WaitingAsync(100_000, Cancellation);
        Assert.Equal(everything.Count, everything.Select(r => (r.Kind, r.Subject)).Distinct().Count());
        var told = await BreachesAsync(database);
        Assert.Equal(tickets, told.Select(t => t.Subject).Distinct().Count());
        Assert.Equal(tickets, told.Count);
        var recorded = await new SlaNoticeStore(database).OfAsync([.. told.Select(t => new EpisodeId(t.Subject))], Cancellation);
        Assert.All(recorded, r => Assert.Single(r, n => n.Notice.Kind == SlaNoticeKind.Breach));
        Assert.Null(await new AuditStore(database).FirstBrokenAsync(Cancellation));
        database.Release();
    }

    [Fact]
    public async Task Imported_history_is_silent_and_what_is_due_after_it_is_told()
    {
        var clock = new MeetingClock();
        await using var running = await RunningService.StartAsync(clock, rules: Rules());
        var now = running.Service.Now;
        await Service.Intake.HistoryImport.RunAsync(running.Service.Pipeline, [Imported("old", now - Duration.FromHours(9)), Imported("new", now - Duration.FromHours(1))], null, Cancellation);
        Assert.Empty(await ToldAsync(running));
        clock.Pass(TimeSpan.FromHours(3) + TimeSpan.FromMinutes(1));
        Assert.Equal(["sla_breached "], await ToldAsync(running));
        Assert.Equal("new#1", (await running.Service.Outbox()).Single(r => r.Kind == "sla_breached").Subject);
    }

    [Fact]
    public async Task What_cannot_be_written_is_tried_again_until_it_is()
    {
        var clock = new MeetingClock();
        await using var running = await EscalatedAsync(clock);
        await using (await running.Service.Database.BeginAsync(Cancellation))
        {
            clock.Pass(TimeSpan.FromMinutes(31));
            while (running.Service.SlaWatch.Trouble is null) await running.Service.SlaWatch.Round;
        }
        Assert.Equal(["sla_unacknowledged lead"], await ToldAsync(running));
        Assert.Null(running.Service.SlaWatch.Trouble);
    }

    [Fact]
    public async Task The_escalation_shows_what_was_told_of_it()
    {
        var clock = new MeetingClock();
        await using var running = await EscalatedAsync(clock);
        clock.Pass(TimeSpan.FromMinutes(31));
        await ToldAsync(running);
        var notice = Assert.Single((await running.GetAsync(One)).Body.GetProperty("sla").GetProperty("notices").EnumerateArray().ToList());
        Assert.Equal(("chain", 1, "lead"), (notice.GetProperty("kind").GetString(), notice.GetProperty("level").GetInt32(), notice.GetProperty("to").GetString()));
    }

    private static async Task<RunningService> EscalatedAsync(MeetingClock clock, string? database = null)
    {
        var running = await RunningService.StartAsync(clock, database, Rules());
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Now(Sent.Message("1"), clock))).Status);
        return running;
    }

    /// <summary>Four hours, always open; after 30 minutes the lead hears of it, after 30 more the boss.</summary>
    private static RuleSet Rules() => SmallRules.Loaded(SmallRules.Files("", SmallRules.Rule("everything", "true"))
        .With("teams.json", """{"teams":{"desk":{"name":"Desk","chain":["lead","boss"]},"lead":{"name":"Lead"}}}"""u8.ToArray()));

    /// <summary>What was told so far, after two whole rounds; the link of a chain after its kind.</summary>
    private static async Task<List<string>> ToldAsync(RunningService running)
    {
        await running.Service.SlaWatch.Round;
        await running.Service.SlaWatch.Round;
        await running.Service.SlaWatch.Round;
        return [.. (await running.Service.Outbox()).Where(r => r.Kind.StartsWith("sla_", StringComparison.Ordinal)).Select(r => $"{r.Kind} {JsonDocument.Parse(r.Payload).RootElement.GetProperty("to").GetString()}")];
    }

    /// <summary>Looks again and again, at moments that differ from run to run of the loop, for three minutes at most.</summary>
    private static async Task UntilAsync(Func<Task<bool>> isSo, Random random)
    {
        var patience = DateTime.UtcNow.AddMinutes(3);
        while (!await isSo())
        {
            Assert.True(DateTime.UtcNow < patience, "it did not come in three minutes");
            await Task.Delay(random.Next(1, 40), Cancellation);
        }
    }

    private static async Task<List<OutboxRow>> BreachesAsync(EscalationDatabase database) =>
        [.. (await new OutboxStore(database).WaitingAsync(100_000, Cancellation)).Where(r => r.Kind == "sla_breached")];

    private static Message Imported(string ticket, Instant at) => new()
    {
        Id = ticket,
        Source = "old/desk",
        ExternalId = ticket,
        TicketId = new TicketId(ticket),
        CustomerId = new CustomerId("of " + ticket),
        Channel = Channel.Email,
        Author = Author.Customer,
        At = at,
        ReceivedAt = at,
        Text = "Where is it?",
    };

    private static Dictionary<string, object?> Now(Dictionary<string, object?> body, TimeProvider clock) => body.With("at", clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null));
}

/// <summary>What the outbox holds.</summary>
internal static class OutboxOf
{
    public static Task<IReadOnlyList<OutboxRow>> Outbox(this Escalation.Service.EscalationService service) =>
        new OutboxStore(service.Database).WaitingAsync(1000, TestContext.Current.CancellationToken);
}
