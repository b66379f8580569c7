using Escalation.Journeys.Serving;
using Microsoft.Playwright;

namespace Escalation.Journeys.Web;

/// <summary><c>serve --demo</c> as its first user meets it.</summary>
public sealed class QueuePageTests
{
    [Fact]
    public async Task The_demonstration_shows_the_queue_with_reasons_on_wide_and_narrow_and_dark_screens()
    {
        await using var browser = await Browser.StartAsync();
        using var scratch = new Scratch();
        await using var serve = await ServeProcess.StartAsync(scratch.At("demo.db"), "--demo");
        foreach (var (name, width, scheme) in new[] { ("queue", 1360, ColorScheme.Light), ("queue-narrow", 390, ColorScheme.Light), ("queue-dark", 1360, ColorScheme.Dark) })
        {
            var page = await browser.OpenAsync(serve.Client.BaseAddress!.ToString(), width, scheme: scheme);
            await page.GotoAsync("/");
            await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Escalation queue");
            var cards = page.Locator("ol.queue > li");
            Assert.True(await cards.CountAsync() >= 5, "the demonstration shows a nearly empty queue");
            Assert.Equal(await cards.CountAsync(), await page.Locator("ol.queue > li:has(ul.reasons > li)").CountAsync());
            Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), $"{name} scrolls sideways");
            await Browser.KeepAsync(page, name);
        }
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task A_ticket_says_why_and_a_judgement_given_on_it_ends_it()
    {
        await using var browser = await Browser.StartAsync();
        using var scratch = new Scratch();
        await using var serve = await ServeProcess.StartAsync(scratch.At("demo.db"), "--demo");
        foreach (var (name, width, scheme) in new[] { ("ticket-narrow", 390, ColorScheme.Light), ("ticket-dark", 1360, ColorScheme.Dark), ("ticket", 1360, ColorScheme.Light) })
        {
            var page = await browser.OpenAsync(serve.Client.BaseAddress!.ToString(), width, scheme: scheme);
            await page.GotoAsync("/");
            await page.Locator("ol.queue > li h2 a").First.ClickAsync();
            await Assertions.Expect(page.Locator("ul.shares > li").First).ToBeVisibleAsync();
            await Assertions.Expect(page.Locator("ol.timeline > li").First).ToBeVisibleAsync();
            await Assertions.Expect(page.GetByText("What the tone rests on")).ToBeVisibleAsync();
            Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), $"{name} scrolls sideways");
            await Browser.KeepAsync(page, name);
            if (name != "ticket") continue;

            await page.GetByLabel("Your name").FillAsync("Lena Lead");
            await page.GetByLabel("No", new() { Exact = true }).CheckAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Confirm the escalation" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Noted. Thank you.");
            await Assertions.Expect(page.Locator("ol.timeline")).ToContainTextAsync("Agent Lena Lead confirmed the escalation");
            Assert.Equal("Lena Lead", await page.GetByLabel("Your name").InputValueAsync());
            await page.GetByLabel("If you dismiss it: why?").SelectOptionAsync("already_handled");
            await page.GetByRole(AriaRole.Button, new() { Name = "Dismiss it" }).ClickAsync();
            await Assertions.Expect(page.Locator("ol.timeline")).ToContainTextAsync("dismissed the escalation (already handled)");
            await Assertions.Expect(page.Locator(".lead")).ToContainTextAsync("dismissed");
            await Browser.KeepAsync(page, "ticket-dismissed");
        }
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task The_filter_narrows_and_an_empty_queue_says_that_intake_is_open()
    {
        await using var browser = await Browser.StartAsync();
        await using var running = await RunningService.StartAsync();
        var page = await browser.OpenAsync(running.Address);
        await page.GotoAsync("/");
        await Assertions.Expect(page.Locator(".empty")).ToContainTextAsync("Nothing is waiting");
        await Assertions.Expect(page.Locator(".empty")).ToContainTextAsync("Intake is open");
        await Browser.KeepAsync(page, "queue-empty");
        await running.PostAsync("/api/v1/messages", Sent.Message("1", Sent.LegalThreat + " <script>alert(1)</script>", customer: "c1"));
        await running.PostAsync("/api/v1/messages", Sent.Message("2", "I did not authorise it.", customer: "c2"));
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("ol.queue > li")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("ol.queue > li").First).ToContainTextAsync("<script>alert(1)</script>");
        await page.GetByLabel("Band").SelectOptionAsync("priority_escalation");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Assertions.Expect(page.Locator("ol.queue > li")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("ol.queue > li")).ToContainTextAsync("t-c2");
        Assert.Empty(browser.Errors);
    }
}
