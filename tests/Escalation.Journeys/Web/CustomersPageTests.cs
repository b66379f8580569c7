using Escalation.Service.Intake.Channels;
using Microsoft.Playwright;

namespace Escalation.Journeys.Web;

/// <summary>Who is one person, as somebody decides it.</summary>
public sealed class CustomersPageTests
{
    [Fact]
    public async Task A_person_makes_two_ids_one_person_and_takes_it_back()
    {
        await using var browser = await Browser.StartAsync();
        await using var running = await StartAsync();
        var page = await browser.OpenAsync(running.Address);
        await page.GotoAsync("/customers");
        var card = page.Locator("ol.reviews > li");
        await Assertions.Expect(card).ToContainTextAsync("may be calls/9: nobody vouches for it");
        await Browser.KeepAsync(page, "customers");
        await card.GetByLabel("Your name").FillAsync("Lena Lead");
        await card.GetByLabel("Why").FillAsync("she called");
        await card.GetByRole(AriaRole.Button, new() { Name = "One person" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Noted. Thank you.");
        await Assertions.Expect(card).ToHaveCountAsync(0);
        var lately = page.Locator("ul.links > li");
        await Assertions.Expect(lately).ToContainTextAsync("anna@x is calls/9: “she called”, Lena Lead,");
        await lately.GetByText("Take it back").ClickAsync();
        await lately.GetByLabel("Why").FillAsync("it was her sister");
        await lately.GetByRole(AriaRole.Button, new() { Name = "Not the same" }).ClickAsync();
        await Assertions.Expect(lately).ToContainTextAsync("anna@x is not calls/9: “it was her sister”, Lena Lead,");
        await Assertions.Expect(card).ToHaveCountAsync(0);
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task It_fits_a_narrow_screen()
    {
        await using var browser = await Browser.StartAsync();
        await using var running = await StartAsync(new string('x', 200));
        var page = await browser.OpenAsync(running.Address, 390);
        await page.GotoAsync("/customers");
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), "it scrolls sideways");
        await Browser.KeepAsync(page, "customers-narrow");
        Assert.Empty(browser.Errors);
    }

    private static async Task<RunningService> StartAsync(string more = "")
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch.At("channels.json"), """{ "channels": { "in": { "kind": "phone", "source": "calls", "unsigned": true } } }""");
        var channels = ChannelCatalog.Load(scratch.At("channels.json"), out var problems);
        Assert.Empty(problems);
        var running = await RunningService.StartAsync(with: o => o with { Channels = channels });
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message("1", customer: more + "anna@x"))).Status);
        Assert.Equal(201, (await running.PostAsync("/api/v1/channels/in", $$"""{ "callId": "1", "customerId": "9", "email": "{{more}}anna@x", "at": "2026-03-02T13:00:00Z", "text": "It broke" }""")).Status);
        return running;
    }
}
