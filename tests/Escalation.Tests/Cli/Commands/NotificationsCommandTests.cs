using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using Escalation.Storage;
using Escalation.Tests.Storage;
using NodaTime;

namespace Escalation.Tests.Cli.Commands;

public sealed class NotificationsCommandTests
{
    private static readonly Instant Noon = Some.Noon;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dead_letters_are_listed_shown_with_their_tries_and_sent_again()
    {
        await using var temporary = await WithDeadLetterAsync();
        (await RunAsync(temporary, "list", "--status", "sent")).Ended(0);
        var listed = (await RunAsync(temporary, "list", "--status", "dead", "--json")).Ended(0).Json;
        Assert.Equal(("n-1", "550 no such user"), (listed[0].GetProperty("id").GetString(), listed[0].GetProperty("detail").GetString()));
        Assert.Contains("1. 2026-03-02T12:00:00.000Z refused in 7 ms: 550 no such user", (await RunAsync(temporary, "show", "n-1")).Ended(0).Output, StringComparison.Ordinal);

        (await RunAsync(temporary, "retry")).Ended(2).Says("--all");
        (await RunAsync(temporary, "retry", "n-0")).Ended(2).Says("n-0: there is no such notification");
        Assert.Contains("1 to be sent again", (await RunAsync(temporary, "retry", "--all")).Ended(0).Output, StringComparison.Ordinal);
        Assert.Equal(NotificationStatus.Waiting, (await new NotificationStore(temporary.Database).FindAsync("n-1", Cancellation))!.Status);
        (await RunAsync(temporary, "retry", "n-1")).Ended(2).Says("n-1: is waiting; only a dead notification is sent again");
    }

    [Fact]
    public async Task A_preview_fills_a_template_with_an_escalation()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(temporary.Folder.FullName, "messages.jsonl"),
            """{"type":"message","id":"m1","source":"s","externalId":"1","ticketId":"t1","customerId":"c1","channel":"email","author":"customer","at":"2026-03-02T12:00:00Z","text":"I will call my lawyer today."}""", Cancellation);
        (await EscalationProcess.RunAsync(temporary.Folder.FullName, "import", "--from", "jsonl", "messages.jsonl", "--database", temporary.Database.Place)).Ended(0);
        var preview = (await RunAsync(temporary, "preview", "--template", "episode_raised", "--episode", "t1#1", "--json")).Ended(0).Json;
        Assert.Equal("[immediate escalation] t1 was raised for Executive escalations", preview.GetProperty("title").GetString());
        Assert.StartsWith("Priority urgent, due Mon 2 Mar 2026 10:00 EST (2026-03-02T15:00:00.000Z)", preview.GetProperty("text").GetString(), StringComparison.Ordinal);
        (await RunAsync(temporary, "preview", "--episode", "t9#1")).Ended(2).Says("there is no escalation t9#1");
        (await RunAsync(temporary, "preview", "--template", "nothing", "--episode", "t1#1")).Ended(2).Says("there is no template \"nothing\"; name one of episode, rule");
    }

    [Fact]
    public async Task A_preview_fills_a_template_about_channels_with_the_messages_of_a_source()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(temporary.Folder.FullName, "messages.jsonl"),
            $$"""{"type":"message","id":"m1","source":"mail/support","externalId":"1","ticketId":"t1","customerId":"c1","channel":"email","author":"customer","at":"{{DateTime.UtcNow.AddHours(-1):O}}","text":"Where is it?"}""", Cancellation);
        (await EscalationProcess.RunAsync(temporary.Folder.FullName, "import", "--from", "jsonl", "messages.jsonl", "--database", temporary.Database.Place)).Ended(0);
        var preview = (await RunAsync(temporary, "preview", "--template", "channel", "--channel", "mail/support", "--json")).Ended(0).Json;
        Assert.StartsWith("Nothing has come from mail/support since ", preview.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("About 0 messages of customers are usual", preview.GetProperty("text").GetString(), StringComparison.Ordinal);
        (await RunAsync(temporary, "preview", "--template", "channel", "--channel", "mail/other")).Ended(2).Says("no message of a customer came from mail/other");
        (await RunAsync(temporary, "preview", "--template", "channel")).Ended(2).Says("--channel mail/support");
        (await RunAsync(temporary, "preview")).Ended(2).Says("--episode t-c1#1");
    }

    [Fact]
    public async Task Notices_that_this_version_does_not_know_are_named()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        await temporary.WriteAsync(t => OutboxStore.AddAsync(t, new OutboxRow("o-1", "of_tomorrow", "x", Noon.ToUnixTimeMilliseconds(), "{}"), Cancellation));
        (await RunAsync(temporary, "list")).Ended(0).Says("nobody can be told of 1 of the kind of_tomorrow in the outbox");
    }

    private static Task<Ran> RunAsync(TemporaryDatabase temporary, params string[] arguments) =>
        EscalationProcess.RunAsync(temporary.Folder.FullName, ["notifications", .. arguments, "--database", temporary.Database.Place]);

    private static async Task<TemporaryDatabase> WithDeadLetterAsync()
    {
        var temporary = await TemporaryDatabase.CreateAsync();
        var episode = new Episode
        {
            Id = new EpisodeId("t1#1"),
            TicketId = new TicketId("t1"),
            CustomerId = new CustomerId("c1"),
            OpenedAt = Noon,
            OpenedBy = ActorKind.Robot,
            Band = Band.PriorityEscalation,
            Team = "senior-support",
            Route = new Route("senior-support", TicketPriority.High, 4, "business", Noon + Duration.FromHours(4), "any"),
        };
        var record = new NotificationRecord { Id = "n-1", OutboxKey = "o-1", Kind = "episode_opened", Subject = "t1#1", Channel = "mail", Recipient = "a@desk.example", CreatedAt = Noon };
        await temporary.WriteAsync(async t =>
        {
            await EpisodeStore.SaveAsync(t, episode, null, null, Cancellation);
            await OutboxStore.AddAsync(t, new OutboxRow("o-1", "episode_opened", "t1#1", Noon.ToUnixTimeMilliseconds(), "{}"), Cancellation);
            await NotificationStore.AddAsync(t, record, Cancellation);
            await NotificationStore.UpdateAsync(t, record with { Status = NotificationStatus.Dead, Attempts = 1, EndedAt = Noon, Detail = "550 no such user" },
                new NotificationAttempt(1, Noon, Duration.FromMilliseconds(7), "refused", "550 no such user"), Cancellation);
        });
        return temporary;
    }
}
