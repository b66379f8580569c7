using System.Text.RegularExpressions;
using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using Escalation.Journeys.Web;
using Escalation.Storage;

namespace Escalation.Journeys.Notifications;

/// <summary>Answers from the message itself: a link only asks, its page acts, once.</summary>
public sealed partial class AnswerTests
{
    private const string Public = "https://desk.example";
    private const string Duty = "duty@desk.example";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Looking_at_a_link_changes_nothing_and_answering_on_its_page_does_once_in_the_recipients_name()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        await using var running = await StartAsync(sink);
        var links = await LinksAsync(running, sink);
        for (var i = 0; i < 2; i++)
            foreach (var link in links.Values)
            {
                using var page = await running.Client.GetAsync(link, Cancellation);
                var html = await page.Content.ReadAsStringAsync(Cancellation);
                Assert.Equal(200, (int)page.StatusCode);
                Assert.Contains("Nothing has been done yet", html, StringComparison.Ordinal);
                Assert.Contains(Duty, html, StringComparison.Ordinal);
            }
        Assert.Equal(EpisodeStatus.Open, (await EpisodeAsync(running)).Status);
        Assert.Empty(await running.Service.Labels.OfTicketAsync(new TicketId("t-c1"), Cancellation));

        Assert.Equal((200, "Noted. Thank you."), await AnswerAsync(running, links["acknowledge"]));
        var acknowledged = Assert.Single(await running.Service.Events.OfTicketAsync(new TicketId("t-c1"), Cancellation));
        Assert.Equal((EventKind.Acknowledged, new Actor(Duty, ActorKind.Human)), (acknowledged.Kind, acknowledged.Actor));
        Assert.Equal((410, "This was done already"), await AnswerAsync(running, links["acknowledge"]));
        Assert.Equal((410, "This was done already"), await LookAsync(running, links["acknowledge"]));

