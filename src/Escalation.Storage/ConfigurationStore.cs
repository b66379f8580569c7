using Escalation.Core.Decisions;
using NodaTime;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>The parts of a configuration that was used.</summary>
/// <remarks>Exceptions: ids of the snoozes and quarantines that were in force.</remarks>
public sealed record ConfigurationRecord(
    ConfigurationId Id, RuleSetVersion Rules, ModelVersion? Frustration, ModelVersion? Team, string Engine, string TimeZones, Instant FirstUsedAt, IReadOnlyList<string> Exceptions);

/// <summary>A configuration that was made the active one.</summary>
/// <param name="Number">From 1, in order; the highest is in force.</param>
/// <param name="Configuration">Its id.</param>
/// <param name="Rules">Its rule set.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why, in their words.</param>
/// <param name="Changes">What it changed in the rules before it, a line each; empty where nothing of the rules changed.</param>
/// <param name="Consequences">What recorded decisions said of the rules that it touched, as a JSON list.</param>
/// <param name="ApprovedBy">The second person who approved it; null where none was asked for.</param>
public sealed record Activation(
    int Number, ConfigurationId Configuration, RuleSetVersion Rules, Instant At, string Actor, string Reason, string Changes, string Consequences, string? ApprovedBy);

/// <summary>What is recorded with an activation: who, why, what it changes in the rules (a line each), what that was shown to do (JSON), and who approved it.</summary>
public sealed record ActivationRecord(string Actor, string Reason, string Changes, string Consequences, string? ApprovedBy);

/// <summary>Configurations that were used, and which was active when.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ConfigurationStore(EscalationDatabase database)
{
    private const string All = "SELECT id, rules, frustration, team, engine, time_zones, first_used_at_ms, exceptions FROM configurations";

    private const string Activations = """
        SELECT a.number, a.configuration, c.rules, a.at_ms, a.actor, a.reason, a.changes, a.consequences, a.approved_by FROM activations a JOIN configurations c ON c.id = a.configuration
        """;

    /// <summary>Records the parts of a configuration without exceptions; one that is there already stays as it is.</summary>
    public static Task AddAsync(WriteTransaction transaction, Configuration configuration, Instant at, CancellationToken cancellation) =>
        AddAsync(transaction, configuration, configuration.Id, [], at, cancellation);

    /// <summary>Records the parts of a configuration as it is at an instant; one that is there already stays as it is.</summary>
    public static Task AddInForceAsync(WriteTransaction transaction, Configuration configuration, Instant at, CancellationToken cancellation) =>
        AddAsync(transaction, configuration, configuration.At(at).Id, configuration.At(at).Exceptions, at, cancellation);

    private static async Task AddAsync(
        WriteTransaction transaction, Configuration configuration, ConfigurationId id, IReadOnlyList<RuleException> exceptions, Instant at, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO configurations (id, rules, frustration, team, engine, time_zones, first_used_at_ms, exceptions)
            VALUES (@Id, @Rules, @Frustration, @Team, @Engine, @TimeZones, @FirstUsedAtMs, @Exceptions)
            ON CONFLICT (id) DO NOTHING
            """;
        await transaction.ExecuteAsync(sql, new Row
        {
            Id = id.Value,
            Rules = configuration.Rules.Version.Value,
            Frustration = configuration.Frustration?.Version.Value,
            Team = configuration.Team?.Version.Value,
            Engine = Configuration.EngineVersion,
            TimeZones = Configuration.TimeZoneVersion,
            FirstUsedAtMs = Ms(at),
            Exceptions = List([.. exceptions.Select(e => e.Id)]),
        }, cancellation);
    }

    /// <summary>Makes a recorded configuration the active one.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="id">A configuration that was added.</param>
    /// <param name="at">When.</param>
    /// <param name="record">What is recorded with it.</param>
    /// <param name="after">The number that the caller takes to be in force; null = whichever.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its number; null, and nothing done, where another one came after <paramref name="after"/>.</returns>
    public static async Task<int?> ActivateAsync(
        WriteTransaction transaction, ConfigurationId id, Instant at, ActivationRecord record, int? after, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO activations (number, configuration, at_ms, actor, reason, changes, consequences, approved_by)
            VALUES (@Number, @Id, @AtMs, @Actor, @Reason, @Changes, @Consequences, @ApprovedBy)
            """;
        var last = await transaction.QueryFirstAsync<int>("SELECT COALESCE(MAX(number), 0) FROM activations", null, cancellation);
        if (after is { } expected && expected != last) return null;
        await transaction.ExecuteAsync(sql, new { Number = last + 1, Id = id.Value, AtMs = Ms(at), record.Actor, record.Reason, record.Changes, record.Consequences, record.ApprovedBy }, cancellation);
        return last + 1;
    }

    /// <summary>All activations, the one in force first.</summary>
    public async Task<IReadOnlyList<Activation>> ActivationsAsync(CancellationToken cancellation) =>
        [.. (await database.QueryAsync<ActivationRow>(Activations + " ORDER BY a.number DESC", null, cancellation)).Select(r => r.ToActivation())];

    /// <summary>Which rule set came into force when, from an activation's number on, in order.</summary>
    public async Task<IReadOnlyList<(int Number, RuleSetVersion Rules, Instant At)>> RulesOverTimeAsync(int after, CancellationToken cancellation)
    {
        const string sql = "SELECT a.number, c.rules, a.at_ms FROM activations a JOIN configurations c ON c.id = a.configuration WHERE a.number > @after ORDER BY a.number";
        return [.. (await database.QueryAsync<ActivationRow>(sql, new { after }, cancellation)).Select(r => (r.Number, new RuleSetVersion(r.Rules), At(r.AtMs)))];
    }

    /// <summary>The activation in force; null in an empty database.</summary>
    public async Task<Activation?> InForceAsync(CancellationToken cancellation) =>
        (await database.QueryFirstAsync<ActivationRow>(Activations + " ORDER BY a.number DESC LIMIT 1", null, cancellation))?.ToActivation();

    /// <summary>A configuration by id.</summary>
    public async Task<ConfigurationRecord?> FindAsync(ConfigurationId id, CancellationToken cancellation) =>
        (await database.QueryFirstAsync<Row>(All + " WHERE id = @Id", new { Id = id.Value }, cancellation))?.ToRecord();

    private sealed class ActivationRow
    {
        public int Number { get; init; }
        public string Configuration { get; init; } = "";
        public string Rules { get; init; } = "";
        public long AtMs { get; init; }
        public string Actor { get; init; } = "";
        public string Reason { get; init; } = "";
        public string Changes { get; init; } = "";
        public string Consequences { get; init; } = "[]";
        public string? ApprovedBy { get; init; }

        public Activation ToActivation() => new(Number, new(Configuration), new(Rules), At(AtMs), Actor, Reason, Changes, Consequences, ApprovedBy);
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Rules { get; init; } = "";
        public string? Frustration { get; init; }
        public string? Team { get; init; }
        public string Engine { get; init; } = "";
        public string TimeZones { get; init; } = "";
        public long FirstUsedAtMs { get; init; }
        public string? Exceptions { get; init; }

        public ConfigurationRecord ToRecord() => new(new(Id), new(Rules), Frustration is null ? null : new ModelVersion(Frustration), Team is null ? null : new ModelVersion(Team),
            Engine, TimeZones, At(FirstUsedAtMs), List(Exceptions) ?? []);
    }
}
