using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Service.Versions;

namespace Escalation.Journeys.Api;

/// <summary>The service level of an escalation as the API, the pages and the command line show it: counted from events, never stored.</summary>
public sealed class SlaTimelineTests
{
    private const string One = "/api/v1/escalations/t-c1%231";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Waiting_for_the_customer_takes_the_deadline_away_and_their_answer_gives_it_back_later()
    {
        var clock = new MeetingClock();
        await using var running = await EscalatedAsync(clock);
        var first = await SlaAsync(running);
        Assert.Equal(("running", 4, "always"), (first.GetProperty("state").GetString(), first.GetProperty("hours").GetDouble(), first.GetProperty("calendar").GetString()));

        clock.Pass(TimeSpan.FromHours(1));
        await running.PostAsync("/api/v1/events", Now(Sent.Event("e1", "waiting_customer"), clock));
        clock.Pass(TimeSpan.FromHours(30));
        var paused = await SlaAsync(running);
        Assert.Equal(("paused", JsonValueKind.Null), (paused.GetProperty("state").GetString(), paused.GetProperty("deadline").ValueKind));
        Assert.InRange(paused.GetProperty("leftSeconds").GetDouble(), 3 * 3600 - 60, 3 * 3600);
        var (_, list) = await running.GetAsync("/api/v1/escalations");
        Assert.Equal(JsonValueKind.Null, list.GetProperty("items")[0].GetProperty("slaDeadline").ValueKind);
        Assert.Equal(JsonValueKind.Null, list.GetProperty("items")[0].GetProperty("sla").GetProperty("segments").ValueKind);
        Assert.Equal(JsonValueKind.Null, (await running.GetAsync("/api/escalation-records")).Body[0].GetProperty("sla_deadline").ValueKind);
        using (var page = await running.Client.GetAsync("/", Cancellation))
            Assert.Contains("paused: waits for the customer, 2 h 59 min left after that", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        await running.PostAsync("/api/v1/messages", Now(Sent.Message("2", "Here it is."), clock));
        var resumed = await SlaAsync(running);
        Assert.Equal("running", resumed.GetProperty("state").GetString());
        Assert.Equal(["open", "paused", "open"], resumed.GetProperty("segments").EnumerateArray().Select(s => s.GetProperty("kind").GetString()));
        Assert.InRange(DateTimeOffset.Parse(resumed.GetProperty("deadline").GetString()!, null) - clock.GetUtcNow(), TimeSpan.FromMinutes(179), TimeSpan.FromHours(3));
        clock.Pass(TimeSpan.FromHours(4));
        Assert.Equal("overdue", (await SlaAsync(running)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_reopened_escalation_starts_anew_and_one_that_ended_says_how()
    {
        var clock = new MeetingClock();
        await using var running = await EscalatedAsync(clock);
        clock.Pass(TimeSpan.FromHours(3));
        await running.PostAsync(One + "/resolve", Sent.By());
        Assert.Equal("met", (await SlaAsync(running)).GetProperty("state").GetString());
        clock.Pass(TimeSpan.FromHours(3));
        await running.PostAsync("/api/v1/events", Now(Sent.Event("e2", "reopened"), clock));
        var reopened = await SlaAsync(running);
        Assert.Equal("running", reopened.GetProperty("state").GetString());
        Assert.InRange(reopened.GetProperty("leftSeconds").GetDouble(), 4 * 3600 - 60, 4 * 3600);
        clock.Pass(TimeSpan.FromHours(5));
        await running.PostAsync(One + "/resolve", Sent.By());
        Assert.Equal("breached", (await SlaAsync(running)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_calendar_promoted_in_between_counts_from_then_on()
    {
        var clock = new MeetingClock();
        var files = SmallRules.Files("", [Route("office")], [SmallRules.Rule("everything", "true")]).With("calendars/office.json", Office(WholeWeek));
        await using var running = await EscalatedAsync(clock, SmallRules.Loaded(files));
        clock.Pass(TimeSpan.FromHours(1));
        var closed = SmallRules.Loaded(files.With("calendars/office.json", Office(WholeWeek, [.. Enumerable.Range(-1, 4).Select(d => clock.GetUtcNow().UtcDateTime.Date.AddDays(d).ToString("yyyy-MM-dd", null))])));
        await running.Service.Versions.ActivateAsync(new Configuration(closed, null, null), new ActivationOrder("lea", "holidays"), running.Service.Now, Cancellation);
        var sla = await SlaAsync(running);
        Assert.Equal(["open", "holiday", "open"], sla.GetProperty("segments").EnumerateArray().Select(s => s.GetProperty("kind").GetString()));
        Assert.InRange(sla.GetProperty("countedSeconds").GetDouble(), 3600, 3660);
        Assert.True(DateTimeOffset.Parse(sla.GetProperty("deadline").GetString()!, null) - clock.GetUtcNow() > TimeSpan.FromDays(2), sla.ToString());
    }

    [Fact]
    public async Task The_queue_puts_what_is_due_first_on_top_although_it_was_promised_later()
    {
        var clock = new MeetingClock();
        await using var running = await EscalatedAsync(clock);
        await running.PostAsync("/api/v1/events", Now(Sent.Event("e1", "waiting_customer"), clock));
        clock.Pass(TimeSpan.FromMinutes(30));
        await running.PostAsync("/api/v1/messages", Now(Sent.Message("3", customer: "c2"), clock));
        using var page = await running.Client.GetAsync("/", Cancellation);
        var text = await page.Content.ReadAsStringAsync(Cancellation);
        Assert.InRange(text.IndexOf("/tickets/t-c2", StringComparison.Ordinal), 0, text.IndexOf("/tickets/t-c1", StringComparison.Ordinal));
    }

    private const string WholeWeek = """{"mon":[["00:00","24:00"]],"tue":[["00:00","24:00"]],"wed":[["00:00","24:00"]],"thu":[["00:00","24:00"]],"fri":[["00:00","24:00"]],"sat":[["00:00","24:00"]],"sun":[["00:00","24:00"]]}""";

    private static byte[] Office(string hours, params string[] holidays) =>
        JsonSerializer.SerializeToUtf8Bytes(new { timeZone = "UTC", hours = JsonDocument.Parse(hours).RootElement, holidays });

    private static string Route(string calendar) => SmallRules.RoutingRule("all", "true").Replace("always", calendar, StringComparison.Ordinal);

    private static async Task<RunningService> EscalatedAsync(TimeProvider clock, RuleSet? rules = null)
    {
        var running = await RunningService.StartAsync(clock, rules: rules ?? SmallRules.Of(SmallRules.Rule("everything", "true")));
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Now(Sent.Message("1"), clock))).Status);
        return running;
    }

    private static async Task<JsonElement> SlaAsync(RunningService running)
    {
        var (status, one) = await running.GetAsync(One);
        Assert.Equal(200, status);
        var sla = one.GetProperty("sla");
        Assert.Equal(sla.GetProperty("deadline").GetString(), one.GetProperty("slaDeadline").GetString());
        return sla;
    }

    private static Dictionary<string, object?> Now(Dictionary<string, object?> body, TimeProvider clock) => body.With("at", clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null));
}
