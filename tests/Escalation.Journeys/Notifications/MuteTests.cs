using Escalation.Storage;

namespace Escalation.Journeys.Notifications;

/// <summary>Mutes: nobody is told, nothing is lost, and the ticket says so.</summary>
public sealed class MuteTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData("customer", "c1"), InlineData("ticket", "t-c1"), InlineData("robot", "desk/acme")]
    public async Task What_is_muted_is_escalated_and_told_to_nobody_until_the_mute_is_ended(string kind, string subject)
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        var clock = new MeetingClock();
        await using var running = await RunningService.StartAsync(clock, rules: Told.ByMail(sink.Port));
        var body = Order(clock, kind, subject);
        var (created, mute) = await running.PostAsync("/api/v1/mutes", body);
        Assert.Equal((201, true), (created, mute.GetProperty("inForce").GetBoolean()));
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        var stopped = Assert.Single(await running.StandAsync(1, NotificationStatus.Stopped));
        Assert.StartsWith("muted by lea until ", stopped.Detail, StringComparison.Ordinal);
        Assert.EndsWith("a flood from a test account", stopped.Detail, StringComparison.Ordinal);
        Assert.Single((await running.GetAsync("/api/v1/escalations")).Body.GetProperty("items").EnumerateArray());
        Assert.Contains("a flood from a test account (lea)", await running.Client.GetStringAsync("/tickets/t-c1", Cancellation), StringComparison.Ordinal);

        var end = new Dictionary<string, object?> { ["actor"] = "max", ["reason"] = "it was a customer after all" };
        var id = mute.GetProperty("id").GetString();
        Assert.Equal(200, (await running.PostAsync($"/api/v1/mutes/{id}/end", end)).Status);
        Assert.Equal(404, (await running.PostAsync($"/api/v1/mutes/{id}/end", end)).Status);
        Assert.DoesNotContain("a flood", await running.Client.GetStringAsync("/tickets/t-c1", Cancellation), StringComparison.Ordinal);
        var raise = Sent.Event("e1", "escalated").With("band", "immediate_escalation").With("at", clock.GetUtcNow().ToString("O"));
        await running.PostAsync("/api/v1/events", raise);
        await running.StandAsync(2, n => n.Status is NotificationStatus.Sent or NotificationStatus.Stopped);
        Assert.Single(sink.Mails);
        Assert.Equal(["mute_started", "mute_ended"], (await new AuditStore(running.Service.Database).OfAsync(subject, Cancellation)).Select(e => e.Kind));
        Assert.Equal(["max"], (await running.GetAsync("/api/v1/mutes?all=true")).Body.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("endedBy").GetString()));
    }

    [Fact]
    public async Task A_mute_ends_by_itself_and_another_ticket_is_told_all_along()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        var clock = new MeetingClock();
        await using var running = await RunningService.StartAsync(clock, rules: Told.ByMail(sink.Port));
        await running.PostAsync("/api/v1/mutes", Order(clock, "ticket", "t-c1"));
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        await running.PostAsync("/api/v1/messages", Sent.Message("2", customer: "c2"));
        await running.StandAsync(2, n => n.Status is NotificationStatus.Sent or NotificationStatus.Stopped);
        Assert.Contains("t-c2", Assert.Single(sink.Mails).Subject, StringComparison.Ordinal);
        clock.Pass(TimeSpan.FromHours(2));
        Assert.Empty((await running.GetAsync("/api/v1/mutes")).Body.GetProperty("items").EnumerateArray());
        await running.PostAsync("/api/v1/events", Sent.Event("e1", "escalated").With("band", "immediate_escalation").With("at", clock.GetUtcNow().ToString("O")));
        await sink.AcceptedAsync(2);
    }

    [Fact]
    public async Task A_page_mutes_and_takes_that_back()
    {
        await using var running = await RunningService.StartAsync(rules: SmallRules.Of(Told.Every));
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        Assert.Equal(303, await PostAsync("/tickets/t-c1/mutes", ("subject", "customer:c1"), ("days", "7"), ("reason", "known")));
        var mute = (await running.GetAsync("/api/v1/mutes")).Body.GetProperty("items")[0];
        Assert.Equal(("customer", "c1", "lea"), (mute.GetProperty("kind").GetString(), mute.GetProperty("subject").GetString(), mute.GetProperty("actor").GetString()));
        Assert.Equal(400, await PostAsync("/tickets/t-c1/mutes", ("subject", "customer:c1"), ("days", "400"), ("reason", "known")));
        Assert.Equal(400, await PostAsync("/tickets/t-c1/mutes", ("subject", "nobody"), ("days", "1"), ("reason", "known")));
        Assert.Equal(303, await PostAsync("/tickets/t-c1/mutes/" + mute.GetProperty("id").GetString(), ("reason", "over")));
        Assert.Equal(409, await PostAsync("/tickets/t-c1/mutes/" + mute.GetProperty("id").GetString(), ("reason", "over")));

        async Task<int> PostAsync(string path, params (string Name, string Value)[] fields)
        {
            using var response = await running.Client.PostAsync(path, new FormUrlEncodedContent([new("actor", "lea"), .. fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value))]), Cancellation);
            return (int)response.StatusCode;
        }
    }

    [Theory]
    [InlineData("kind", "everybody", "/kind")]
    [InlineData("subject", " ", "/subject")]
    [InlineData("until", "2020-01-01T00:00:00Z", "/until")]
    [InlineData("until", "2999-01-01T00:00:00Z", "/until")]
    [InlineData("reason", "", "/reason")]
    [InlineData("actor", "", "/actor")]
    [InlineData("why", "x", "/why")]
    public async Task What_is_wrong_is_named(string field, string value, string pointer)
    {
        await using var running = await RunningService.StartAsync();
        var (status, problem) = await running.PostAsync("/api/v1/mutes", Order(TimeProvider.System, "customer", "c1").With(field, value));
        Assert.Equal((400, pointer), (status, problem.GetProperty("pointer").GetString()));
    }

    private static Dictionary<string, object?> Order(TimeProvider clock, string kind, string subject) => new()
    {
        ["kind"] = kind,
        ["subject"] = subject,
        ["until"] = clock.GetUtcNow().AddHours(1).ToString("O"),
        ["reason"] = "a flood from a test account",
        ["actor"] = "lea",
    };
}
