using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Tests.Storage;

public sealed class RuleExceptionStoreTests
{
    private static readonly RuleException Snooze = new()
    {
        Id = "s1",
        Kind = RuleExceptionKind.Snooze,
        Rule = "loud",
        Customer = new CustomerId("c1"),
        Product = "app",
        From = Some.Noon,
        Until = Some.Noon + Duration.FromDays(1),
        Reason = "r",
        Actor = "ann",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_exception_comes_back_as_it_was_written_and_its_early_end_becomes_its_end()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        var quarantine = Snooze with { Id = "q1", Kind = RuleExceptionKind.Quarantine, Customer = null, Product = null, Until = null };
        await temporary.WriteAsync(async t =>
        {
            Assert.Equal(0, await RuleExceptionStore.LastAsync(t, Cancellation));
            Assert.Equal(Snooze, await RuleExceptionStore.StartAsync(t, Snooze, Cancellation));
            Assert.Equal(quarantine, await RuleExceptionStore.StartAsync(t, quarantine, Cancellation));
        });
        var store = new RuleExceptionStore(temporary.Database);
        Assert.Equal([new RecordedException(Snooze, null), new RecordedException(quarantine, null)], await store.AllAsync(Cancellation));

        var later = Some.Noon + Duration.FromHours(2);
        await temporary.WriteAsync(async t =>
        {
            Assert.Equal(new ExceptionEnd(later, "ben", "mended"), await RuleExceptionStore.EndAsync(t, "q1", later, "ben", "mended", Cancellation));
            Assert.Null(await RuleExceptionStore.EndAsync(t, "q1", later, "ben", "twice", Cancellation));
            Assert.Null(await RuleExceptionStore.EndAsync(t, "s1", Snooze.Until!.Value, "ben", "over by itself", Cancellation));
            Assert.Null(await RuleExceptionStore.EndAsync(t, "none", later, "ben", "r", Cancellation));
            Assert.Equal(3, await RuleExceptionStore.LastAsync(t, Cancellation));
        });
        Assert.Equal(new RecordedException(quarantine with { Until = later }, new ExceptionEnd(later, "ben", "mended")), (await store.AllAsync(Cancellation))[1]);
        Assert.Null(await new AuditStore(temporary.Database).FirstBrokenAsync(Cancellation));
    }

    [Fact]
    public async Task It_never_holds_for_a_message_that_was_received_before_it_was_recorded()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        var received = Some.Noon + Duration.FromMinutes(5);         // the clock of the one who snoozes is behind
        await temporary.WriteAsync(async t =>
        {
            await MessageStore.AddAsync(t, Some.Message(id: "m1", receivedAt: received), "h", imported: false, Cancellation);
            var recorded = await RuleExceptionStore.StartAsync(t, Snooze, Cancellation);
            Assert.Equal(received + Duration.FromMilliseconds(1), recorded!.From);
            Assert.Null(await RuleExceptionStore.StartAsync(t, Snooze with { Id = "s2", Until = received }, Cancellation));
            Assert.Equal(recorded.From, (await RuleExceptionStore.EndAsync(t, "s1", Some.Noon, "ben", "r", Cancellation))!.At);
        });
    }
}
