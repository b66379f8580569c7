using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Sla;
using Escalation.Core.Tickets;
using Escalation.Service.Pipeline;
using Escalation.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Escalation.Service.FollowUp;

/// <summary>Tells of service levels in time: warnings, breaches, and the team's chain while nobody acknowledges.</summary>
/// <remarks>
/// Each notice goes into the outbox in the transaction that records that it was told, so that it is told once, also where the process is killed in
/// between. What is due is worked out from the database: for all open escalations at the start and with other rules, later for those on which
/// something happened, and for those whose time has come. Nothing is written while nothing is due. Where the clock is set forward, or the service was
/// down, what is due is told late, and a chain goes on step by step; where it is set back, nothing is told twice.
/// </remarks>
public sealed class SlaWatch : IAsyncDisposable
{
    private const int Batch = 200;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private readonly EscalationDatabase database;
    private readonly DecisionPipeline pipeline;
    private readonly SlaReader reader;
    private readonly EpisodeStore episodes;
    private readonly SlaNoticeStore notices;
    private readonly OnCallRoster roster;
    private readonly ILogger logger;
    private readonly Rounds rounds;
    private readonly Dictionary<EpisodeId, Instant> looks = [];
    private IRuleSet? seen;

    private SlaWatch(EscalationDatabase database, DecisionPipeline pipeline, SlaReader reader, TimeProvider time, ILogger logger)
    {
        (this.database, this.pipeline, this.reader, this.logger) = (database, pipeline, reader, logger);
        (episodes, notices, roster) = (new EpisodeStore(database), new SlaNoticeStore(database), new OnCallRoster(database));
        rounds = new Rounds("What service levels ask for could not be told", Every, WatchAsync, time, logger);
    }

    /// <summary>Starts to watch.</summary>
    internal static SlaWatch Start(EscalationDatabase database, DecisionPipeline pipeline, SlaReader reader, TimeProvider time, ILogger logger) => new(database, pipeline, reader, time, logger);

    /// <summary>Why the last round could not tell what was due; null while all is well.</summary>
    public string? Trouble => rounds.Trouble;

    /// <summary>Ends with the round under way, or the next one.</summary>
    public Task Round => rounds.Round;

    /// <summary>Ends after the round under way.</summary>
    public ValueTask DisposeAsync() => rounds.DisposeAsync();

    private async Task WatchAsync(Instant now, CancellationToken cancellation)
    {
        try
        {
            await LookAsync(now, cancellation);
        }
        catch
        {
            seen = null;                     // what was taken off the list is looked at again with all others
            throw;
        }
    }

    private async Task LookAsync(Instant now, CancellationToken cancellation)
    {
        var rules = pipeline.Configuration.Rules;
        var changed = pipeline.Changes.Take();
        if (!ReferenceEquals(rules, seen))
        {
            looks.Clear();
            foreach (var part in (await episodes.ListAsync(new EpisodeQuery { Now = now, OpenOnly = true, Limit = int.MaxValue }, cancellation)).Chunk(Batch)) await LookAsync(part, rules, now, cancellation);
            seen = rules;
            return;
        }
        var asked = looks.Where(l => l.Value <= now).Select(l => l.Key).Union(changed).ToList();
        foreach (var part in asked.Chunk(Batch)) await LookAsync(await episodes.FindAllAsync(part, cancellation), rules, now, cancellation);
    }

    private async Task LookAsync(IReadOnlyList<EpisodeRecord> records, IRuleSet rules, Instant now, CancellationToken cancellation)
    {
        var levels = await reader.OfAsync(records, now, cancellation);
        var told = await notices.OfAsync([.. records.Select(r => r.Episode.Id)], cancellation);
        var due = new List<DueNotice>();
        foreach (var record in records)
        {
            var id = record.Episode.Id;
            looks.Remove(id);
            if (levels.GetValueOrDefault(id) is not { } sla) continue;
            var chain = record.Episode.Team is { } team ? rules.Teams.Find(team)?.Chain ?? [] : [];
            if (AgendaOf(new SlaQuestion(record.Episode, sla, rules.Policy.Sla, chain, [.. told[id]], record.WatchedFrom, now)) is not { } agenda) continue;
            due.AddRange(agenda.Due.Select(n => new DueNotice(record, sla, n)));
            if (agenda.Due.Count > 0) looks[id] = now;                      // what follows on what is told now
            else if (agenda.Next is { } next) looks[id] = next;
        }
        if (due.Count > 0) await TellAsync(due, rules, now, cancellation);
    }

