using System.Security.Cryptography;

namespace Escalation.Storage;

/// <summary>What a database knows of itself.</summary>
public static class SettingStore
{
    private const string Salt = "text_salt";
    private const string AnswerKey = "answer_key";
    private const string Probe = "write_probe";
    private const string Erasures = "list_erasures";
    private const string NotificationsBegan = "notifications_began_ms";
    private const int ProbeCharacters = 16_384;

    /// <summary>Writes as much as an ordinary record and takes it away again in the same transaction: what stays is that the disk took it.</summary>
    public static async Task ProbeAsync(WriteTransaction transaction, CancellationToken cancellation)
    {
        await transaction.ExecuteAsync("INSERT INTO settings (name, value) VALUES (@Probe, @Value)", new { Probe, Value = new string('.', ProbeCharacters) }, cancellation);
        await transaction.ExecuteAsync("DELETE FROM settings WHERE name = @Probe", new { Probe }, cancellation);
    }

    /// <summary>How often somebody was erased from the lists: another number says that lists in memory are older than those stored.</summary>
    public static async Task<long> ErasuresAsync(EscalationDatabase database, CancellationToken cancellation) =>
        await database.QueryFirstAsync<long?>("SELECT CAST(value AS BIGINT) FROM settings WHERE name = @Erasures", new { Erasures }, cancellation) ?? 0;

    /// <summary>Counts an erasure.</summary>
    internal static async Task CountErasureAsync(WriteTransaction transaction, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO settings (name, value) VALUES (@Erasures, '1')
            ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(settings.value AS BIGINT) + 1 AS TEXT)
            """;
        await transaction.ExecuteAsync(sql, new { Erasures }, cancellation);
    }

    /// <summary>Records that people are told of things from now on.</summary>
    /// <returns>False where that was so before.</returns>
    internal static async Task<bool> BeginNotificationsAsync(WriteTransaction transaction, NodaTime.Instant now, CancellationToken cancellation) =>
        await transaction.ExecuteAsync("INSERT INTO settings (name, value) VALUES (@NotificationsBegan, @Value) ON CONFLICT (name) DO NOTHING",
            new { NotificationsBegan, Value = Columns.Ms(now).ToString(System.Globalization.CultureInfo.InvariantCulture) }, cancellation) > 0;

    /// <summary>The secret that digests of texts are made with, 32 random bytes, made at the first call and never changed.</summary>
    public static Task<byte[]> TextSaltAsync(WriteTransaction transaction, CancellationToken cancellation) => SecretAsync(transaction, Salt, cancellation);

    /// <summary>The key that links in messages are signed with, 32 random bytes, made at the first call and never changed.</summary>
    public static Task<byte[]> AnswerKeyAsync(WriteTransaction transaction, CancellationToken cancellation) => SecretAsync(transaction, AnswerKey, cancellation);

    private static async Task<byte[]> SecretAsync(WriteTransaction transaction, string name, CancellationToken cancellation)
    {
        const string sql = "INSERT INTO settings (name, value) VALUES (@name, @Value) ON CONFLICT (name) DO NOTHING";
        await transaction.ExecuteAsync(sql, new { name, Value = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) }, cancellation);
        return Convert.FromHexString((await transaction.QueryFirstAsync<string>("SELECT value FROM settings WHERE name = @name", new { name }, cancellation))!);
    }
}
