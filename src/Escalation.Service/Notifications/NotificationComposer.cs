using System.Globalization;
using System.Text;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using Escalation.Rules.Notifications;
using Escalation.Service.Api;
using Escalation.Storage;
using NodaTime;
using NodaTime.Text;

namespace Escalation.Service.Notifications;

/// <summary>Makes messages of notices, as things stand when they are sent.</summary>
internal sealed class NotificationComposer(EscalationDatabase database, NotificationSettings settings, Func<Configuration> configuration, TimeProvider time)
{
    private const int MostOfCustomer = 300;
    private static readonly ZonedDateTimePattern When = ZonedDateTimePattern.CreateWithInvariantCulture("ddd d MMM uuuu HH:mm z", null);
    private readonly EpisodeStore episodes = new(database);
    private readonly DecisionStore decisions = new(database);
    private readonly EventStore events = new(database);

    /// <summary>Why a notice is not needed any more; null where it is.</summary>
    /// <remarks>Somebody took the ticket up after the notice was written, or the escalation ended or sleeps. Notices about rules are always needed.</remarks>
    public async Task<string?> StopOf(NotificationRecord record, CancellationToken cancellation)
    {
        if (EpisodeOf(record) is not { } id) return null;
        if (await episodes.FindAsync(id, cancellation) is not { } found) return "the escalation is not there any more";
        var episode = found.Episode.StandingAt(time.Now());
        if (!episode.IsOpen) return $"the escalation was {Wire.Name(episode.Status)} before this was sent";
        if (episode.Status == EpisodeStatus.Snoozed) return "the escalation was snoozed before this was sent";
        return await events.WasTakenUpAsync(episode.TicketId, record.CreatedAt, cancellation) ? "somebody took the escalation up before this was sent" : null;
    }

    /// <summary>The message of a notice.</summary>
    /// <param name="record">The notification.</param>
    /// <param name="payload">The notice's own JSON.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<OutgoingNotification> ComposeAsync(NotificationRecord record, string payload, CancellationToken cancellation)
    {
        var facts = EpisodeOf(record) is { } id ? await FactsOfAsync(record, id, cancellation) : FactsOf(record, payload);
        return new OutgoingNotification(record.Id, record.Recipient, record.CreatedAt, TitleOf(facts), TextOf(facts), facts);
    }

    /// <summary>The team that a notice is for; null where it names none.</summary>
    public static string? TeamOf(string payload)
    {
        using var document = JsonDocument.Parse(payload);
        return Text(document.RootElement, "team");
    }

    private static EpisodeId? EpisodeOf(NotificationRecord record) => record.Kind is "rule_quarantined" or "must_escalate_failed" ? null : new EpisodeId(record.Subject);

    private async Task<NotificationFacts> FactsOfAsync(NotificationRecord record, EpisodeId id, CancellationToken cancellation)
    {
        var found = (await episodes.FindAsync(id, cancellation))!;
        var (episode, current) = (found.Episode, configuration());
        var decision = found.LastDecision is { } last ? await decisions.FindAsync(last, cancellation) : null;
        var team = (record.Team ?? episode.Team) is { } named ? current.Rules.Teams.Find(named) : null;
        return new NotificationFacts
        {
            Kind = record.Kind,
            Subject = record.Subject,
            Episode = episode.Id.Value,
            Ticket = episode.TicketId.Value,
            Band = Wire.Name(episode.Band),
            Team = record.Team ?? episode.Team,
            TeamName = team?.Name ?? record.Team ?? episode.Team,
            Priority = episode.Route is { } route ? Wire.Name(route.Priority) : null,
            Deadline = episode.Route?.SlaDeadline,
            Zone = current.Rules.Calendars.GetValueOrDefault(team?.Calendar ?? current.Policy.DefaultCalendar)?.Zone ?? DateTimeZone.Utc,
            Reasons = decision is null ? [] : [.. ReasonView.ListOf(decision.Decision, decision.MessageText).Select(r => r.Text)],
            Excerpt = decision is null ? null : OneLine(decision.MessageText, MostOfCustomer),
            Url = settings.PublicUrl is { } address ? $"{address}/tickets/{Uri.EscapeDataString(episode.TicketId.Value)}" : null,
        };
    }

    private NotificationFacts FactsOf(NotificationRecord record, string payload)
    {
        using var document = JsonDocument.Parse(payload);
        return new NotificationFacts
        {
            Kind = record.Kind,
            Subject = record.Subject,
            Rule = record.Subject,
            Detail = Text(document.RootElement, "detail"),
            Url = settings.PublicUrl is { } address ? $"{address}/reviews" : null,
        };
    }

    private static string TitleOf(NotificationFacts facts) => facts.Kind switch
    {
        "episode_opened" => $"[{Words(facts.Band)}] {facts.Ticket}{For(facts)}",
        "episode_raised" => $"[{Words(facts.Band)}] {facts.Ticket} was raised{For(facts)}",
        "episode_reopened" => $"[{Words(facts.Band)}] {facts.Ticket} is open again{For(facts)}",
        "rule_quarantined" => $"Rule {facts.Rule} is not run any more",
        "must_escalate_failed" => $"Rule {facts.Rule} must escalate and could not be evaluated",
        _ => $"{Words(facts.Kind)}: {facts.Ticket ?? facts.Subject}{For(facts)}",
    };

    private static string For(NotificationFacts facts) => facts.TeamName is { } team ? $" for {team}" : "";

    private static string TextOf(NotificationFacts facts)
    {
        var text = new StringBuilder();
        if (facts.Priority is not null) Line($"Priority {facts.Priority}, due {facts.Deadline!.Value.InZone(facts.Zone).ToString(When.PatternText, CultureInfo.InvariantCulture)} ({Json.Time(facts.Deadline)})");
        if (facts.Reasons.Count > 0) Line("Why:");
        foreach (var reason in facts.Reasons) Line("- " + reason);
        if (facts.Excerpt is { Length: > 0 }) Line($"The customer wrote: “{facts.Excerpt}”");
        if (facts.Detail is not null) Line(facts.Detail);
        if (facts.Url is not null) Line(facts.Url);
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    private static string Words(string? name) => name is null ? "" : name.Replace('_', ' ');

    private static string OneLine(string text, int most)
    {
        var line = string.Join(' ', text.Split((char[]?)null, most + 1, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= most) return line;
        return string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[most - 1]) ? most - 1 : most), "…");
    }

    private static string? Text(JsonElement payload, string name) => payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
