using Escalation.Storage;
using NodaTime;

namespace Escalation.Tests.Storage;

/// <summary>A real, migrated SQLite database in a folder of its own.</summary>
internal sealed class TemporaryDatabase : IAsyncDisposable
{
    private static readonly Instant Made = Instant.FromUtc(2026, 3, 1, 0, 0);

    private TemporaryDatabase(DirectoryInfo folder) => (Folder, Database) = (folder, EscalationDatabase.At(Path.Combine(folder.FullName, "escalation.db")));

    public DirectoryInfo Folder { get; }

    public EscalationDatabase Database { get; }

    public static async Task<TemporaryDatabase> CreateAsync()
    {
        var temporary = new TemporaryDatabase(Directory.CreateTempSubdirectory("escalation-storage-"));
        await temporary.Database.MigrateAsync(Made.ToUnixTimeMilliseconds(), TestContext.Current.CancellationToken);
        return temporary;
    }

    public async Task WriteAsync(Func<WriteTransaction, Task> write)
    {
        await using var transaction = await Database.BeginAsync(TestContext.Current.CancellationToken);
        await write(transaction);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Database.Release();
        Folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
