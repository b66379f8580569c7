using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using Escalation.Rules.Notifications;
using Escalation.Service.Api;
using Escalation.Service.FollowUp;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Notifications;

/// <summary>Notices about escalations: not needed once somebody acts, and worded as the escalation stands when they are sent.</summary>
/// <param name="database">The database.</param>
/// <param name="settings">Channels, and where people reach the service; null = none.</param>
/// <param name="rules">The rules in force: names of teams, and calendars.</param>
/// <param name="time">The clock.</param>
internal sealed class EpisodeNotices(EscalationDatabase database, NotificationSettings? settings, Func<IRuleSet> rules, TimeProvider time) : INoticeHandler
{
    private const int MostOfCustomer = 300;
    private readonly EpisodeStore episodes = new(database);
    private readonly DecisionStore decisions = new(database);
    private readonly EventStore events = new(database);
    private readonly SlaReader levels = new(database);
    private readonly Mutes mutes = new(database);

    /// <remarks>Somebody took the ticket up after the notice was written, the escalation ended or sleeps, or somebody muted its customer, ticket or robot.</remarks>
    public async Task<string?> StopOf(NotificationRecord record, CancellationToken cancellation)
    {
        if (await FindAsync(record, cancellation) is not { } found) return "the escalation is not there any more";
        var episode = found.Episode.StandingAt(time.Now());
        if (!episode.IsOpen) return $"the escalation was {Wire.Name(episode.Status)} before this was sent";
        if (settings?.Channel(record.Channel)?.HelpDesk is not null) return null;        // a ticket is marked whoever has taken it up, and whoever is told
        if (episode.Status == EpisodeStatus.Snoozed) return "the escalation was snoozed before this was sent";
        var source = found.LastDecision is { } last ? (await decisions.FindAsync(last, cancellation))?.Source : null;
        if (await mutes.InForceAsync(episode.CustomerId, episode.TicketId, source is null ? [] : [source], time.Now(), cancellation) is [var mute, ..])
            return $"muted by {mute.Actor} until {Json.Time(mute.Until)} ({Wire.Name(mute.Kind)} {mute.Subject}): {mute.Reason}";
        return await events.WasTakenUpAsync(episode.TicketId, record.CreatedAt, cancellation) ? "somebody took the escalation up before this was sent" : null;
    }

    public async Task<string?> BandOf(NotificationRecord record, CancellationToken cancellation) =>
        await FindAsync(record, cancellation) is { } found ? Wire.Name(found.Episode.Band) : null;

    public async Task<NotificationFacts> FactsOf(NotificationRecord record, string payload, CancellationToken cancellation)
    {
        var notice = Notice.Of(payload);
        return await FactsOf((await FindAsync(record, cancellation))!, record.Kind, record.Team, cancellation) with { Told = notice.To, OnCall = notice.OnCall };
    }

    public async Task<string> ItemOf(NotificationRecord record, CancellationToken cancellation)
    {
        if (await FindAsync(record, cancellation) is not { } found) return $"{record.Kind.Replace('_', ' ')}: {record.Subject}";
        var facts = await FactsOf(found, record.Kind, record.Team, cancellation);
        var why = facts.Reasons.Count > 0 ? ": " + facts.Reasons[0] : "";
        return $"{facts.Ticket} ({facts.Band!.Replace('_', ' ')}){why}";
    }

    /// <remarks>By band, then by score, as the queue page has them.</remarks>
    public async Task<IReadOnlyDictionary<string, double>> RanksOf(IReadOnlyList<NotificationRecord> records, CancellationToken cancellation)
    {
        var found = (await episodes.FindAllAsync([.. records.Select(r => new EpisodeId(r.Subject)).Distinct()], cancellation)).ToDictionary(r => r.Episode.Id.Value, r => (int)r.Episode.Band + r.Episode.Score / 2, StringComparer.Ordinal);
        return records.ToDictionary(r => r.Id, r => found.GetValueOrDefault(r.Subject), StringComparer.Ordinal);
    }

    /// <summary>What there is to say of an escalation.</summary>
    /// <param name="found">It.</param>
    /// <param name="step">The kind of notice.</param>
    /// <param name="toldTeam">The team that is told; null = the one that has it.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<NotificationFacts> FactsOf(EpisodeRecord found, string step, string? toldTeam, CancellationToken cancellation)
    {
        var (episode, current) = (found.Episode, rules());
        var decision = found.LastDecision is { } last ? await decisions.FindAsync(last, cancellation) : null;
        var level = await levels.OfAsync(found, time.Now(), cancellation);
        var teamId = toldTeam ?? episode.Team;
        var team = teamId is null ? null : current.Teams.Find(teamId);
        return new NotificationFacts
        {
            Kind = step,
            Subject = episode.Id.Value,
            Episode = episode.Id.Value,
            Ticket = episode.TicketId.Value,
            Customer = episode.CustomerId.IsKnown ? episode.CustomerId.Value : null,
            Band = Wire.Name(episode.Band),
            Team = teamId,
            TeamName = team?.Name ?? teamId,
            HelpDeskGroup = team?.HelpDeskGroups is [var group, ..] ? group : null,
            Incident = episode.IncidentKey,
            Priority = episode.Route is { } route ? Wire.Name(route.Priority) : null,
            Deadline = level?.Deadline,
            Zone = current.Calendars.GetValueOrDefault(team?.Calendar ?? current.Policy.DefaultCalendar)?.Zone ?? DateTimeZone.Utc,
            Reasons = decision is null ? [] : [.. ReasonView.ListOf(decision.Decision, decision.MessageText).Select(r => r.Text)],
            Excerpt = decision is null ? null : OneLine.Of(decision.MessageText, MostOfCustomer),
            Url = settings?.PublicUrl is not { } address ? null : $"{address}/tickets/{Uri.EscapeDataString(episode.TicketId.Value)}",
        };
    }

    private Task<EpisodeRecord?> FindAsync(NotificationRecord record, CancellationToken cancellation) => episodes.FindAsync(new EpisodeId(record.Subject), cancellation);
}
