using System.Text;
using Escalation.Core.Tickets;
using Escalation.Journeys.Notifications;
using Escalation.Rules;
using Escalation.Service.Intake;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Journeys.FollowUp;

/// <summary>The figures of the week before, by mail.</summary>
public sealed class WeeklyDigestTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_week_before_is_told_once_with_its_figures_through_restarts_and_a_week_without_tickets_is_not()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        var clock = new MeetingClock();
        var database = scratch.At("e.db");
        var monday = IsoWeek.Before(Instant.FromDateTimeOffset(clock.GetUtcNow()).InUtc().Date);
        await using (var running = await RunningService.StartAsync(clock, database, Rules(sink.Port, "")))
            await HistoryImport.RunAsync(running.Service.Pipeline, Week(monday.Monday.PlusDays(1).AtMidnight().InUtc().ToInstant() + Duration.FromHours(10)), null, Cancellation);

        for (var start = 0; start < 2; start++)
            await using (var running = await RunningService.StartAsync(clock, database, Rules(sink.Port, ""","weekly":{"day":"mon","hour":0,"timeZone":"Etc/UTC"}""")))
            {
                await RoundsAsync(running);
                await running.StandAsync(1, NotificationStatus.Sent);
                Assert.Equal(["weekly/" + monday], await KeysAsync(running));
                if (start == 0) continue;
                clock.Pass(TimeSpan.FromDays(14));
                await RoundsAsync(running);
                Assert.Equal(["weekly/" + monday], await KeysAsync(running));
            }

        var mail = Assert.Single(sink.Mails);
        Assert.Equal($"Week {monday}: 3 escalations", mail.Subject);
        var lines = mail.TextBody!.ReplaceLineEndings("\n").Split('\n');
        Assert.Contains(lines, l => l.StartsWith("- 3 escalations, 3 by the service and 0 by people: 75 % (95 % interval ", StringComparison.Ordinal) && l.EndsWith(" of 4 new tickets", StringComparison.Ordinal));
        Assert.Contains("- 1 confirmation, 1 dismissal, 1 not judged or judged as already handled", lines);
        Assert.Contains(lines, l => l.StartsWith("- False alarms: 50 % (95 % interval ", StringComparison.Ordinal) && l.EndsWith(" of 2 judged", StringComparison.Ordinal));
        Assert.Contains("- 1 ticket said to be missed", lines);
        Assert.Contains("- Service levels: 1 of 3 in time (33.3 %, 95 % interval 6.1 % to 79.2 %)", lines);
        Assert.Contains("- 2 escalations open past the deadline now", lines);
        Assert.Contains("- 3 answers by 2 people", lines);
        Assert.Contains("- long: 3 escalations", lines);
        Assert.Contains(lines, l => l.StartsWith("Only 2 of 3 escalations were judged.", StringComparison.Ordinal));
    }

    /// <summary>Four tickets, of which the three with many words are escalated; one is confirmed, one dismissed in time, and the one that was not escalated called missed.</summary>
    private static IEnumerable<HistoryRecord> Week(Instant at)
    {
        string[] texts = ["Where is my order, please?", "When will it be here at last?", "I still have no answer from you.", "Thanks!"];
        for (var i = 0; i < texts.Length; i++)
            yield return new Message
            {
                Id = $"m{i}",
                Source = "old/desk",
                ExternalId = $"m{i}",
                TicketId = new TicketId($"t{i}"),
                CustomerId = new CustomerId($"c{i}"),
                Channel = Channel.Email,
                Author = Author.Customer,
                At = at + Duration.FromSeconds(i),
                ReceivedAt = at + Duration.FromSeconds(i),
                Text = texts[i],
            };
        yield return Said("l0", LabelKind.Confirmed, "t0", "ann", at + Duration.FromHours(1));
        yield return Said("l1", LabelKind.Dismissed, "t1", "ann", at + Duration.FromHours(2)) with { Reason = DismissalReason.NotUrgent };
        yield return Said("l3", LabelKind.Missed, "t3", "bob", at + Duration.FromHours(3));
    }

    private static Label Said(string id, LabelKind kind, string ticket, string by, Instant at) => new()
    {
        Id = id,
        TicketId = new TicketId(ticket),
        EpisodeId = kind == LabelKind.Missed ? null : new EpisodeId(ticket + "#1"),
        Kind = kind,
        Actor = new Actor(by, ActorKind.Human, null),
        Origin = LabelOrigin.Agent,
        At = at,
        ReceivedAt = at,
    };

    private static RuleSet Rules(int port, string more) => SmallRules.Loaded(SmallRules.Files("", SmallRules.Rule("long", "message.WordCount > 3"))
        .With("notifications.json", Encoding.UTF8.GetBytes($$"""{"channels":{"mail":{{Told.Mail(port)}}},"recipients":[{"channel":"mail","to":"lead@desk.example","steps":["weekly_digest"]}]{{more}}}""")));

    private static async Task RoundsAsync(RunningService running)
    {
        await running.Service.WeeklyDigest!.Round;
        await running.Service.WeeklyDigest.Round;
    }

    private static async Task<List<string>> KeysAsync(RunningService running) => [.. (await new OutboxStore(running.Service.Database).AllAsync(["weekly_digest"], Cancellation)).Select(r => r.DedupeKey)];
}
