using Escalation.Storage;

namespace Escalation.Tests.Storage;

/// <summary>The ordered writer's own connection.</summary>
public sealed class WriterConnectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_committed_stands_for_everybody_and_what_is_not_is_gone()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        await using var writer = temporary.Database.CreateWriter();
        for (var i = 0; i < 6; i++)
        {
            await using var transaction = await writer.BeginAsync(Cancellation);
            Assert.Equal(Stored.New, await AddAsync(transaction, $"m{i}"));
            if (i % 2 == 0) await transaction.CommitAsync(Cancellation);
        }
        var messages = new MessageStore(temporary.Database);
        Assert.Equal(3, (await messages.SummaryAsync(Cancellation)).Count);
        Assert.NotNull(await messages.FindAsync("test", "m4", 0, Cancellation));
        Assert.Null(await messages.FindAsync("test", "m5", 0, Cancellation));
    }

    [Fact]
    public async Task After_a_statement_that_failed_the_next_transaction_works()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        await using var writer = temporary.Database.CreateWriter();
        await using (var transaction = await writer.BeginAsync(Cancellation))
        {
            await AddAsync(transaction, "lost");
            await Assert.ThrowsAsync<StorageException>(() => transaction.ExecuteAsync("INSERT INTO messages (source) VALUES (@Source)", new { Source = "half" }, Cancellation));
        }
        await using (var transaction = await writer.BeginAsync(Cancellation))
        {
            Assert.Equal(Stored.New, await AddAsync(transaction, "kept"));
            await transaction.CommitAsync(Cancellation);
        }
        Assert.Equal(1, (await new MessageStore(temporary.Database).SummaryAsync(Cancellation)).Count);
    }

    [Fact]
    public async Task The_log_is_emptied_beside_a_writer_that_never_rests()
    {
        const int transactions = 120, each = 250, text = 4_000;
        await using var temporary = await TemporaryDatabase.CreateAsync();
        await using var writer = temporary.Database.CreateWriter();
        for (var i = 0; i < transactions; i++)
        {
            await using var transaction = await writer.BeginAsync(Cancellation);
            for (var j = 0; j < each; j++) await AddAsync(transaction, $"m{i}-{j}", new string('x', text));
            await transaction.CommitAsync(Cancellation);
        }
        Assert.InRange(new FileInfo(Path.Combine(temporary.Folder.FullName, "escalation.db-wal")).Length, 1, (long)transactions * each * text * 3 / 4);
        Assert.Equal(transactions * each, (await new MessageStore(temporary.Database).SummaryAsync(Cancellation)).Count);
    }

    [Fact]
    public async Task Who_came_while_the_ordered_writer_wrote_writes_before_its_next_transaction()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        var database = EscalationDatabase.At($"Data Source={temporary.Database.Place};Default Timeout=2");
        await using var writer = database.CreateWriter();
        Task<WriteTransaction> other, next;
        await using (var transaction = await writer.BeginAsync(Cancellation))
        {
            other = database.BeginAsync(Cancellation);
            Assert.False(other.IsCompleted, other.Exception?.Message);
            await AddAsync(transaction, "first");
            await transaction.CommitAsync(Cancellation);
        }
        next = writer.BeginAsync(Cancellation);
        await using (var transaction = await other)
        {
            Assert.False(next.IsCompleted);
            await AddAsync(transaction, "second");
            await transaction.CommitAsync(Cancellation);
        }
        await using (await next) Assert.Equal(2, (await new MessageStore(database).SummaryAsync(Cancellation)).Count);
        database.Release();
    }

    private static Task<Stored> AddAsync(WriteTransaction transaction, string id, string text = "Where is it?") =>
        MessageStore.AddAsync(transaction, Some.Message(at: Some.Noon, customer: "c1", ticket: "t1") with { Id = id, ExternalId = id, Source = "test", Text = text }, "hash", imported: false, Cancellation);
}
