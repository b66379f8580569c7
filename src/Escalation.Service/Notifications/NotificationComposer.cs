using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Rules.Notifications;
using Escalation.Service.Figures;
using Escalation.Service.FollowUp;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Notifications;

/// <summary>Makes messages of notices, as things stand when they are sent: each kind by its handler.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class NotificationComposer
{
    private const int MostItems = 20;
    private readonly EscalationDatabase database;
    private readonly NotificationSettings? settings;
    private readonly NotificationTemplates templates;
    private readonly Func<IRuleSet> rules;
    private readonly TimeProvider time;
    private readonly AnswerLinks? links;
    private readonly EpisodeNotices ofEpisodes;
    private readonly ChannelNotices ofChannels;
    private readonly WeekNotices ofWeeks;
    private readonly Dictionary<NoticeSubject, INoticeHandler> handlers;

    /// <summary>A composer.</summary>
    /// <param name="database">The database.</param>
    /// <param name="settings">Where people reach the service.</param>
    /// <param name="templates">How it is worded.</param>
    /// <param name="rules">The rules in force: names of teams, and calendars.</param>
    /// <param name="time">The clock.</param>
    /// <param name="links">Links by which people answer from a message; null = none.</param>
    public NotificationComposer(EscalationDatabase database, NotificationSettings? settings, NotificationTemplates templates, Func<IRuleSet> rules, TimeProvider time, AnswerLinks? links = null)
    {
        (this.database, this.settings, this.templates, this.rules, this.time, this.links) = (database, settings, templates, rules, time, links);
        ofEpisodes = new EpisodeNotices(database, settings, rules, time);
        ofWeeks = new WeekNotices(settings?.PublicUrl);
        ofChannels = new ChannelNotices(database, rules, settings?.PublicUrl);
        handlers = new() { [NoticeSubject.Episode] = ofEpisodes, [NoticeSubject.Rule] = new RuleNotices(settings?.PublicUrl), [NoticeSubject.Channel] = ofChannels, [NoticeSubject.Week] = ofWeeks };
    }

    /// <summary>Why a notification is not needed any more; null where it is.</summary>
    internal Task<string?> StopOf(NotificationRecord record, CancellationToken cancellation) => HandlerOf(record).StopOf(record, cancellation);

    /// <summary>When the recipient of a notification is told again, outside their hours; null where that is now.</summary>
    internal async Task<Instant?> OpeningOf(NotificationRecord record, CancellationToken cancellation)
    {
        if (settings is null || settings.Recipients.FirstOrDefault(r => r.Channel == record.Channel && (r.To.Length == 0 || r.To == record.Recipient) && r.Hours is not null) is not { } recipient) return null;
        return new NotificationHolds(settings, rules).OpeningOf(recipient, await HandlerOf(record).BandOf(record, cancellation), time.Now());
    }

    /// <summary>Whether this version knows what a notification is about; where it does not, that is an error and the notification a dead letter.</summary>
    internal static bool Knows(NotificationRecord record) => NotificationSettings.Subjects.ContainsKey(record.Kind);

    /// <summary>The message of a notice.</summary>
    /// <param name="record">The notification.</param>
    /// <param name="payload">The notice's own JSON.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task<OutgoingNotification> ComposeAsync(NotificationRecord record, string payload, CancellationToken cancellation)
    {
        var facts = await HandlerOf(record).FactsOf(record, payload, cancellation);
        if (facts.Episode is not null && links is not null && settings?.PublicUrl is { } address) facts = facts with { Answers = Enum.GetValues<AnswerAction>().ToDictionary(a => a, a => address + links.Of(record, a).Path) };
        var (title, text) = templates.Of(record.Kind).Render(facts.ToTemplate());
        return new OutgoingNotification(record.Id, record.Recipient, record.CreatedAt, title, text, facts);
    }

    /// <summary>The message of many notices that go out together.</summary>
    /// <param name="records">The notifications, at least one; the first gives the message its id.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task<OutgoingNotification> ComposeAsync(IReadOnlyList<NotificationRecord> records, CancellationToken cancellation)
    {
        var (first, items) = (records[0], new List<string>());
        foreach (var record in await PressingAsync(records, cancellation)) items.Add(await HandlerOf(record).ItemOf(record, cancellation));
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

    /// <summary>Those that get a line of their own: the most pressing, of equal ones the first written.</summary>
    private async Task<IEnumerable<NotificationRecord>> PressingAsync(IReadOnlyList<NotificationRecord> records, CancellationToken cancellation)
    {
        var ranks = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var kind in records.GroupBy(HandlerOf))
            foreach (var (id, rank) in await kind.Key.RanksOf([.. kind], cancellation)) ranks[id] = rank;
        return records.OrderByDescending(r => ranks.GetValueOrDefault(r.Id)).Take(MostItems);
    }

    /// <summary>What a template would say of an escalation, of a channel or of the last week that is over, as it stands now.</summary>
    /// <param name="template">The name of its file, for example <c>episode</c>, or a step.</param>
    /// <param name="subject">The escalation; for templates about channels, the channel's source; for those about weeks, nothing.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The title and the text, or why there are none.</returns>
    public async Task<(string? Title, string? Text, string? Problem)> PreviewAsync(string template, string? subject, CancellationToken cancellation)
    {
        if (!NotificationTemplates.FileNames.Contains(template)) return (null, null, $"there is no template \"{template}\"; name one of {string.Join(", ", NotificationTemplates.FileNames)}");
        var about = NotificationSettings.Steps.Contains(template) ? NotificationSettings.Subjects[template] : Wire.TryParse<NoticeSubject>(template, out var named) ? named : NoticeSubject.Episode;
        var step = NotificationSettings.Steps.Contains(template) ? template : NotificationSettings.Subjects.First(s => s.Value == about).Key;
        var (facts, problem) = about switch
        {
            NoticeSubject.Channel => await OfChannelAsync(step, subject, cancellation),
            NoticeSubject.Week => (ofWeeks.FactsOf(step, await WeekAsync(cancellation)), null),
            _ => await OfEpisodeAsync(step, subject, cancellation),
        };
        if (facts is null) return (null, null, problem);
        var (title, text) = (templates.Named(template) ?? templates.Of(step)).Render(facts.ToTemplate());
        return (title, text, null);
    }

    private async Task<(NotificationFacts? Facts, string? Problem)> OfEpisodeAsync(string step, string? id, CancellationToken cancellation)
    {
        if (id is null) return (null, "name the escalation that it is filled with, for example --episode t-c1#1");
        if (await new EpisodeStore(database).FindAsync(new EpisodeId(id), cancellation) is not { } found) return (null, $"there is no escalation {id} in {database.Place}");
        return (await ofEpisodes.FactsOf(found, step, null, cancellation), null);
    }

    private async Task<(NotificationFacts? Facts, string? Problem)> OfChannelAsync(string step, string? source, CancellationToken cancellation)
    {
        if (source is null) return (null, "name the channel that it is filled with by its source, for example --channel mail/support");
        if (await SilenceWatch.OfAsync(new MessageStore(database), source, settings?.Silence ?? new(), rules(), time.Now(), cancellation) is not { } silence) return (null, $"no message of a customer came from {source} in the last weeks, by {database.Place}");
        return (ofChannels.FactsOf(step, silence, step == "channel_silent" ? null : time.Now()), null);
    }

    private Task<WeeklyReport> WeekAsync(CancellationToken cancellation)
    {
        var calendar = rules().DefaultCalendar();
        var zone = settings?.Weekly?.Zone ?? calendar.Zone;
        return WeeklyFigures.ComputeAsync(database, IsoWeek.Before(time.Now().InZone(zone).Date), zone, time.Now(), calendar, cancellation);
    }

    private INoticeHandler HandlerOf(NotificationRecord record) => handlers[NotificationSettings.Subjects[record.Kind]];
}
