using Escalation.Core.Decisions;
using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>The parts of a configuration that was used.</summary>
public sealed record ConfigurationRecord(ConfigurationId Id, RuleSetVersion Rules, ModelVersion? Frustration, ModelVersion? Team, string Engine, string TimeZones, Instant FirstUsedAt);

/// <summary>Configurations that were used, and which was active when.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ConfigurationStore(EscalationDatabase database)
{
    private const string All = "SELECT id, rules, frustration, team, engine, time_zones, first_used_at_ms FROM configurations";

    /// <summary>Records the parts of a configuration; one that is there already stays as it is.</summary>
    public static async Task AddAsync(WriteTransaction transaction, Configuration configuration, Instant at, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO configurations (id, rules, frustration, team, engine, time_zones, first_used_at_ms)
            VALUES (@Id, @Rules, @Frustration, @Team, @Engine, @TimeZones, @FirstUsedAtMs)
            ON CONFLICT (id) DO NOTHING
            """;
        await transaction.ExecuteAsync(sql, new Row
        {
            Id = configuration.Id.Value,
            Rules = configuration.Rules.Version.Value,
            Frustration = configuration.Frustration?.Version.Value,
            Team = configuration.Team?.Version.Value,
            Engine = Configuration.EngineVersion,
            TimeZones = Configuration.TimeZoneVersion,
            FirstUsedAtMs = Ms(at),
        }, cancellation);
    }

    /// <summary>Makes a recorded configuration the active one.</summary>
    public static async Task ActivateAsync(WriteTransaction transaction, ConfigurationId id, Instant at, string actor, string reason, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO activations (number, configuration, at_ms, actor, reason)
            SELECT COALESCE(MAX(number), 0) + 1, @Id, @AtMs, @actor, @reason FROM activations
            """;
        await transaction.ExecuteAsync(sql, new { Id = id.Value, AtMs = Ms(at), actor, reason }, cancellation);
    }

    /// <summary>The active configuration; null in an empty database.</summary>
    public async Task<ConfigurationRecord?> ActiveAsync(CancellationToken cancellation) =>
        (await database.QueryFirstAsync<Row>(All + " WHERE id = (SELECT configuration FROM activations ORDER BY number DESC LIMIT 1)", null, cancellation))?.ToRecord();

    /// <summary>A configuration by id.</summary>
    public async Task<ConfigurationRecord?> FindAsync(ConfigurationId id, CancellationToken cancellation) =>
        (await database.QueryFirstAsync<Row>(All + " WHERE id = @Id", new { Id = id.Value }, cancellation))?.ToRecord();

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Rules { get; init; } = "";
        public string? Frustration { get; init; }
        public string? Team { get; init; }
        public string Engine { get; init; } = "";
        public string TimeZones { get; init; } = "";
        public long FirstUsedAtMs { get; init; }

        public ConfigurationRecord ToRecord() => new(new(Id), new(Rules), Frustration is null ? null : new ModelVersion(Frustration), Team is null ? null : new ModelVersion(Team),
            Engine, TimeZones, At(FirstUsedAtMs));
    }
}
