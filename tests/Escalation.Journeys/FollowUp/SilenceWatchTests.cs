using Escalation.Core.Tickets;
using Escalation.Journeys.Notifications;
using Escalation.Journeys.Web;
using Escalation.Rules;
using Escalation.Service.Intake;
using Escalation.Storage;
using Microsoft.Playwright;
using NodaTime;

namespace Escalation.Journeys.FollowUp;

/// <summary>A channel from which nothing comes any more: told once, shown, and told again once it works.</summary>
public sealed class SilenceWatchTests
{
    private const string Source = "mail/support";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_hours_without_mail_where_forty_are_usual_are_told_once_through_restarts_and_so_is_the_first_mail_after_them()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        var clock = new MeetingClock();
        var database = scratch.At("e.db");
        await using (var running = await RunningService.StartAsync(clock, database, Rules(sink.Port)))
        {
            await ImportAsync(running);
            await PostAsync(running, clock, "now");
            clock.Pass(TimeSpan.FromHours(2));
            await RoundsAsync(running);
            Assert.Empty(await KindsAsync(running));
            clock.Pass(TimeSpan.FromMinutes(90));
            await RoundsAsync(running);
            Assert.Equal(["channel_silent"], await KindsAsync(running));
            await running.StandAsync(1, NotificationStatus.Sent);
            clock.Pass(TimeSpan.FromHours(2));
            await RoundsAsync(running);
        }
        await using (var running = await RunningService.StartAsync(clock, database, Rules(sink.Port)))
        {
            clock.Pass(TimeSpan.FromHours(1));
            await RoundsAsync(running);
            Assert.Equal(["channel_silent"], await KindsAsync(running));
            var health = Assert.Single((await running.GetAsync("/health/ready")).Body.GetProperty("silentChannels").EnumerateArray().ToList());
            Assert.Equal(Source, health.GetProperty("source").GetString());
            Assert.InRange(health.GetProperty("usual").GetDouble(), 36, 42);      // whole quarter hours of three and a half hours
            await LookAtPageAsync(running);
            await PostAsync(running, clock, "after");
            await RoundsAsync(running);
            Assert.Equal(["channel_silent", "channel_works_again"], await KindsAsync(running));
            await running.StandAsync(2, NotificationStatus.Sent);
            Assert.Empty(running.Service.SilenceWatch.Standing);
        }
        Assert.Equal(2, sink.Mails.Count);
        Assert.StartsWith($"Nothing has come from {Source} since ", sink.Mails[0].Subject, StringComparison.Ordinal);
        Assert.Matches("About (3[6-9]|4[0-2]) messages of customers are usual in this time", sink.Mails[0].TextBody!);
        Assert.Equal($"{Source} works again", sink.Mails[1].Subject);
        Assert.Matches("where about (3[6-9]|4[0-2]) are usual", sink.Mails[1].TextBody!);
    }

    [Fact]
    public async Task After_a_start_what_was_sent_in_the_meantime_may_come_first_and_a_source_that_is_named_is_not_watched()
    {
        using var scratch = new Scratch();
        var clock = new MeetingClock();
        var database = scratch.At("e.db");
        await using (var running = await RunningService.StartAsync(clock, database))
        {
            await ImportAsync(running);
            await PostAsync(running, clock, "now");
        }
        clock.Pass(TimeSpan.FromHours(4));
        await using (var running = await RunningService.StartAsync(clock, database))
        {
            await RoundsAsync(running);
            Assert.Empty(await KindsAsync(running));
            clock.Pass(TimeSpan.FromMinutes(31));
            await RoundsAsync(running);
            Assert.Equal(["channel_silent"], await KindsAsync(running));
        }
        await using (var running = await RunningService.StartAsync(clock, database, Rules(1, $$""","silence":{"except":["{{Source}}"]}""")))
        {
            clock.Pass(TimeSpan.FromHours(1));
            await RoundsAsync(running);
            Assert.Empty(running.Service.SilenceWatch.Standing);
        }
    }

    [Fact]
    public async Task A_source_that_was_imported_and_never_connected_is_not_watched()
    {
        using var scratch = new Scratch();
        var clock = new MeetingClock();
        await using var running = await RunningService.StartAsync(clock, scratch.At("e.db"));
        await ImportAsync(running);
        clock.Pass(TimeSpan.FromHours(4));
        await RoundsAsync(running);
        Assert.Empty(await KindsAsync(running));

        await PostAsync(running, clock, "first");
        clock.Pass(TimeSpan.FromHours(1));
        await RoundsAsync(running);
        Assert.Empty(await KindsAsync(running));
    }

    private static Task PostAsync(RunningService running, MeetingClock clock, string id) =>
        running.PostAsync("/api/v1/messages", Sent.Message(id).With("source", Source).With("at", clock.GetUtcNow().ToString("O")));

    private static async Task LookAtPageAsync(RunningService running)
    {
        await using var browser = await Browser.StartAsync();
        var page = await browser.OpenAsync(running.Address, 1360);
        await page.GotoAsync("/");
        await Assertions.Expect(page.GetByText($"Nothing has come from {Source} since")).ToBeVisibleAsync();
        await Browser.KeepAsync(page, "queue-silence");
        Assert.Empty(browser.Errors);
    }

    /// <summary>Twelve an hour in the same hours of the four weeks before.</summary>
    private static Task<int> ImportAsync(RunningService running)
    {
        var now = running.Service.Now;
        var times = Enumerable.Range(1, 4).Reverse().SelectMany(week => Enumerable.Range(-24, 168).Select(five => now - Duration.FromDays(7 * week) + Duration.FromMinutes(5 * five))).ToList();
        return ImportAsync(running, times);
    }

    private static async Task<int> ImportAsync(RunningService running, List<Instant> times)
    {
        await HistoryImport.RunAsync(running.Service.Pipeline, times.Select((at, i) => (HistoryRecord)Imported(i, at)), null, Cancellation);
        return times.Count;
    }

    private static Message Imported(int number, Instant at) => new()
    {
        Id = $"old-{number}",
        Source = Source,
        ExternalId = $"old-{number}",
        TicketId = new TicketId($"t-{number}"),
        CustomerId = new CustomerId($"c-{number}"),
        Channel = Channel.Email,
        Author = Author.Customer,
        At = at,
        ReceivedAt = at,
        Text = "Where is it?",
    };

    private static RuleSet Rules(int port, string more = "") =>
        SmallRules.Loaded(SmallRules.Files("", SmallRules.Rule("never", "contacts.Last7d > 1000")).With("notifications.json",
            System.Text.Encoding.UTF8.GetBytes($$"""{"channels":{"mail":{{Told.Mail(port)}}},"recipients":[{"channel":"mail","to":"duty@desk.example"}]{{more}}}""")));

    private static async Task RoundsAsync(RunningService running)
    {
        await running.Service.SilenceWatch.Round;
        await running.Service.SilenceWatch.Round;
    }

    private static async Task<List<string>> KindsAsync(RunningService running) =>
        [.. (await new OutboxStore(running.Service.Database).AllAsync(["channel_silent", "channel_works_again"], Cancellation)).Select(r => r.Kind)];
}
