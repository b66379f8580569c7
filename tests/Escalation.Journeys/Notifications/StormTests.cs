using System.Globalization;
using System.Text;
using System.Text.Json;
using Escalation.History.Formats;
using Escalation.Rules;
using Escalation.Service.Intake;
using Escalation.Storage;

namespace Escalation.Journeys.Notifications;

/// <summary>Many notifications at once: people get few messages, and nothing is lost.</summary>
public sealed class StormTests
{
    private const string Outage = "The checkout is down and returns error 500, all our customers are affected and we are losing money!";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task An_outage_that_hits_many_customers_is_one_incident_page_and_a_few_messages() => OutageAsync(400);

    [Fact, Trait("Category", "Long")]
    public Task Ten_thousand_messages_of_one_outage_are_one_incident_page_and_a_few_messages() => OutageAsync(10_000);

    [Fact]
    public async Task Over_the_hourly_cap_the_rest_goes_out_together()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        var rules = Told.Rules($"\"mail\":{Told.Mail(sink.Port)}", """{"channel":"mail","to":"duty@desk.example","mostPerHour":2}""", ""","storm":{"digestMinutes":0.05}""");
        await using var running = await RunningService.StartAsync(rules: rules);
        await running.Service.Pipeline.SubmitAllAsync([.. Enumerable.Range(0, 30).Select(i => Item($"{i}", "Where is it?", $"c{i:00}", null))], Cancellation);
        await running.StandAsync(30, NotificationStatus.Sent);

