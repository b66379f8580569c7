using NodaTime;

namespace Escalation.Storage;

/// <summary>Where a notification stands.</summary>
public enum NotificationStatus
{
    /// <summary>It is still to be sent, now or after a failed try.</summary>
    Waiting,

    /// <summary>The server took it.</summary>
    Sent,

    /// <summary>It was not needed any more when it was due: somebody had acted, or the escalation had ended.</summary>
    Stopped,

    /// <summary>It was refused for good, or tried for too long. Only a person sends it again.</summary>
    Dead,

    /// <summary>The settings name nobody who wants to hear of it.</summary>
    Unaddressed,
}

/// <summary>One notice for one recipient.</summary>
public sealed record NotificationRecord
{
    /// <summary>Follows from notice, channel and recipient, so that the same one never stands twice.</summary>
    public required string Id { get; init; }

    /// <summary>The notice in the outbox.</summary>
    public required string OutboxKey { get; init; }

    /// <summary>What the notice is, for example <c>episode_opened</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The episode or rule that it is about.</summary>
    public required string Subject { get; init; }

    /// <summary>The team that it is for; null where it is for none in particular.</summary>
    public string? Team { get; init; }

    /// <summary>Name of the channel in notifications.json; empty where nobody is addressed.</summary>
    public required string Channel { get; init; }

    /// <summary>An address, or the channel's name where the channel leads to one place.</summary>
    public required string Recipient { get; init; }

    /// <summary>What it has in common with others: those of one channel, recipient and group are counted together, and held together.</summary>
    public string GroupKey { get; init; } = "";

    /// <summary>Whether it is held back to go out with others of its group.</summary>
    public bool IsDigest { get; init; }

    /// <summary>Where it stands.</summary>
    public NotificationStatus Status { get; init; }

    /// <summary>Tries so far.</summary>
    public int Attempts { get; init; }

    /// <summary>When the notice was written.</summary>
    public required Instant CreatedAt { get; init; }

    /// <summary>When it is tried next; null where it is not.</summary>
    public Instant? NextAt { get; init; }

    /// <summary>When it was sent, stopped or given up; null while it waits.</summary>
    public Instant? EndedAt { get; init; }

    /// <summary>What the server said last, or why it was stopped; null before the first try.</summary>
    public string? Detail { get; init; }
}

/// <summary>One try to send a notification.</summary>
/// <param name="Number">From 1.</param>
/// <param name="At">When it began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Result"><c>sent</c>, <c>failed</c> (tried again) or <c>refused</c> (for good).</param>
/// <param name="Detail">What the server said, or what went wrong.</param>
public sealed record NotificationAttempt(int Number, Instant At, Duration Duration, string Result, string Detail);

/// <summary>Which notifications are asked for, newest first.</summary>
public sealed record NotificationQuery
{
    /// <summary>Only those that stand so; null = all.</summary>
    public NotificationStatus? Status { get; init; }

    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Time and id of the last one of the page before; null = the first page.</summary>
    public (Instant CreatedAt, string Id)? After { get; init; }
}
