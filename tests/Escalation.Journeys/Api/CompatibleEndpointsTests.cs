using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Escalation.Journeys.Api;

public sealed class CompatibleEndpointsTests
{
    [Fact]
    public async Task Without_any_escalation_the_dashboard_has_no_data_and_the_records_are_empty()
    {
        await using var running = await RunningService.StartAsync();
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        Assert.Equal("""{"status":"no_data"}""", (await running.GetAsync("/api/dashboard-metrics")).Body.GetRawText());
        Assert.Equal("[]", (await running.GetAsync("/api/escalation-records")).Body.GetRawText());
    }

    [Fact]
    public async Task A_pending_escalation_is_counted_and_a_figure_without_data_is_null()
    {
        await using var running = await RunningService.StartAsync();
        await running.PostAsync("/api/v1/messages", Sent.Message("1", Sent.LegalThreat));
        var (status, figures) = await running.GetAsync("/api/dashboard-metrics");
        Assert.Equal(200, status);
        Assert.Equal((1, 1), (figures.GetProperty("total_escalations").GetInt32(), figures.GetProperty("pending_escalations").GetInt32()));
        Assert.All(["average_resolution_hours", "re_escalation_rate", "false_positive_rate", "routing_accuracy"],
            (string name) => Assert.Equal(JsonValueKind.Null, figures.GetProperty(name).ValueKind));
    }

    [Fact]
    public async Task Records_come_newest_first_with_the_signals_as_of_opening()
    {
        await using var running = await RunningService.StartAsync();
        await running.PostAsync("/api/v1/messages", Sent.Message("1", "I did not authorise it.", customer: "c1"));
        await running.PostAsync("/api/v1/messages", Sent.Message("2", Sent.LegalThreat, customer: "c2"));
        await running.PostAsync("/api/v1/messages", Sent.Message("3", Sent.LegalThreat, customer: "c1"));
        var (status, records) = await running.GetAsync("/api/escalation-records");
        Assert.Equal(200, status);
        Assert.Equal(["t-c2", "t-c1"], records.EnumerateArray().Select(r => r.GetProperty("ticket_id").GetString()));
        Assert.All(records.EnumerateArray(), r => Assert.Equal(["ticket_id", "timestamp", "signals", "assigned_team", "priority", "sla_deadline"], r.EnumerateObject().Select(p => p.Name)));
        var raised = records[1];
        Assert.Equal("keyword_match", Assert.Single(raised.GetProperty("signals").EnumerateArray()).GetProperty("type").GetString());
        Assert.Equal(("executive", "urgent"), (raised.GetProperty("assigned_team").GetString(), raised.GetProperty("priority").GetString()));
        Assert.EndsWith("Z", raised.GetProperty("sla_deadline").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolved_pending_and_dismissed_add_up()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        await using var running = await RunningService.StartAsync(time);
        for (var i = 1; i <= 3; i++) await running.PostAsync("/api/v1/messages", Sent.Message($"{i}", Sent.LegalThreat, customer: $"c{i}"));
        time.Advance(TimeSpan.FromHours(3));
        await running.PostAsync("/api/v1/escalations/t-c1%231/resolve", Sent.By());
        await running.PostAsync("/api/v1/escalations/t-c2%231/labels", Sent.By().With("kind", "dismissed").With("reason", "not_urgent"));
        time.Advance(TimeSpan.FromDays(20));
        var (_, figures) = await running.GetAsync("/api/dashboard-metrics");
        Assert.Equal((3, 1, 1, 1, 0), (Of("total_escalations"), Of("resolved_escalations"), Of("pending_escalations"), Of("dismissed_escalations"), Of("merged_escalations")));
        Assert.Equal(1, figures.GetProperty("false_positive_rate").GetDouble());
        Assert.Equal(3, figures.GetProperty("average_resolution_hours").GetDouble(), 1e-3);

        int Of(string name) => figures.GetProperty(name).GetInt32();
    }
}
