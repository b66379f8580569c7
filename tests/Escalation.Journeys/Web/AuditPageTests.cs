using Escalation.Core.Tickets;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;

namespace Escalation.Journeys.Web;

/// <summary>The blind audit as somebody who judges meets it.</summary>
public sealed class AuditPageTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Tickets_of_the_day_before_are_judged_without_what_the_program_made_of_them_and_with_their_chance()
    {
        await using var browser = await Browser.StartAsync();
        var time = new FakeTimeProvider(Noon);
        await using var running = await RunningService.StartAsync(time, with: o => o with { AuditsADay = 2, BlindShare = 0 });
        for (var i = 0; i < 8; i++) await running.PostAsync("/api/v1/messages", Sent.Message($"{i}", $"Where is my <i>order</i> {i}?", customer: $"c{i}"));
        await running.PostAsync("/api/v1/messages", Sent.Message("loud", Sent.LegalThreat, customer: "loud"));       // escalated: not drawn from
        await running.PostAsync("/api/v1/labels", Sent.Label("l1", "missed", ticket: "t-c7"));                         // somebody spoke: not drawn from
        var page = await browser.OpenAsync(running.Address);
        await page.GotoAsync("/audit");
        await Assertions.Expect(page.Locator(".empty")).ToContainTextAsync("Nothing to judge");                        // the day is not over

        time.Advance(TimeSpan.FromDays(1));
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Audit" }).ClickAsync();
        await Assertions.Expect(page.Locator(".lead")).ToContainTextAsync("2 tickets wait");
        await Assertions.Expect(page.Locator("ol.timeline > li")).ToContainTextAsync("Where is my <i>order</i>");
        Assert.DoesNotContain("0.", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);            // no score
        await Assertions.Expect(page.Locator("main")).Not.ToContainTextAsync("None");                                  // no band
        await Browser.KeepAsync(page, "audit");

        await page.GetByLabel("Your name").FillAsync("Quinn QA");
        await page.GetByLabel("No, the queue is enough").CheckAsync();
        await page.GetByLabel("No", new() { Exact = true }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Noted. Thank you.");
        await Assertions.Expect(page.Locator(".lead")).ToContainTextAsync("1 ticket waits");
        await page.GetByLabel("Yes, escalate it").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Assertions.Expect(page.Locator(".empty")).ToContainTextAsync("Nothing to judge");

        var labels = (await running.Service.Labels.AllAsync(TestContext.Current.CancellationToken)).Where(l => l.Origin == LabelOrigin.Audit).OrderBy(l => l.Needed).ToList();
        Assert.Equal(2, labels.Count);
        Assert.All(labels, l => Assert.Equal((null, "daily 2026-03-02", "quiet", 2 / 7.0, "Quinn QA"), (l.Shown, l.Audit!.Design, l.Audit.Stratum, l.Audit.Probability, l.Actor.Id)));
        Assert.Equal([(false, FrustratedAnswer.No), (true, (FrustratedAnswer?)null)], labels.Select(l => (l.EffectiveNeeded!.Value, l.Frustrated)));
        Assert.Empty(browser.Errors);

        // The next day is drawn from once more, the one before not again.
        await running.PostAsync("/api/v1/messages", Sent.Message("late", "Is it coming?", customer: "late", at: "2026-03-03T12:00:00Z"));
        time.Advance(TimeSpan.FromDays(1));
        await page.GotoAsync("/audit");
        await Assertions.Expect(page.Locator(".lead")).ToContainTextAsync("1 ticket waits");
    }

    [Fact]
    public async Task A_share_of_what_was_escalated_stands_among_them_without_what_would_tell_and_its_answers_are_blind_confirmations()
    {
        await using var browser = await Browser.StartAsync();
        var time = new FakeTimeProvider(Noon);
        await using var running = await RunningService.StartAsync(time, with: o => o with { AuditsADay = 1, BlindShare = .5 });
        await running.PostAsync("/api/v1/messages", Sent.Message("calm", customer: "calm"));
        for (var i = 0; i < 4; i++) await running.PostAsync("/api/v1/messages", Sent.Message($"{i}", Sent.LegalThreat, customer: $"c{i}"));
        time.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 4; i++) await running.PostAsync("/api/v1/messages", Sent.Message($"answer {i}", "A lead is on it.", customer: $"c{i}", author: "agent"));
        await running.PostAsync("/api/v1/escalations/t-c0%231/labels", new { kind = "confirmed", actor = new { id = "ann", kind = "human" } });
        time.Advance(TimeSpan.FromDays(1));
        var page = await browser.OpenAsync(running.Address);
        await page.GotoAsync("/audit");
        await Assertions.Expect(page.Locator(".lead")).ToContainTextAsync("3 tickets wait");
        for (var i = 0; i < 3; i++)
        {
            await Assertions.Expect(page.Locator("ol.timeline > li")).ToHaveCountAsync(1);                 // nothing that came after the escalation
            await Assertions.Expect(page.Locator("mark")).ToHaveCountAsync(0);
            if (i == 0) await Browser.KeepAsync(page, "audit-mixed");
            await page.GetByLabel("Your name").FillAsync("Quinn QA");
            await page.GetByLabel("No, the queue is enough").CheckAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Noted. Thank you.");
        }
        await Assertions.Expect(page.Locator(".empty")).ToBeVisibleAsync();

        var labels = (await running.Service.Labels.AllAsync(TestContext.Current.CancellationToken)).Where(l => l.Audit is { IsOfEscalated: true }).ToList();
        Assert.Equal(2, labels.Count);
        Assert.All(labels, l => Assert.Equal((null, "daily 2026-02-24 to 2026-03-02", .5, false), (l.Shown, l.Audit!.Design, l.Audit.Probability, l.EffectiveNeeded)));
        Assert.Equal(4, (await running.Service.Episodes.CountAsync(running.Service.Now, TestContext.Current.CancellationToken)).Open);       // a blind word ends nothing
        time.Advance(TimeSpan.FromDays(15));
        var details = (await running.GetAsync("/api/v1/metrics")).Body.GetProperty("details");
        Assert.Equal((1.0, 2), (details.GetProperty("falsePositiveRate.blind").GetProperty("value").GetDouble(), details.GetProperty("falsePositiveRate.blind").GetProperty("n").GetInt32()));
        Assert.Empty(browser.Errors);
    }

    [Theory]
    [InlineData("audit-narrow", 390, ColorScheme.Light)]
    [InlineData("audit-dark", 1360, ColorScheme.Dark)]
    public async Task It_fits_narrow_and_dark_screens(string name, int width, ColorScheme scheme)
    {
        await using var browser = await Browser.StartAsync();
        var time = new FakeTimeProvider(Noon);
        await using var running = await RunningService.StartAsync(time);
        await running.PostAsync("/api/v1/messages", Sent.Message("1", "I wrote on Monday about " + new string('x', 120) + " and nobody answered so far. Could you look at it?"));
        time.Advance(TimeSpan.FromDays(1));
        var page = await browser.OpenAsync(running.Address, width, scheme: scheme);
        await page.GotoAsync("/audit");
        await Assertions.Expect(page.Locator("ol.timeline > li")).ToHaveCountAsync(1);
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), $"{name} scrolls sideways");
        await Browser.KeepAsync(page, name);
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task An_answer_twice_is_one_label_and_none_is_asked_where_audits_are_off()
    {
        var time = new FakeTimeProvider(Noon);
        await using var running = await RunningService.StartAsync(time, with: o => o with { AuditsADay = 0 });
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await running.Service.Audit.NextAsync(TestContext.Current.CancellationToken));

        await using var asking = await RunningService.StartAsync(time);
        await asking.PostAsync("/api/v1/messages", Sent.Message("1", at: "2026-03-03T12:00:00Z"));
        time.Advance(TimeSpan.FromDays(1));
        Assert.NotNull(await asking.Service.Audit.NextAsync(TestContext.Current.CancellationToken));
        for (var i = 0; i < 2; i++)
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["actor"] = "Quinn", ["ticket"] = "t-c1", ["needed"] = i == 0 ? "true" : "false" });
            using var answer = await asking.Client.PostAsync(new Uri("/audit", UriKind.Relative), form, TestContext.Current.CancellationToken);
            Assert.True((int)answer.StatusCode < 400, $"{answer.StatusCode}");
        }
        Assert.True(Assert.Single(await asking.Service.Labels.AllAsync(TestContext.Current.CancellationToken)).Needed);
    }
}
