using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>Which notices of service levels were told: each step of an escalation once.</summary>
/// <remarks>Thread-safe. A row is written in the transaction of the outbox row that it stands for.</remarks>
public sealed class SlaNoticeStore(EscalationDatabase database)
{
    /// <summary>Records that a step is told; false, and nothing done, where it was told before.</summary>
    public static async Task<bool> AddAsync(WriteTransaction transaction, EpisodeId episode, FiredSlaNotice fired, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO sla_notices (episode_id, step, kind, level, told, due_at_ms, fired_at_ms) VALUES (@EpisodeId, @Step, @Kind, @Level, @Told, @DueAtMs, @FiredAtMs)
            ON CONFLICT (episode_id, step) DO NOTHING
            """;
        var (notice, at) = (fired.Notice, fired.FiredAt);
        return await transaction.ExecuteAsync(sql,
            new Row { EpisodeId = episode.Value, Step = notice.Step, Kind = Wire.Name(notice.Kind), Level = notice.Level, Told = notice.To, DueAtMs = Ms(notice.Due), FiredAtMs = Ms(at) }, cancellation) > 0;
    }

    /// <summary>What was told of escalations, in the order told.</summary>
    public async Task<ILookup<EpisodeId, FiredSlaNotice>> OfAsync(IReadOnlyCollection<EpisodeId> episodes, CancellationToken cancellation)
    {
        const string sql = "SELECT episode_id, step, kind, level, told, due_at_ms, fired_at_ms FROM sla_notices WHERE episode_id IN @Part ORDER BY fired_at_ms, step";
        var rows = new List<Row>();
        foreach (var part in Parts(episodes.Select(e => e.Value))) rows.AddRange(await database.QueryAsync<Row>(sql, new { Part = part }, cancellation));
        return rows.ToLookup(r => new EpisodeId(r.EpisodeId), r => r.ToNotice());
    }

    private sealed class Row
    {
        public string EpisodeId { get; init; } = "";
        public string Step { get; init; } = "";
        public string Kind { get; init; } = "";
        public int Level { get; init; }
        public string? Told { get; init; }
        public long DueAtMs { get; init; }
        public long FiredAtMs { get; init; }

        public FiredSlaNotice ToNotice() => new(new SlaNotice(Step, Value<SlaNoticeKind>(Kind), Level, Told, At(DueAtMs)), At(FiredAtMs));
    }
}
