using Escalation.Storage;

namespace Escalation.Journeys.Notifications;

/// <summary>Notices that a newer version wrote: they are shown as an error, hold up nothing, and are not lost.</summary>
public sealed class UnknownNoticeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_notice_of_an_unknown_kind_is_shown_and_waits_while_others_are_told()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        await using var running = await RunningService.StartAsync(rules: Told.ByMail(sink.Port));
        await using (var transaction = await running.Service.Database.BeginAsync(Cancellation))
        {
            await OutboxStore.AddAsync(transaction, Row("o-1"), Cancellation);
            await transaction.CommitAsync(Cancellation);
        }
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        await running.StandAsync(1, NotificationStatus.Sent);

        var unknown = Assert.Single((await running.GetAsync("/health/ready")).Body.GetProperty("unknownNotices").EnumerateArray());
        Assert.Equal(("of_tomorrow", 1), (unknown.GetProperty("kind").GetString(), unknown.GetProperty("count").GetInt32()));
        using var page = await running.Client.GetAsync("/", Cancellation);
        Assert.Contains("1 of the kind of_tomorrow", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal("o-1", Assert.Single(await new OutboxStore(running.Service.Database).WaitingAsync(10, Cancellation)).DedupeKey);
    }

    [Fact]
    public async Task A_notification_of_an_unknown_kind_is_a_dead_letter_that_can_be_sent_again()
    {
        using var scratch = new Scratch();
        await using var sink = await SmtpSink.StartAsync(scratch);
        await using var running = await RunningService.StartAsync(rules: Told.ByMail(sink.Port));
        var record = new NotificationRecord { Id = "n-1", OutboxKey = "o-1", Kind = "of_tomorrow", Subject = "t-c1#1", Channel = "mail", Recipient = "duty@desk.example", CreatedAt = running.Service.Now, NextAt = running.Service.Now };
        await using (var transaction = await running.Service.Database.BeginAsync(Cancellation))
        {
            await OutboxStore.AddAsync(transaction, Row("o-1"), Cancellation);
            await OutboxStore.PassOnAsync(transaction, ["o-1"], running.Service.Now, Cancellation);
            await NotificationStore.AddAsync(transaction, record, Cancellation);
            await transaction.CommitAsync(Cancellation);
        }
        var dead = Assert.Single(await running.StandAsync(1, NotificationStatus.Dead));
        Assert.Equal("this version does not know notices of the kind of_tomorrow; update the service, then send it again", dead.Detail);
        Assert.Empty(sink.Mails);
        Assert.Equal(200, (await running.PostAsync("/api/v1/notifications/n-1/retry", new { actor = "lea" })).Status);
    }

    private static OutboxRow Row(string key) => new(key, "of_tomorrow", "t-c1#1", 0, "{}");
}
