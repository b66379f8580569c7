using Escalation.Storage;

namespace Escalation.Tests.Storage;

public sealed class MigrationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_database_gets_every_migration_and_the_second_run_none()
    {
        var folder = Directory.CreateTempSubdirectory("escalation-storage-");
        var database = EscalationDatabase.At(Path.Combine(folder.FullName, "new.db"));
        Assert.Equal(
            ["0001_initial", "0002_route_team", "0003_rule_versions", "0004_snooze_and_undo", "0005_rule_exceptions", "0006_promotions", "0007_reviews_and_quarantines", "0008_withdrawn_proposals", "0009_rejected_deliveries", "0010_notifications", "0011_sla_notices", "0012_notification_digests", "0013_mailbox_positions", "0014_blind_audits", "0015_customers_by_address", "0016_mutes", "0017_decided_again", "0018_imported_messages"],
            await database.MigrateAsync(0, Cancellation));
        Assert.Empty(await database.MigrateAsync(0, Cancellation));
        database.Release();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_migration_changed_after_it_was_applied_is_refused_with_both_hashes()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        await temporary.WriteAsync(t => t.ExecuteAsync("UPDATE schema_migrations SET hash = 'aaaaaaaaaaaaaaaaaaaa'", null, Cancellation));
        var refused = await Assert.ThrowsAsync<StorageException>(() => temporary.Database.MigrateAsync(0, Cancellation));
        Assert.Equal(StorageProblem.WrongSchema, refused.Problem);
        Assert.Contains("0001_initial was changed after it was applied (recorded aaaaaaaaaaaa", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        await temporary.WriteAsync(t => t.ExecuteAsync("INSERT INTO schema_migrations VALUES (999, '0999_future', 'h', 0)", null, Cancellation));
        var refused = await Assert.ThrowsAsync<StorageException>(() => temporary.Database.MigrateAsync(0, Cancellation));
        Assert.Contains("made by a newer version (it has migration 0999_future", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_survives_a_power_cut_and_foreign_keys_hold()
    {
        await using var temporary = await TemporaryDatabase.CreateAsync();
        await using var connection = await temporary.Database.OpenAsync(readOnly: false, Cancellation);
        Assert.Equal("wal", await ScalarAsync("PRAGMA journal_mode"));
        Assert.Equal(2L, await ScalarAsync("PRAGMA synchronous"));
        Assert.Equal(1L, await ScalarAsync("PRAGMA foreign_keys"));

        async Task<object?> ScalarAsync(string sql)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return await command.ExecuteScalarAsync(Cancellation);
        }
    }

    [Theory]
    [InlineData("Host=localhost;Username=x", "PostgreSQL is not part of this version")]
    [InlineData(":memory:", "a file is needed")]
    [InlineData("Data Source=x;Colour=blue", "--database")]
    public void A_database_value_that_cannot_work_is_refused_with_a_way_out(string value, string expected) =>
        Assert.Contains(expected, Assert.Throws<StorageException>(() => EscalationDatabase.At(value)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_file_that_is_no_database_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("escalation-storage-");
        var path = Path.Combine(folder.FullName, "notes.txt");
        await File.WriteAllTextAsync(path, new string('x', 5000), Cancellation);
        var refused = await Assert.ThrowsAsync<StorageException>(() => EscalationDatabase.At(path).MigrateAsync(0, Cancellation));
        Assert.Equal(StorageProblem.Damaged, refused.Problem);
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_named()
    {
        var refused = await Assert.ThrowsAsync<StorageException>(() => EscalationDatabase.At("/nowhere/at/all/escalation.db").MigrateAsync(0, Cancellation));
        Assert.Equal(StorageProblem.NotWritable, refused.Problem);
        Assert.Contains("check that the folder exists", refused.Message, StringComparison.Ordinal);
    }
}