    /// <remarks>A calendar that never opens again keeps one escalation silent, and none of the others.</remarks>
    private SlaAgenda? AgendaOf(SlaQuestion asked)
    {
        try
        {
            return SlaNotices.Of(asked);
        }
        catch (CalendarClosedException closed)
        {
            logger.LogError("The service level of {Episode} cannot be watched: {Reason}", asked.Episode.Id, closed.Message);
            return null;
        }
    }

    /// <remarks>An escalation on which somebody acted in the meantime is left to the next round, which sees it as it is.</remarks>
    private async Task TellAsync(List<DueNotice> due, IRuleSet rules, Instant now, CancellationToken cancellation)
    {
        await using var transaction = await database.BeginAsync(cancellation);
        var trail = new List<AuditEntry>();
        var onCall = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (record, sla, notice) in due)
        {
            if (!IsAsSeen(await EpisodeStore.FindAsync(transaction, record.Episode.Id, cancellation), record.Episode)) continue;
            if (!await SlaNoticeStore.AddAsync(transaction, record.Episode.Id, new FiredSlaNotice(notice, now), cancellation)) continue;
            await OutboxStore.AddAsync(transaction, RowOf(record.Episode, sla, notice, await OnCallAsync(notice, record.Episode), now), cancellation);
            trail.Add(new AuditEntry(now, KindOf(notice.Kind), record.Episode.Id.Value, "robot:escalation", JsonSerializer.Serialize(new { step = notice.Step, to = notice.To, dueMs = notice.Due.ToUnixTimeMilliseconds() })));
        }
        if (trail.Count == 0) return;
        await AuditStore.AppendAsync(transaction, trail, cancellation);
        await transaction.CommitAsync(cancellation);
        pipeline.Noticed?.Invoke();

        async Task<(string? Team, string[] Agents)> OnCallAsync(SlaNotice notice, Episode episode)
        {
            var team = notice.To is { } link && rules.Teams.Find(link) is not null ? link : episode.Team;
            if (team is null) return (null, []);
            if (!onCall.TryGetValue(team, out var agents)) onCall.Add(team, agents = [.. (await roster.OfAsync(team, now, rules, cancellation)).Select(p => p.Who)]);
            return (team, agents);
        }
    }

    private static bool IsAsSeen(Episode? now, Episode seen) => now is not null
        && (now.Status, now.SnoozedUntil, now.EndedAt, now.Reopened, now.Band, now.Team, now.TicketId) == (seen.Status, seen.SnoozedUntil, seen.EndedAt, seen.Reopened, seen.Band, seen.Team, seen.TicketId);

    private static OutboxRow RowOf(Episode episode, SlaTimeline sla, SlaNotice notice, (string? Team, string[] Agents) whom, Instant now)
    {
        var payload = JsonSerializer.Serialize(new
        {
            episode = episode.Id.Value,
            ticket = episode.TicketId.Value,
            band = Wire.Name(episode.Band),
            team = whom.Team,
            to = notice.To,
            level = notice.Level,
            onCall = whom.Agents,
            slaDeadlineMs = sla.Deadline?.ToUnixTimeMilliseconds(),
            dueMs = notice.Due.ToUnixTimeMilliseconds(),
        });
        return new OutboxRow($"{episode.Id.Value}/sla/{notice.Step}", KindOf(notice.Kind), episode.Id.Value, now.ToUnixTimeMilliseconds(), payload);
    }

    private static string KindOf(SlaNoticeKind kind) => kind switch
    {
        SlaNoticeKind.Warning => "sla_warning",
        SlaNoticeKind.Breach => "sla_breached",
        _ => "sla_unacknowledged",
    };

    private readonly record struct DueNotice(EpisodeRecord Record, SlaTimeline Sla, SlaNotice Notice);
}
