using Microsoft.Playwright;

namespace Escalation.Journeys.Web;

/// <summary>The review list as a lead works through it.</summary>
public sealed class ReviewsPageTests
{
    [Fact]
    public async Task A_lead_finds_the_ticket_looks_at_it_and_says_what_they_found()
    {
        await using var browser = await Browser.StartAsync();
        var rules = SmallRules.Loaded(SmallRules.Files(""","quarantine":{"errors":2,"evaluations":5}""",
            SmallRules.Rule("safety", SmallRules.Throwing, must: true), SmallRules.Rule("spend", SmallRules.Unguarded, must: true)));
        await using var running = await RunningService.StartAsync(rules: rules);
        var page = await browser.OpenAsync(running.Address);
        await page.GotoAsync("/reviews");
        await Assertions.Expect(page.Locator(".empty")).ToContainTextAsync("Nothing to look at");
        foreach (var customer in (string[])["a", "b", "c"]) await running.PostAsync("/api/v1/messages", Sent.Message(customer, "<b>Smoke</b> comes out of it.", customer: customer));

        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "6 reviews wait because a rule failed; 1 rule is quarantined" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Reviews");
        await Assertions.Expect(page.Locator(".notice.bad")).ToContainTextAsync("Rule safety is quarantined");
        await Assertions.Expect(page.Locator("ol.reviews > li")).ToHaveCountAsync(6);
        await Browser.KeepAsync(page, "reviews");

        var card = page.Locator("ol.reviews > li").Filter(new() { HasText = "t-a" }).Filter(new() { HasText = "safety" });
        await card.GetByLabel("Your name").FillAsync("Lena Lead");
        await card.GetByLabel("What you found").FillAsync("No <danger>");
        await card.GetByRole(AriaRole.Button, new() { Name = "Looked at" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Noted. Thank you.");
        await Assertions.Expect(page.Locator("ol.reviews > li")).ToHaveCountAsync(5);
        await Assertions.Expect(page.Locator("section.panel")).ToContainTextAsync("t-a, rule safety: “No <danger>”, Lena Lead");
        Assert.Equal("Lena Lead", await page.GetByLabel("Your name").First.InputValueAsync());
        await page.Locator("ol.reviews h2 a").First.ClickAsync();
        await Assertions.Expect(page.Locator("ol.timeline > li").First).ToContainTextAsync("<b>Smoke</b>");
        Assert.Empty(browser.Errors);
    }

    [Theory]
    [InlineData("reviews-narrow", 390, ColorScheme.Light)]
    [InlineData("reviews-dark", 1360, ColorScheme.Dark)]
    public async Task It_fits_narrow_and_dark_screens(string name, int width, ColorScheme scheme)
    {
        await using var browser = await Browser.StartAsync();
        await using var running = await RunningService.StartAsync(rules: SmallRules.Of(SmallRules.Rule("a_rule_with_a_name_that_is_rather_long_for_a_narrow_screen", SmallRules.Throwing, must: true)));
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        var page = await browser.OpenAsync(running.Address, width, scheme: scheme);
        await page.GotoAsync("/reviews");
        await Assertions.Expect(page.Locator("ol.reviews > li")).ToHaveCountAsync(1);
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), $"{name} scrolls sideways");
        await Browser.KeepAsync(page, name);
        Assert.Empty(browser.Errors);
    }
}
