using Microsoft.Extensions.Time.Testing;

namespace Escalation.Journeys.Api;

public sealed class MetricsAndHealthTests
{
    [Fact]
    public async Task Every_figure_carries_n_interval_unit_and_status_and_without_data_no_value()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        await using var running = await RunningService.StartAsync(time);
        var (status, empty) = await running.GetAsync("/api/v1/metrics");
        Assert.Equal(200, status);
        Assert.All(empty.GetProperty("metrics").EnumerateObject().Where(m => m.Name != "pending"), m =>
            Assert.Equal(("no_data", System.Text.Json.JsonValueKind.Null, 0), (m.Value.GetProperty("status").GetString(), m.Value.GetProperty("value").ValueKind, m.Value.GetProperty("n").GetInt32())));

        await running.PostAsync("/api/v1/messages", Sent.Message("1", Sent.LegalThreat, customer: "c1"));
        await running.PostAsync("/api/v1/messages", Sent.Message("2", customer: "c2"));
        await running.PostAsync("/api/v1/escalations/t-c1%231/labels", Sent.By().With("kind", "confirmed"));
        time.Advance(TimeSpan.FromDays(20));       // younger ones are counted apart: their labels may still come
        var (_, answer) = await running.GetAsync("/api/v1/metrics?from=2026-03-01T00:00:00Z");
        var rate = answer.GetProperty("metrics").GetProperty("falsePositiveRate");
        Assert.Equal((0d, 1), (rate.GetProperty("value").GetDouble(), rate.GetProperty("n").GetInt32()));
        Assert.InRange(rate.GetProperty("high").GetDouble(), .5, 1);
        Assert.Equal(1, answer.GetProperty("balance").GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Past_its_deadline_is_what_the_events_say_and_not_what_the_route_promised()
    {
        var clock = new MeetingClock();
        await using var running = await RunningService.StartAsync(clock, rules: SmallRules.Of(SmallRules.Rule("everything", "true")));
        await running.PostAsync("/api/v1/messages", Sent.Message("1").With("at", At()));
        await running.PostAsync("/api/v1/events", Sent.Event("e1", "waiting_customer").With("at", At()));
        clock.Pass(TimeSpan.FromHours(30));
        Assert.Equal(0, await LateAsync());                       // four hours were promised, and have not begun to run out
        await running.PostAsync("/api/v1/messages", Sent.Message("2").With("at", At()));
        clock.Pass(TimeSpan.FromHours(3));
        Assert.Equal(0, await LateAsync());
        clock.Pass(TimeSpan.FromHours(2));
        Assert.Equal(1, await LateAsync());

        string At() => clock.GetUtcNow().ToString("O");

        async Task<double> LateAsync() => (await running.GetAsync("/api/v1/metrics")).Body.GetProperty("details").GetProperty("pending.pastDeadline").GetProperty("value").GetDouble();
    }

    [Theory]
    [InlineData("?from=yesterday", "/from")]
    [InlineData("?to=2026-03-02T00:00:00", "/to")]
    [InlineData("?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "/to")]
    public async Task A_wrong_window_is_named(string query, string pointer)
    {
        await using var running = await RunningService.StartAsync();
        var (status, problem) = await running.GetAsync("/api/v1/metrics" + query);
        Assert.Equal((400, pointer), (status, problem.GetProperty("pointer").GetString()));
    }

    [Fact]
    public async Task It_says_that_it_lives_and_is_ready()
    {
        await using var running = await RunningService.StartAsync();
        Assert.Equal("alive", (await running.GetAsync("/health/live")).Body.GetProperty("status").GetString());
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        var (status, ready) = await running.GetAsync("/health/ready");
        Assert.Equal((200, "ready", 0), (status, ready.GetProperty("status").GetString(), ready.GetProperty("waiting").GetInt32()));
        Assert.Equal(running.Service.Configuration.Id.Value, ready.GetProperty("configuration").GetString());
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("DELETE", "/api/v1/escalations", 405)]
    public async Task What_is_not_there_is_a_problem_with_a_way_out(string method, string path, int expected)
    {
        await using var running = await RunningService.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await running.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((expected, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Contains("/openapi/v1.json", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
