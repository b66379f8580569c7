using System.Globalization;
using System.Text;
using Escalation.Service.Intake.Channels;
using Microsoft.Playwright;

namespace Escalation.Journeys.Web;

/// <summary>What channels could not take, as a person works through it.</summary>
public sealed class DeliveriesPageTests
{
    private const string Secret = "a secret of eight and more";

    [Fact]
    public async Task A_person_sees_what_was_sent_and_what_is_wrong_tries_again_and_throws_away()
    {
        await using var browser = await Browser.StartAsync();
        await using var running = await StartAsync();
        await SendAsync(running, """{ "callId": "call-1", "customerId": "c1", "at": "later", "text": "<b>It</b> broke" }""");
        await SendAsync(running, "{ this is no JSON");
        var page = await browser.OpenAsync(running.Address);
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "2 deliveries of channels could not be taken" }).ClickAsync();
        await Assertions.Expect(page.Locator("ol.reviews > li")).ToHaveCountAsync(2);
        var card = page.Locator("ol.reviews > li").Filter(new() { HasText = "/at" });
        await Assertions.Expect(card).ToContainTextAsync("\"later\" is no time with an offset");
        await card.GetByText("What was sent").ClickAsync();
        await Assertions.Expect(card.Locator("pre")).ToContainTextAsync("<b>It</b> broke");
        await Browser.KeepAsync(page, "deliveries");

        await card.GetByLabel("Your name").FillAsync("Lena Lead");
        await card.GetByLabel("Why").FillAsync("was it only once?");
        await card.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("cannot be taken yet");
        await Assertions.Expect(page.Locator("ol.reviews > li")).ToHaveCountAsync(2);
        await card.GetByLabel("Why").FillAsync("a test of the sender's");
        await card.GetByRole(AriaRole.Button, new() { Name = "Throw away" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Noted. Thank you.");
        await Assertions.Expect(page.Locator("ol.reviews > li")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("section.panel")).ToContainTextAsync("in, thrown away: “a test of the sender's”, Lena Lead");
        Assert.DoesNotContain(browser.Errors, e => !e.Contains("422", StringComparison.Ordinal));       // the browser says so of a page that is an answer to what cannot be done
    }

    [Theory, InlineData("deliveries-narrow", 390, ColorScheme.Light), InlineData("deliveries-dark", 1360, ColorScheme.Dark)]
    public async Task It_fits_narrow_and_dark_screens(string name, int width, ColorScheme scheme)
    {
        await using var browser = await Browser.StartAsync();
        await using var running = await StartAsync();
        await SendAsync(running, $$"""{ "callId": "{{new string('x', 300)}}", "customerId": "c1", "at": "later", "text": "It broke" }""");
        var page = await browser.OpenAsync(running.Address, width, scheme: scheme);
        await page.GotoAsync("/deliveries");
        await page.GetByText("What was sent").ClickAsync();
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), $"{name} scrolls sideways");
        await Browser.KeepAsync(page, name);
        Assert.Empty(browser.Errors);
    }

    private static Task<RunningService> StartAsync()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch.At("secret"), Secret);
        File.WriteAllText(scratch.At("channels.json"), """{ "channels": { "in": { "kind": "phone", "source": "calls", "secret": { "file": "secret" } } } }""");
        var channels = ChannelCatalog.Load(scratch.At("channels.json"), out var problems);
        Assert.Empty(problems);
        return RunningService.StartAsync(with: o => o with { Channels = channels });
    }

    private static async Task SendAsync(RunningService running, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var time = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/channels/in") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TryAddWithoutValidation(SignatureScheme.Own.Header, SignatureScheme.Own.Sign(Secret, time, bytes));
        request.Headers.TryAddWithoutValidation(SignatureScheme.Own.TimeHeader!, time);
        using var response = await running.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)response.StatusCode);
    }
}
