using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using static Escalation.Storage.Columns;

namespace Escalation.Storage;

/// <summary>What people said of tickets, by label id.</summary>
/// <remarks>Thread-safe. A label is never changed; a later one may undo it.</remarks>
public sealed class LabelStore(EscalationDatabase database)
{
    internal const string All = """
        SELECT id, ticket_id, episode_id, message_id, decision_id, kind, needed, frustrated, right_team, wrong_signals, reason, note, actor_id, actor_kind,
               actor_team, origin, shown_score, shown_band, shown_configuration, audit_design, audit_stratum, audit_probability, undoes,
               at_ms, received_at_ms, received_given
        FROM labels
        """;

    /// <summary>Records a label once.</summary>
    public static async Task<Stored> AddAsync(WriteTransaction transaction, Label label, string bodyHash, CancellationToken cancellation)
    {
        const string sql = """
            INSERT INTO labels (id, ticket_id, episode_id, message_id, decision_id, kind, needed, frustrated, right_team, wrong_signals, reason, note, actor_id,
                                actor_kind, actor_team, origin, shown_score, shown_band, shown_configuration, audit_design, audit_stratum, audit_probability,
                                undoes, at_ms, received_at_ms, received_given, body_hash)
            VALUES (@Id, @TicketId, @EpisodeId, @MessageId, @DecisionId, @Kind, @Needed, @Frustrated, @RightTeam, @WrongSignals, @Reason, @Note, @ActorId,
                    @ActorKind, @ActorTeam, @Origin, @ShownScore, @ShownBand, @ShownConfiguration, @AuditDesign, @AuditStratum, @AuditProbability,
                    @Undoes, @AtMs, @ReceivedAtMs, @ReceivedGiven, @BodyHash)
            ON CONFLICT (id) DO NOTHING
            """;
        if (await transaction.ExecuteAsync(sql, LabelRow.From(label, bodyHash), cancellation) == 1) return Stored.New;
        var hash = await transaction.QueryFirstAsync<string>("SELECT body_hash FROM labels WHERE id = @Id", new { label.Id }, cancellation);
        return hash == bodyHash ? Stored.Repeat : Stored.Conflict;
    }

    /// <summary>Every label, in no stated order.</summary>
    public async Task<IReadOnlyList<Label>> AllAsync(CancellationToken cancellation) => [.. (await database.QueryAsync<LabelRow>(All, null, cancellation)).Select(r => r.ToLabel())];

    /// <summary>Labels of a ticket by (at, received, id).</summary>
    public async Task<IReadOnlyList<Label>> OfTicketAsync(TicketId ticket, CancellationToken cancellation)
    {
        const string sql = All + " WHERE ticket_id = @Ticket ORDER BY at_ms, received_at_ms, id";
        return [.. (await database.QueryAsync<LabelRow>(sql, new { Ticket = ticket.Value }, cancellation)).Select(r => r.ToLabel())];
    }

    /// <summary>Labels of many tickets that dismiss or take back, in no stated order.</summary>
    public async Task<IReadOnlyList<Label>> JudgementsAsync(IReadOnlyCollection<TicketId> tickets, CancellationToken cancellation)
    {
        const string sql = All + " WHERE ticket_id IN @Part AND kind IN ('dismissed', 'undone')";
        var labels = new List<Label>();
        foreach (var part in Parts(tickets.Select(t => t.Value)))
            labels.AddRange((await database.QueryAsync<LabelRow>(sql, new { Part = part }, cancellation)).Select(r => r.ToLabel()));
        return labels;
    }
}

/// <summary>A row of <c>labels</c>.</summary>
internal sealed class LabelRow
{
    public string Id { get; init; } = "";
    public string TicketId { get; init; } = "";
    public string? EpisodeId { get; init; }
    public string? MessageId { get; init; }
    public string? DecisionId { get; init; }
    public string Kind { get; init; } = "";
    public long? Needed { get; init; }
    public string? Frustrated { get; init; }
    public string? RightTeam { get; init; }
    public string? WrongSignals { get; init; }
    public string? Reason { get; init; }
    public string? Note { get; init; }
    public string ActorId { get; init; } = "";
    public string ActorKind { get; init; } = "";
    public string? ActorTeam { get; init; }
    public string Origin { get; init; } = "";
    public double? ShownScore { get; init; }
    public string? ShownBand { get; init; }
    public string? ShownConfiguration { get; init; }
    public string? AuditDesign { get; init; }
    public string? AuditStratum { get; init; }
    public double? AuditProbability { get; init; }
    public string? Undoes { get; init; }
    public long AtMs { get; init; }
    public long ReceivedAtMs { get; init; }
    public int ReceivedGiven { get; init; }
    public string BodyHash { get; init; } = "";

    public static LabelRow From(Label l, string bodyHash) => new()
    {
        Id = l.Id,
        TicketId = l.TicketId.Value,
        EpisodeId = l.EpisodeId?.Value,
        MessageId = l.MessageId?.Value,
        DecisionId = l.DecisionId,
        Kind = Wire.Name(l.Kind),
        Needed = Flag(l.Needed),
        Frustrated = Name(l.Frustrated),
        RightTeam = l.RightTeam,
        WrongSignals = List(l.WrongSignals),
        Reason = Name(l.Reason),
        Note = l.Note,
        ActorId = l.Actor.Id,
        ActorKind = Wire.Name(l.Actor.Kind),
        ActorTeam = l.Actor.Team,
        Origin = Wire.Name(l.Origin),
        ShownScore = l.Shown?.Score,
        ShownBand = Name(l.Shown?.Band),
        ShownConfiguration = l.Shown?.Configuration,
        AuditDesign = l.Audit?.Design,
        AuditStratum = l.Audit?.Stratum,
        AuditProbability = l.Audit?.Probability,
        Undoes = l.Undoes,
        AtMs = Ms(l.At),
        ReceivedAtMs = Ms(l.Received),
        ReceivedGiven = Flag(l.ReceivedAt is not null),
        BodyHash = bodyHash,
    };

    public Label ToLabel() => new()
    {
        Id = Id,
        TicketId = new(TicketId),
        EpisodeId = EpisodeId is null ? null : new EpisodeId(EpisodeId),
        MessageId = MessageId is null ? null : new MessageId(MessageId),
        DecisionId = DecisionId,
        Kind = Value<LabelKind>(Kind),
        Needed = Flag(Needed),
        Frustrated = ValueOrNull<FrustratedAnswer>(Frustrated),
        RightTeam = RightTeam,
        WrongSignals = List(WrongSignals) ?? [],
        Reason = ValueOrNull<DismissalReason>(Reason),
        Note = Note,
        Actor = new Actor(ActorId, Value<ActorKind>(ActorKind), ActorTeam),
        Origin = Value<LabelOrigin>(Origin),
        Shown = ShownScore is { } score ? new ShownRecommendation(score, Value<Band>(ShownBand ?? "none"), ShownConfiguration ?? "") : null,
        Audit = AuditProbability is { } probability ? new AuditDraw(AuditDesign ?? "", AuditStratum ?? "", probability) : null,
        Undoes = Undoes,
        At = At(AtMs),
        ReceivedAt = ReceivedGiven != 0 ? At(ReceivedAtMs) : null,
    };
}
