using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;

namespace Escalation.Journeys.Web;

/// <summary>One problem that hits many customers, as it is listed: by the API and on its page.</summary>
public sealed class IncidentsPageTests
{
    private const string Outage = "The checkout is down and returns error 500, all our customers are affected and we are losing money!";
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_outage_is_one_incident_with_its_tickets_and_customers_until_its_escalations_end()
    {
        await using var browser = await Browser.StartAsync();
        var time = new FakeTimeProvider(Noon);
        await using var running = await RunningService.StartAsync(time);
        Assert.Empty((await running.GetAsync("/api/v1/incidents")).Body.GetProperty("items").EnumerateArray());
        for (var i = 0; i < 8; i++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await running.PostAsync("/api/v1/messages", Sent.Message($"{i}", Outage, customer: $"c{i}", at: time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null)));
        }
        var page = (await running.GetAsync("/api/v1/incidents?limit=1")).Body;
        var incident = Assert.Single(page.GetProperty("items").EnumerateArray().ToList());
        var id = incident.GetProperty("id").GetString()!;
        Assert.Equal(("active", 8), (incident.GetProperty("state").GetString(), incident.GetProperty("customers").GetInt32()));
        Assert.Contains("product=", incident.GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.Equal("2026-03-02T12:08:00.000Z", incident.GetProperty("lastAt").GetString());
        Assert.Empty((await running.GetAsync("/api/v1/incidents?limit=1&cursor=" + page.GetProperty("next").GetString())).Body.GetProperty("items").EnumerateArray());
        var members = (await running.GetAsync("/api/v1/incidents/" + Uri.EscapeDataString(id))).Body.GetProperty("members").EnumerateArray().Select(m => m.GetProperty("ticketId").GetString()!).ToList();
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"t-c{i}"), members.Order(StringComparer.Ordinal));
        Assert.Equal(404, (await running.GetAsync("/api/v1/incidents/nothing")).Status);
        Assert.Equal(400, (await running.GetAsync("/api/v1/incidents?status=shut")).Status);

        foreach (var (name, width, scheme) in new[] { ("incidents", 1360, ColorScheme.Light), ("incidents-dark", 1360, ColorScheme.Dark), ("incidents-narrow", 390, ColorScheme.Light) })
        {
            var screen = await browser.OpenAsync(running.Address, width, scheme: scheme);
            await screen.GotoAsync("/");
            await screen.GetByRole(AriaRole.Link, new() { Name = "Incidents" }).ClickAsync();
            await Assertions.Expect(screen.Locator("ol.incidents > li")).ToContainTextAsync("8 customers on 8 tickets");
            await screen.GetByText("Tickets", new() { Exact = true }).ClickAsync();
            await Assertions.Expect(screen.Locator("ul.members > li")).ToHaveCountAsync(8);
            Assert.False(await screen.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), $"{name} scrolls sideways");
            await Browser.KeepAsync(screen, name);
        }

        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("quiet", (await running.GetAsync("/api/v1/incidents/" + Uri.EscapeDataString(id))).Body.GetProperty("state").GetString());
        foreach (var ticket in members) await running.PostAsync("/api/v1/events", Sent.Event("end " + ticket, "resolved", ticket, time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null)));
        Assert.Equal("ended", (await running.GetAsync("/api/v1/incidents?status=ended")).Body.GetProperty("items")[0].GetProperty("state").GetString());
        Assert.Empty((await running.GetAsync("/api/v1/incidents?status=open")).Body.GetProperty("items").EnumerateArray());
        Assert.Empty(browser.Errors);
    }
}
