using System.Globalization;
using Escalation.Core.Metrics;
using Escalation.Service.Api;
using Escalation.Service.Figures;
using NodaTime;
using NodaTime.Text;

namespace Escalation.Service.Notifications;

/// <summary>What a notification is about.</summary>
public sealed record NotificationFacts
{
    private static readonly ZonedDateTimePattern When = ZonedDateTimePattern.CreateWithInvariantCulture("ddd d MMM uuuu HH:mm x", null);

    /// <summary>The kind of notice, for example <c>episode_opened</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The episode, rule or channel.</summary>
    public required string Subject { get; init; }

    /// <summary>The episode; null for notices about rules.</summary>
    public string? Episode { get; init; }

    /// <summary>Its ticket.</summary>
    public string? Ticket { get; init; }

    /// <summary>Its customer; null where nobody knows.</summary>
    public string? Customer { get; init; }

    /// <summary>Its band, by its written name.</summary>
    public string? Band { get; init; }

    /// <summary>The team that the notice is for, by id.</summary>
    public string? Team { get; init; }

    /// <summary>The team as people call it.</summary>
    public string? TeamName { get; init; }

    /// <summary>The team as its help desk calls it: the first of its helpDeskGroups; null where it has none.</summary>
    public string? HelpDeskGroup { get; init; }

    /// <summary>The ticket's priority.</summary>
    public string? Priority { get; init; }

    /// <summary>The deadline of the service level.</summary>
    public Instant? Deadline { get; init; }

    /// <summary>The time zone in which the team reads times.</summary>
    public DateTimeZone Zone { get; init; } = DateTimeZone.Utc;

    /// <summary>Why, as the queue page words it, the weightiest first.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The beginning of what the customer wrote, on one line; null where no message is meant.</summary>
    public string? Excerpt { get; init; }

    /// <summary>The rule; null for notices about episodes.</summary>
    public string? Rule { get; init; }

    /// <summary>What happened, for notices about rules.</summary>
    public string? Detail { get; init; }

    /// <summary>Whom the team's chain tells because nobody acknowledged; null otherwise.</summary>
    public string? Told { get; init; }

    /// <summary>Agents on call, for notices about service levels.</summary>
    public IReadOnlyList<string> OnCall { get; init; } = [];

    /// <summary>The problem of many customers that the episode stands for; null where it stands for none.</summary>
    public string? Incident { get; init; }

    /// <summary>For notices about a silent channel: the silence; null otherwise.</summary>
    public Silence? Silence { get; init; }

    /// <summary>When the silent channel worked again; null while it does not.</summary>
    public Instant? WorksSince { get; init; }

    /// <summary>For notices about a week: its figures; null otherwise.</summary>
    public WeeklyReport? Weekly { get; init; }

    /// <summary>Of many that go out together: how many; 0 = it is one alone.</summary>
    public int Count { get; init; }

    /// <summary>Of many: what they have in common.</summary>
    public string? Group { get; init; }

    /// <summary>Of many: a line for each of the first.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>Links by which the recipient answers; empty without a public address.</summary>
    public IReadOnlyDictionary<AnswerAction, string> Answers { get; init; } = new Dictionary<AnswerAction, string>();

    /// <summary>Where the ticket can be looked at; null without a public address.</summary>
    public string? Url { get; init; }

    /// <summary>The values of the names that a template may use.</summary>
    internal IReadOnlyDictionary<string, object?> ToTemplate() => new Dictionary<string, object?>
    {
        ["step"] = Kind,
        ["subject"] = Subject,
        ["episode"] = Episode,
        ["ticket"] = Ticket,
        ["customer"] = Customer,
        ["band"] = Band?.Replace('_', ' '),
        ["team"] = TeamName,
        ["team_id"] = Team,
        ["priority"] = Priority,
        ["deadline"] = Local(Deadline),
        ["deadline_utc"] = Json.Time(Deadline),
        ["reasons"] = Reasons,
        ["excerpt"] = Excerpt,
        ["rule"] = Rule,
        ["detail"] = Detail,
        ["told"] = Told,
        ["on_call"] = OnCall,
        ["incident"] = Incident,
        ["channel"] = Silence?.Source,
        ["since"] = Local(Silence?.Since),
        ["until"] = Local(WorksSince),
        ["usual"] = Silence?.Usual.ToString("0", CultureInfo.InvariantCulture),
        ["week"] = Weekly?.Week,
        ["week_from"] = Weekly?.From,
        ["week_to"] = Weekly?.To,
        ["escalations"] = Weekly?.Escalations.ToString(CultureInfo.InvariantCulture),
        ["figures"] = Weekly?.Figures ?? [],
        ["rules"] = Weekly?.Rules ?? [],
        ["nudge"] = Weekly?.Nudge,
        ["count"] = Count,
        ["group"] = Group,
        ["items"] = Items,
        ["more"] = Count - Items.Count,
        ["acknowledge_url"] = Answers.GetValueOrDefault(AnswerAction.Acknowledge),
        ["confirm_url"] = Answers.GetValueOrDefault(AnswerAction.Confirm),
        ["dismiss_url"] = Answers.GetValueOrDefault(AnswerAction.Dismiss),
        ["assign_url"] = Answers.GetValueOrDefault(AnswerAction.Assign),
        ["url"] = Url,
    };

    private string? Local(Instant? at) => at is { } known ? When.Format(known.InZone(Zone)) : null;
}
