using Escalation.Storage;

namespace Escalation.Tests.Storage;

public sealed class FailureTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_locked_database_says_who_holds_it_and_records_nothing()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        var impatient = EscalationDatabase.At($"Data Source={temporary.Database.Place};Default Timeout=1");
        await using (var holder = await temporary.Database.BeginAsync(Cancellation))
        {
            var refused = await Assert.ThrowsAsync<StorageException>(() => impatient.BeginAsync(Cancellation));
            Assert.Equal(StorageProblem.Locked, refused.Problem);
            Assert.True(refused.IsTransient);
            Assert.Contains(temporary.Database.Place, refused.Message, StringComparison.Ordinal);
            if (OperatingSystem.IsLinux()) Assert.Contains($"process {Environment.ProcessId} (this one)", refused.Message, StringComparison.Ordinal);
        }
        await using var free = await impatient.BeginAsync(Cancellation);
        Assert.Equal(0L, await free.QueryFirstAsync<long>("SELECT COUNT(*) FROM messages", null, Cancellation));
        impatient.Release();
    }

    [Fact]
    public async Task A_full_disk_takes_back_the_whole_transaction_and_keeps_what_was_recorded()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        await temporary.WriteAsync(t => MessageStore.AddAsync(t, Some.Message(id: "before"), "h", imported: false, Cancellation));
        temporary.Database.LimitPages(60);
        var refused = await Assert.ThrowsAsync<StorageException>(() => temporary.WriteAsync(async t =>
        {
            for (var i = 0; i < 1000; i++) await MessageStore.AddAsync(t, Some.Message(new string('x', 4000)), "h", imported: false, Cancellation);
        }));
        Assert.Equal(StorageProblem.Full, refused.Problem);
        Assert.Contains("nothing recorded before is lost, and this was not acknowledged", refused.Message, StringComparison.Ordinal);
        temporary.Database.LimitPages(1_000_000);
        await temporary.WriteAsync(t => MessageStore.AddAsync(t, Some.Message(id: "after"), "h", imported: false, Cancellation));
        Assert.Equal(["before", "after"], (await new MessageStore(temporary.Database).OfTicketAsync(new("t1"), Cancellation)).OrderByDescending(m => m.Id).Select(m => m.Id));
    }

    [Fact]
    public async Task Only_one_process_may_be_the_ordered_writer()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        using (temporary.Database.ClaimWriter())
        {
            var refused = Assert.Throws<StorageException>(() => temporary.Database.ClaimWriter());
            Assert.Contains($"already served by process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        }
        temporary.Database.ClaimWriter().Dispose();
    }
}
