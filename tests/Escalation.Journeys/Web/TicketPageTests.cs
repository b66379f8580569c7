using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Microsoft.Playwright;

namespace Escalation.Journeys.Web;

/// <summary>A ticket that nobody escalated, as somebody who wonders why meets it.</summary>
public sealed class TicketPageTests
{
    [Fact]
    public async Task A_ticket_that_was_not_escalated_says_which_rule_came_nearest_and_takes_what_people_say_and_take_back()
    {
        await using var browser = await Browser.StartAsync();
        await using var running = await RunningService.StartAsync(rules: SmallRules.Of(SmallRules.Rule("long_message", "message.WordCount > 10"), SmallRules.Rule("capitals", "message.Shouting")));
        await running.PostAsync("/api/v1/messages", Sent.Message("1", "My <b>pump</b> is broken."));
        var page = await browser.OpenAsync(running.Address);
        await page.GotoAsync("/");
        await page.GetByLabel("Ticket").FillAsync(" t-c1 ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("t-c1");
        await Assertions.Expect(page.Locator("aside")).ToContainTextAsync("The nearest came to None 0.00: no rule fired.");
        await Assertions.Expect(page.Locator("aside")).ToContainTextAsync("long_message did not: message.WordCount is 6, the rule asks > 10");
        await Browser.KeepAsync(page, "ticket-not-escalated");

        await page.GetByLabel("Your name").FillAsync("Lena Lead");
        await page.GetByLabel("Yes", new() { Exact = true }).CheckAsync();
        await page.GetByLabel("Note").FillAsync("A pump is a matter of <life>.");
        await page.GetByRole(AriaRole.Button, new() { Name = "It should have been escalated" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Noted. Thank you.");
        await Assertions.Expect(page.Locator("ol.timeline")).ToContainTextAsync("Agent Lena Lead said that an escalation was missed");
        await Assertions.Expect(page.Locator("ol.timeline")).ToContainTextAsync("A pump is a matter of <life>.");
        var said = Assert.Single(await running.Service.Labels.OfTicketAsync(new TicketId("t-c1"), TestContext.Current.CancellationToken));
        Assert.Equal((LabelKind.Missed, FrustratedAnswer.Yes, true), (said.Kind, said.Frustrated, said.EffectiveNeeded));
        Assert.Equal((0, Band.None), (said.Shown!.Score, said.Shown.Band));

        await page.GetByText("Take back").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await Assertions.Expect(page.Locator("ol.timeline")).ToContainTextAsync("said that an escalation was missed, taken back since");
        await Assertions.Expect(page.Locator("details.undo")).ToHaveCountAsync(0);
        var labels = await running.Service.Labels.OfTicketAsync(new TicketId("t-c1"), TestContext.Current.CancellationToken);
        Assert.Equal(said.Id, Assert.Single(labels, l => l.Kind == LabelKind.Undone).Undoes);

        await page.GetByLabel("Your name").FillAsync("Lena Lead");
        await page.GetByLabel("Note").FillAsync("Watch for pumps.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Only pass the note on" }).ClickAsync();
        await Assertions.Expect(page.Locator("ol.timeline")).ToContainTextAsync("made a suggestion");
        Assert.Empty(browser.Errors);
    }

    [Theory]
    [InlineData("ticket-not-escalated-narrow", 390, ColorScheme.Light)]
    [InlineData("ticket-not-escalated-dark", 1360, ColorScheme.Dark)]
    public async Task It_fits_narrow_and_dark_screens(string name, int width, ColorScheme scheme)
    {
        await using var browser = await Browser.StartAsync();
        await using var running = await RunningService.StartAsync();
        await running.PostAsync("/api/v1/messages", Sent.Message("1", "Second time I write: the invoice is wrong, please look at it."));
        await running.PostAsync("/api/v1/labels", Sent.Label("l1", "frustration").With("frustrated", "no"));
        var page = await browser.OpenAsync(running.Address, width, scheme: scheme);
        await page.GotoAsync("/tickets/t-c1");
        await Assertions.Expect(page.Locator("#why-not")).ToHaveTextAsync("Not escalated");
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), $"{name} scrolls sideways");
        await Browser.KeepAsync(page, name);
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task A_ticket_of_which_nothing_was_heard_takes_no_judgement()
    {
        await using var running = await RunningService.StartAsync();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["actor"] = "Lena", ["kind"] = "missed" });
        using var answer = await running.Client.PostAsync(new Uri("/tickets/nobody/labels", UriKind.Relative), form, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(await running.Service.Labels.AllAsync(TestContext.Current.CancellationToken));
    }
}
