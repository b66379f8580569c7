using Escalation.Storage;
using NodaTime;

namespace Escalation.Tests.Storage;

public sealed class NotificationStoreTests
{
    private static readonly Instant Noon = Some.Noon;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_notification_stands_once_and_is_due_from_its_time_on()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        var store = new NotificationStore(temporary.Database);
        await temporary.WriteAsync(async t =>
        {
            await AddAsync(t, "a", Noon);
            await AddAsync(t, "a", Noon + Duration.FromHours(1));
            await AddAsync(t, "b", Noon + Duration.FromSeconds(1));
            await AddAsync(t, "c", Noon, "chat");
        });
        Assert.Empty(await store.DueAsync("mail", Noon - Duration.FromMilliseconds(1), 10, Cancellation));
        Assert.Equal(["a"], (await store.DueAsync("mail", Noon, 10, Cancellation)).Select(n => n.Id));
        Assert.Equal(["a", "b"], (await store.DueAsync("mail", Noon + Duration.FromSeconds(1), 10, Cancellation)).Select(n => n.Id));
        Assert.Equal(Of("b", Noon + Duration.FromSeconds(1)), await store.FindAsync("b", Cancellation));
        Assert.Equal(["c", "b", "a"], (await store.ListAsync(new NotificationQuery(), Cancellation)).Select(n => n.Id));
        Assert.Equal(["a"], (await store.ListAsync(new NotificationQuery { After = (Noon, "b") }, Cancellation)).Select(n => n.Id));
    }

    [Fact]
    public async Task The_log_keeps_every_try_and_only_what_is_dead_is_sent_again()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        var store = new NotificationStore(temporary.Database);
        var dead = Of("a", Noon) with { Status = NotificationStatus.Dead, Attempts = 2, NextAt = null, EndedAt = Noon, Detail = "550 no" };
        var tries = new[] { new NotificationAttempt(1, Noon, Duration.FromMilliseconds(7), "failed", "451 later"), new NotificationAttempt(2, Noon, Duration.FromMilliseconds(8), "refused", "550 no") };
        await temporary.WriteAsync(async t =>
        {
            await AddAsync(t, "a", Noon);
            Assert.False(await NotificationStore.RetryAsync(t, "a", null, Noon, Cancellation));
            await NotificationStore.UpdateAsync(t, dead with { Status = NotificationStatus.Waiting, Attempts = 1 }, tries[0], Cancellation);
            await NotificationStore.UpdateAsync(t, dead, tries[1], Cancellation);
        });
        Assert.Equal(tries, await store.AttemptsAsync("a", Cancellation));
        Assert.Equal(1, await store.CountAsync(NotificationStatus.Dead, Cancellation));
        var later = Noon + Duration.FromHours(1);
        await temporary.WriteAsync(async t =>
        {
            Assert.True(await NotificationStore.RetryAsync(t, "a", "ann", later, Cancellation));
            Assert.False(await NotificationStore.RetryAsync(t, "a", "ann", later, Cancellation));
        });
        Assert.Equal(dead with { Status = NotificationStatus.Waiting, NextAt = later, EndedAt = null, Detail = "to be sent again, says ann" }, Assert.Single(await store.DueAsync("mail", later, 10, Cancellation)));
    }

    [Fact]
    public async Task A_channel_that_works_again_has_what_failed_on_it_tried_at_once()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        var (store, later) = (new NotificationStore(temporary.Database), Noon + Duration.FromMinutes(5));
        await temporary.WriteAsync(async t =>
        {
            await AddAsync(t, "failed", later, attempts: 1);
            await AddAsync(t, "new", later);
            await AddAsync(t, "other", later, "chat", 1);
            await NotificationStore.HastenAsync(t, "mail", Noon, Cancellation);
        });
        Assert.Equal(["failed"], (await store.DueAsync("mail", Noon, 10, Cancellation)).Select(n => n.Id));
        Assert.Empty(await store.DueAsync("chat", Noon, 10, Cancellation));
    }

    [Fact]
    public async Task Of_those_that_go_out_together_one_is_due_and_all_are_found_by_it()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        var store = new NotificationStore(temporary.Database);
        await temporary.WriteAsync(async t =>
        {
            foreach (var (id, due) in new[] { ("a", Noon), ("b", Noon), ("c", Noon + Duration.FromHours(1)) })
            {
                await OutboxStore.AddAsync(t, new OutboxRow("o-" + id, "episode_opened", "t1#1", Noon.ToUnixTimeMilliseconds(), "{}"), Cancellation);
                await NotificationStore.AddAsync(t, Of(id, due) with { Recipient = "r", GroupKey = "g", IsDigest = true }, Cancellation);
            }
            await AddAsync(t, "alone", Noon);
            Assert.Equal(Noon, await NotificationStore.DigestDueAsync(t, "mail", "r", "g", Cancellation));
            Assert.Null(await NotificationStore.DigestDueAsync(t, "mail", "r", "other", Cancellation));
            Assert.Equal(0, await NotificationStore.CountSinceAsync(t, "mail", "r", "g", Noon - Duration.FromHours(1), Cancellation));
            Assert.Equal(1, await NotificationStore.CountSinceAsync(t, "mail", "alone@example.com", null, Noon - Duration.FromHours(1), Cancellation));
            Assert.Equal(0, await NotificationStore.CountSinceAsync(t, "mail", "alone@example.com", null, Noon, Cancellation));
        });
        Assert.Equal(["alone", "a"], (await store.DueAsync("mail", Noon, 10, Cancellation)).Select(n => n.Id));
        Assert.Equal(["a", "b"], (await store.DigestAsync("mail", "r", "g", Noon, Cancellation)).Select(n => n.Id));
    }

    private static async Task AddAsync(WriteTransaction transaction, string id, Instant next, string channel = "mail", int attempts = 0)
    {
        await OutboxStore.AddAsync(transaction, new OutboxRow("o-" + id, "episode_opened", "t1#1", Noon.ToUnixTimeMilliseconds(), "{}"), Cancellation);
        await NotificationStore.AddAsync(transaction, Of(id, next) with { Channel = channel, Attempts = attempts }, Cancellation);
    }

    private static NotificationRecord Of(string id, Instant next) => new()
    {
        Id = id,
        OutboxKey = "o-" + id,
        Kind = "episode_opened",
        Subject = "t1#1",
        Team = "desk",
        Channel = "mail",
        Recipient = id + "@example.com",
        CreatedAt = Noon,
        NextAt = next,
    };
}
