using NodaTime;

namespace Escalation.Service.Notifications;

/// <summary>What a notification is about.</summary>
public sealed record NotificationFacts
{
    /// <summary>The kind of notice, for example <c>episode_opened</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The episode or rule.</summary>
    public required string Subject { get; init; }

    /// <summary>The episode; null for notices about rules.</summary>
    public string? Episode { get; init; }

    /// <summary>Its ticket.</summary>
    public string? Ticket { get; init; }

    /// <summary>Its band, by its written name.</summary>
    public string? Band { get; init; }

    /// <summary>The team that the notice is for, by id.</summary>
    public string? Team { get; init; }

    /// <summary>The team as people call it.</summary>
    public string? TeamName { get; init; }

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

    /// <summary>Where the ticket can be looked at; null without a public address.</summary>
    public string? Url { get; init; }
}