        Assert.Equal(2, sink.Mails.Count(m => m.Subject!.StartsWith("[priority escalation] t-c", StringComparison.Ordinal)));
        var together = Assert.Single(sink.Mails, m => !m.Subject!.StartsWith('['));
        Assert.Equal("28 more escalations: over the hourly cap for Desk", together.Subject);
        var lines = together.TextBody!.ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(20, lines.Count(l => l.StartsWith("- t-c", StringComparison.Ordinal)));
        Assert.Contains("- and 8 more", lines);
    }

    [Fact]
    public async Task Outside_their_hours_people_hear_only_of_what_always_gets_through_and_of_the_rest_once_they_are_back()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        var clock = new MeetingClock();
        // Their shift begins long before anything is due, at whatever time of the day this runs.
        var opening = clock.GetUtcNow().UtcDateTime.AddMinutes(30);
        var hours = $$"""{"{{Day(opening)}}":[["{{opening:HH:mm}}","24:00"]],"{{Day(opening.AddDays(1))}}":[["00:00","24:00"]]}""";
        var files = Told.Files($"\"mail\":{Told.Mail(sink.Port)}", """{"channel":"mail","to":"duty@desk.example","hours":"shift","always":["immediate_escalation"]}""")
            .With("calendars/shift.json", Encoding.UTF8.GetBytes($$"""{"timeZone":"Etc/UTC","hours":{{hours}}}"""));
        await using var running = await RunningService.StartAsync(clock, rules: SmallRules.Loaded(files));
        foreach (var customer in (string[])["c1", "c2", "c3"]) await running.PostAsync("/api/v1/messages", Sent.Message(customer, customer: customer));
        await running.StandAsync(3, n => n is { Status: NotificationStatus.Waiting, IsDigest: true });
        var raise = Sent.Event("e1", "escalated").With("band", "immediate_escalation").With("at", clock.GetUtcNow().ToString("O"));
        Assert.Equal(201, (await running.PostAsync("/api/v1/events", raise)).Status);
        await sink.AcceptedAsync(1);
        Assert.Equal("[immediate escalation] t-c1 was raised for Desk", Assert.Single(sink.Mails).Subject);
        await running.PostAsync("/api/v1/escalations/t-c2%231/acknowledge", Sent.By());

        clock.Pass(TimeSpan.FromMinutes(30));
        await running.StandAsync(4, n => n.Status is NotificationStatus.Sent or NotificationStatus.Stopped);
        Assert.Equal("2 more escalations: while you were off for Desk", sink.Mails[^1].Subject);
        Assert.Equal(2, sink.Mails.Count);
    }

    [Fact]
    public async Task Beyond_a_teams_pages_of_the_day_notices_are_lines_of_one_message_and_the_queue_says_so()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        var clock = new MeetingClock();
        var two = """{"channel":"mail","to":"duty@desk.example"},{"channel":"mail","to":"lead@desk.example","always":["immediate_escalation"]}""";
        await using var running = await RunningService.StartAsync(clock, rules: Told.Rules($"\"mail\":{Told.Mail(sink.Port)}", two, ""","pagesPerDay":{"desk":2}"""));
        for (var i = 0; i < 5; i++) await running.PostAsync("/api/v1/messages", Sent.Message($"{i}", customer: $"c{i}"));
        var raise = Sent.Event("e1", "escalated", ticket: "t-c4").With("band", "immediate_escalation").With("at", clock.GetUtcNow().ToString("O"));
        Assert.Equal(201, (await running.PostAsync("/api/v1/events", raise)).Status);
        await running.StandAsync(12, n => n.Status == NotificationStatus.Sent || n.IsDigest);
        Assert.Equal(["duty@desk.example t-c0", "duty@desk.example t-c1", "lead@desk.example t-c0", "lead@desk.example t-c1", "lead@desk.example t-c4"],
            sink.Mails.Select(m => $"{m.To} {System.Text.RegularExpressions.Regex.Match(m.Subject!, "t-c.").Value}").Order(StringComparer.Ordinal));
        Assert.Contains("desk has had all 2 pages of today: 4 notices went out together instead", await running.Client.GetStringAsync("/", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        clock.Pass(TimeSpan.FromMinutes(61));
        await running.StandAsync(12, NotificationStatus.Sent);
        Assert.Equal(["3 more escalations: over today's pages for Desk", "4 more escalations: over today's pages for Desk"], sink.Mails.Skip(5).Select(m => m.Subject).Order(StringComparer.Ordinal));
        var together = sink.Mails.Skip(5).Single(m => m.Subject!.StartsWith('4')).TextBody!.ReplaceLineEndings("\n").Split('\n').Where(l => l.StartsWith("- ", StringComparison.Ordinal)).ToList();
        Assert.Equal(["- t-c4", "- t-c4", "- t-c2", "- t-c3"], together.Select(l => l[..6]));                       // what was raised comes first, though it came last
    }

    private static async Task OutageAsync(int messages)
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        var settings = $$$"""{"channels":{"mail":{{{Told.Mail(sink.Port)}}}},"recipients":[{"channel":"mail","to":"duty@desk.example"}],"storm":{"after":3,"windowMinutes":60,"digestMinutes":1}}""";
        var rules = SmallRules.Loaded(RuleFiles.BuiltIn().Without("tests").With("notifications.json", Encoding.UTF8.GetBytes(settings)));
        var clock = new MeetingClock();
        await using var running = await RunningService.StartAsync(clock, rules: rules);
        foreach (var batch in Enumerable.Range(0, messages).Chunk(200))
            await running.Service.Pipeline.SubmitAllAsync([.. batch.Select(i => Item($"{i}", Outage, $"c{i:00000}", "Checkout"))], Cancellation);
        var episodes = await running.Service.Episodes.AllAsync(Cancellation);
        Assert.True(episodes.Count > messages / 2, $"{episodes.Count} escalations");                  // they would be as many pages
        await running.StandAsync(episodes.Count, n => n.Status == NotificationStatus.Sent || n.IsDigest);
        clock.Pass(TimeSpan.FromMinutes(2));
        await running.StandAsync(episodes.Count, NotificationStatus.Sent);

        Assert.Single(sink.Mails, m => m.TextBody!.Contains("Many customers hit", StringComparison.Ordinal) && m.Subject!.StartsWith('['));
        Assert.InRange(sink.Mails.Count, 2, 8);
        var told = sink.Mails.Sum(m => m.Subject!.Split(' ') is [var count, "more", ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 1);
        Assert.Equal(episodes.Count, told);
    }

    private static string Day(DateTime at) => CultureInfo.InvariantCulture.DateTimeFormat.GetDayName(at.DayOfWeek)[..3].ToLowerInvariant();

    private static IntakeItem Item(string id, string text, string customer, string? product)
    {
        var body = Sent.Message(id, text, customer, at: DateTimeOffset.UtcNow.ToString("O"));
        if (product is not null) body["product"] = product;
        var (item, problem) = IntakeBody.Parse(JsonSerializer.SerializeToUtf8Bytes(body), RecordType.Message, null);
        Assert.True(problem is null, problem?.Message);
        return item!;
    }
}
