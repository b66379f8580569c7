using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using Escalation.Rules.Notifications;
using Escalation.Service.Api;
using Escalation.Service.FollowUp;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Notifications;

/// <summary>Makes messages of notices, as things stand when they are sent.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="database">The database.</param>
/// <param name="settings">Where people reach the service.</param>
/// <param name="templates">How it is worded.</param>
/// <param name="rules">The rules in force: names of teams, and calendars.</param>
/// <param name="time">The clock.</param>
/// <param name="links">Links by which people answer from a message; null = none.</param>
public sealed class NotificationComposer(EscalationDatabase database, NotificationSettings? settings, NotificationTemplates templates, Func<IRuleSet> rules, TimeProvider time, AnswerLinks? links = null)
{
    private const int MostOfCustomer = 300;
    private const int MostItems = 20;
    private readonly EpisodeStore episodes = new(database);
    private readonly DecisionStore decisions = new(database);
    private readonly EventStore events = new(database);
    private readonly SlaReader levels = new(database);

    /// <summary>Why a notice is not needed any more; null where it is.</summary>
    /// <remarks>Somebody took the ticket up after the notice was written, or the escalation ended or sleeps. Notices about rules are always needed.</remarks>
    internal async Task<string?> StopOf(NotificationRecord record, CancellationToken cancellation)
    {
        if (EpisodeOf(record) is not { } id) return null;
        if (await episodes.FindAsync(id, cancellation) is not { } found) return "the escalation is not there any more";
        var episode = found.Episode.StandingAt(time.Now());
        if (!episode.IsOpen) return $"the escalation was {Wire.Name(episode.Status)} before this was sent";
        if (settings?.Channel(record.Channel)?.HelpDesk is not null) return null;        // a ticket is marked whoever has taken it up
        if (episode.Status == EpisodeStatus.Snoozed) return "the escalation was snoozed before this was sent";
        return await events.WasTakenUpAsync(episode.TicketId, record.CreatedAt, cancellation) ? "somebody took the escalation up before this was sent" : null;
    }

    /// <summary>When the recipient of a notification is told again, outside their hours; null where that is now.</summary>
    internal async Task<Instant?> OpeningOf(NotificationRecord record, CancellationToken cancellation)
    {
        if (EpisodeOf(record) is not { } id || settings is null || settings.Recipients.FirstOrDefault(r => r.Channel == record.Channel && (r.To.Length == 0 || r.To == record.Recipient) && r.Hours is not null) is not { } recipient) return null;
        var band = (await episodes.FindAsync(id, cancellation))?.Episode.Band;
        return new NotificationHolds(settings, rules).OpeningOf(recipient, band is { } known ? Wire.Name(known) : null, time.Now());
    }

    /// <summary>The message of a notice.</summary>
    /// <param name="record">The notification.</param>
    /// <param name="payload">The notice's own JSON.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task<OutgoingNotification> ComposeAsync(NotificationRecord record, string payload, CancellationToken cancellation)
    {
        var facts = EpisodeOf(record) is { } id ? await FactsOfAsync((await episodes.FindAsync(id, cancellation))!, record.Kind, record.Team, cancellation) : FactsOf(record, payload);
        if (facts.Episode is not null && links is not null && settings?.PublicUrl is { } address) facts = facts with { Answers = Enum.GetValues<AnswerAction>().ToDictionary(a => a, a => address + links.Of(record, a).Path) };
        var (title, text) = templates.Of(record.Kind, facts.Rule is not null).Render(facts.ToTemplate());
        return new OutgoingNotification(record.Id, record.Recipient, record.CreatedAt, title, text, facts);
    }

    /// <summary>The message of many notices that go out together.</summary>
    /// <param name="records">The notifications, at least one; the first gives the message its id.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task<OutgoingNotification> ComposeAsync(IReadOnlyList<NotificationRecord> records, CancellationToken cancellation)
    {
        var (first, items) = (records[0], new List<string>());
        foreach (var record in records.Take(MostItems)) items.Add(await ItemOfAsync(record, cancellation));
        var team = records.All(r => r.Team == first.Team) ? first.Team : null;
        var facts = new NotificationFacts
        {
            Kind = "digest",
            Subject = first.GroupKey.Length > 0 ? first.GroupKey : first.Subject,
            Team = team,
            TeamName = team is null ? null : rules().Teams.Find(team)?.Name ?? team,
            Count = records.Count,
            Group = NotificationHolds.GroupInWords(first.GroupKey, team),
            Items = items,
            Url = settings?.PublicUrl is { } address ? address + "/" : null,
        };
        var (title, text) = templates.Digest.Render(facts.ToTemplate());
        return new OutgoingNotification(first.Id, first.Recipient, first.CreatedAt, title, text, facts);
    }

    /// <summary>What a template would say of an escalation as it stands now.</summary>
    /// <param name="template">The name of its file, for example <c>episode</c>, or a step.</param>
    /// <param name="id">The escalation.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The title and the text, or why there are none.</returns>
    public async Task<(string? Title, string? Text, string? Problem)> PreviewAsync(string template, EpisodeId id, CancellationToken cancellation)
    {
        if (!NotificationTemplates.FileNames.Contains(template)) return (null, null, $"there is no template \"{template}\"; name one of {string.Join(", ", NotificationTemplates.FileNames)}");
        if (await episodes.FindAsync(id, cancellation) is not { } found) return (null, null, $"there is no escalation {id.Value} in {database.Place}");
        var step = NotificationSettings.Steps.Contains(template) ? template : "episode_opened";
        var facts = await FactsOfAsync(found, step, null, cancellation);
        var (title, text) = (templates.Named(template) ?? templates.Of(step, isAboutRule: false)).Render(facts.ToTemplate());
        return (title, text, null);
    }

    private static EpisodeId? EpisodeOf(NotificationRecord record) => NotificationSettings.IsAboutEpisode(record.Kind) ? new EpisodeId(record.Subject) : null;

    private async Task<NotificationFacts> FactsOfAsync(EpisodeRecord found, string step, string? toldTeam, CancellationToken cancellation)
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
            Deadline = level is null ? episode.Route?.SlaDeadline : level.Deadline,
            Zone = current.Calendars.GetValueOrDefault(team?.Calendar ?? current.Policy.DefaultCalendar)?.Zone ?? DateTimeZone.Utc,
            Reasons = decision is null ? [] : [.. ReasonView.ListOf(decision.Decision, decision.MessageText).Select(r => r.Text)],
            Excerpt = decision is null ? null : OneLine.Of(decision.MessageText, MostOfCustomer),
            Url = settings?.PublicUrl is { } address ? $"{address}/tickets/{Uri.EscapeDataString(episode.TicketId.Value)}" : null,
        };
    }

    private async Task<string> ItemOfAsync(NotificationRecord record, CancellationToken cancellation)
    {
        if (EpisodeOf(record) is not { } id || await episodes.FindAsync(id, cancellation) is not { } found) return $"{record.Kind.Replace('_', ' ')}: {record.Subject}";
        var facts = await FactsOfAsync(found, record.Kind, record.Team, cancellation);
        var why = facts.Reasons.Count > 0 ? ": " + facts.Reasons[0] : "";
        return $"{facts.Ticket} ({facts.Band!.Replace('_', ' ')}){why}";
    }

    private NotificationFacts FactsOf(NotificationRecord record, string payload)
    {
        return new NotificationFacts
        {
            Kind = record.Kind,
            Subject = record.Subject,
            Rule = record.Subject,
            Detail = Notice.Of(payload).Detail,
            Url = settings?.PublicUrl is { } address ? $"{address}/reviews" : null,
        };
    }
}