        Assert.Equal((200, "Noted. Thank you."), await AnswerAsync(running, links["assign"], ("team", "desk")));
        Assert.Equal((EpisodeStatus.Assigned, "desk"), ((await EpisodeAsync(running)).Status, (await EpisodeAsync(running)).Team));
        Assert.Equal((200, "Noted. Thank you."), await AnswerAsync(running, links["confirm"], ("frustrated", "yes")));
        var label = Assert.Single(await running.Service.Labels.OfTicketAsync(new TicketId("t-c1"), Cancellation));
        Assert.Equal((LabelKind.Confirmed, FrustratedAnswer.Yes, LabelOrigin.Agent, Duty, Band.PriorityEscalation), (label.Kind, label.Frustrated, label.Origin, label.Actor.Id, label.Shown!.Band));
        Assert.Matches("^answer-n-[0-9a-f]{24}-confirm$", label.Id);
        Assert.Equal(400, (await AnswerAsync(running, links["dismiss"])).Status);                     // without a reason
        Assert.Equal((200, "Noted. Thank you."), await AnswerAsync(running, links["dismiss"], ("reason", "not_urgent"), ("note", "a joke")));
        Assert.Equal(EpisodeStatus.Dismissed, (await EpisodeAsync(running)).Status);
    }

    [Fact]
    public async Task A_link_that_was_changed_or_is_too_old_or_too_late_says_so_kindly_and_does_nothing()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        var clock = new MeetingClock();
        await using var running = await StartAsync(sink, clock);
        var links = await LinksAsync(running, sink);
        var parts = links["acknowledge"].Split('/');                // "", answer, notification, action, expires, signature
        string[] forged =
        [
            links["acknowledge"][..^1], links["acknowledge"] + "A", links["acknowledge"].Replace("acknowledge", "dismiss", StringComparison.Ordinal), links["acknowledge"].Replace("acknowledge", "resolve", StringComparison.Ordinal),
            string.Join('/', parts[0], parts[1], parts[2], parts[3], parts[4] + "0", parts[5]), string.Join('/', parts[0], parts[1], "n-000000000000000000000000", parts[3], parts[4], parts[5]),
        ];
        foreach (var link in forged)
        {
            Assert.Equal((404, "This link does not work"), await LookAsync(running, link));
            Assert.Equal((404, "This link does not work"), await AnswerAsync(running, link, ("reason", "other")));
        }
        clock.Pass(TimeSpan.FromDays(7));
        Assert.Equal((410, "This link is too old"), await LookAsync(running, links["acknowledge"]));
        Assert.Equal((410, "This link is too old"), await AnswerAsync(running, links["acknowledge"]));
        Assert.Equal(EpisodeStatus.Open, (await EpisodeAsync(running)).Status);
        clock.Pass(-TimeSpan.FromDays(7));
        await running.PostAsync("/api/v1/escalations/t-c1%231/resolve", Sent.By());
        Assert.Equal((409, "Somebody was faster"), await LookAsync(running, links["acknowledge"]));
        Assert.Equal((409, "Somebody was faster"), await AnswerAsync(running, links["dismiss"], ("reason", "other")));
        Assert.Equal(EpisodeStatus.Resolved, (await EpisodeAsync(running)).Status);
    }

    [Fact]
    public async Task Two_answers_at_once_count_once()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        await using var running = await StartAsync(sink);
        var links = await LinksAsync(running, sink);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AnswerAsync(running, links["confirm"])));
        Assert.Single(answers, a => a.Status == 200);
        Assert.All(answers, a => Assert.True(a.Status is 200 or 410, $"{a.Status} {a.Title}"));
        Assert.Single(await running.Service.Labels.OfTicketAsync(new TicketId("t-c1"), Cancellation));
    }

    [Fact]
    public async Task Through_the_public_address_only_links_can_be_reached_and_never_from_a_page_of_another_site()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        await using var running = await StartAsync(sink);
        var links = await LinksAsync(running, sink);
        Assert.Equal(200, await StatusAsync(HttpMethod.Get, links["confirm"], "desk.example", null));
        Assert.Equal(403, await StatusAsync(HttpMethod.Get, "/", "desk.example", null));
        Assert.Equal(403, await StatusAsync(HttpMethod.Get, links["confirm"], "evil.example", null));
        Assert.Equal(403, await StatusAsync(HttpMethod.Post, links["confirm"], "desk.example", "https://evil.example"));
        Assert.Empty(await running.Service.Labels.OfTicketAsync(new TicketId("t-c1"), Cancellation));
        Assert.Equal(200, await StatusAsync(HttpMethod.Post, links["confirm"], "desk.example", Public));

        async Task<int> StatusAsync(HttpMethod method, string path, string host, string? origin)
        {
            using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Post ? new FormUrlEncodedContent([]) : null };
            request.Headers.Host = host;
            if (origin is not null) request.Headers.Add("Origin", origin);
            using var response = await running.Client.SendAsync(request, Cancellation);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task The_page_is_answered_in_a_browser()
    {
        await using var browser = await Browser.StartAsync();
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        await using var running = await StartAsync(sink);
        var links = await LinksAsync(running, sink);
        var page = await browser.OpenAsync(running.Address);
        await page.GotoAsync(links["dismiss"]);
        await Browser.KeepAsync(page, "answer-dismiss");
        await page.SelectOptionAsync("select[name=reason]", "not_frustrated");
        await page.SelectOptionAsync("select[name=frustrated]", "no");
        await page.ClickAsync("form[method=post] button[type=submit]");     // not the search of every page
        await Microsoft.Playwright.Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Noted. Thank you.");
        await Browser.KeepAsync(page, "answer-noted");
        var label = Assert.Single(await running.Service.Labels.OfTicketAsync(new TicketId("t-c1"), Cancellation));
        Assert.Equal((LabelKind.Dismissed, DismissalReason.NotFrustrated, FrustratedAnswer.No), (label.Kind, label.Reason, label.Frustrated));
        Assert.Empty(browser.Errors);
    }

    private static Task<RunningService> StartAsync(SmtpSink sink, TimeProvider? clock = null) =>
        RunningService.StartAsync(clock, rules: Told.Rules($"\"mail\":{Told.Mail(sink.Port)}", $$"""{"channel":"mail","to":"{{Duty}}"}""", $",\"publicUrl\":\"{Public}\""));

    /// <summary>Escalates, and reads the links of the mail by their action.</summary>
    private static async Task<Dictionary<string, string>> LinksAsync(RunningService running, SmtpSink sink)
    {
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        await running.StandAsync(1, NotificationStatus.Sent);
        var links = LinkPattern().Matches(Assert.Single(sink.Mails).TextBody!).ToDictionary(m => m.Groups["action"].Value, m => m.Groups["path"].Value);
        Assert.Equal(["acknowledge", "assign", "confirm", "dismiss"], links.Keys.Order());
        return links;
    }

    private static async Task<(int Status, string Title)> LookAsync(RunningService running, string link)
    {
        using var response = await running.Client.GetAsync(link, Cancellation);
        return ((int)response.StatusCode, await TitleAsync(response));
    }

    private static async Task<(int Status, string Title)> AnswerAsync(RunningService running, string link, params (string Name, string Value)[] fields)
    {
        using var response = await running.Client.PostAsync(link, new FormUrlEncodedContent(fields.ToDictionary(f => f.Name, f => f.Value)), Cancellation);
        return ((int)response.StatusCode, await TitleAsync(response));
    }

    private static async Task<string> TitleAsync(HttpResponseMessage response) =>
        System.Net.WebUtility.HtmlDecode(TitlePattern().Match(await response.Content.ReadAsStringAsync(Cancellation)).Groups[1].Value);

    private static async Task<Episode> EpisodeAsync(RunningService running) => (await running.Service.Episodes.FindAsync(new EpisodeId("t-c1#1"), Cancellation))!.Episode;

    [GeneratedRegex(@"https://desk\.example(?<path>/answer/n-[0-9a-f]+/(?<action>\w+)/\d+/[\w-]+)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("<h1>([^<]*)</h1>")]
    private static partial Regex TitlePattern();
}
