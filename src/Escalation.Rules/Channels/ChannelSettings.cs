using Escalation.Rules.Notifications;

namespace Escalation.Rules.Channels;

/// <summary>What sends to a channel.</summary>
public enum ChannelKind
{
    /// <summary>Any JSON, by a map like that of imports.</summary>
    Webhook,

    /// <summary>Zendesk's event webhooks.</summary>
    Zendesk,

    /// <summary>Zammad's webhook.</summary>
    Zammad,

    /// <summary>Chatwoot's webhook.</summary>
    Chatwoot,

    /// <summary>Whole chats.</summary>
    Chat,

    /// <summary>Single posts of social networks.</summary>
    Social,

    /// <summary>Notes on calls.</summary>
    Phone,

    /// <summary>A mailbox that is fetched by IMAP.</summary>
    Imap,
}

/// <summary>Where the mails of a channel lie.</summary>
public sealed record MailboxSettings
{
    /// <summary>The server.</summary>
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>How the connection to it is secured.</summary>
    public required MailSecurity Security { get; init; }

    /// <summary>The user.</summary>
    public required string User { get; init; }

    /// <summary>The user's password: the channel's secret.</summary>
    public required string Password { get; init; }

    /// <summary>The folder.</summary>
    public string Folder { get; init; } = "INBOX";

    /// <summary>Seconds between two rounds.</summary>
    public int EverySeconds { get; init; } = 60;

    /// <summary>Whether the mails that lie there at the first contact are taken too.</summary>
    public bool TakeExisting { get; init; }

    /// <summary>Our own addresses; <c>@acme.com</c> stands for all of a domain.</summary>
    public IReadOnlyList<string> Own { get; init; } = [];

    /// <summary>What our own notices carry in X-Loop or behind the @ of their Message-ID.</summary>
    public IReadOnlyList<string> LoopMarks { get; init; } = [];
}

/// <summary>One channel of channels.json.</summary>
public sealed record ChannelSettings
{
    /// <summary>Its name in the address, <c>/api/v1/channels/NAME</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What sends to it.</summary>
    public required ChannelKind Kind { get; init; }

    /// <summary>The source account: ids of tickets, customers and messages begin with it.</summary>
    public required string Source { get; init; }

    /// <summary>The key of the signatures; null = the file says in so many words that deliveries are not signed.</summary>
    public string? Secret { get; init; }

    /// <summary>How far the signed time of a delivery may lie from ours; null = the default of the kind.</summary>
    public int? WindowSeconds { get; init; }

    /// <summary>The import map of a <see cref="ChannelKind.Webhook"/>, as a path; null for the others.</summary>
    public string? Map { get; init; }

    /// <summary>The mailbox of a <see cref="ChannelKind.Imap"/>; null for the others.</summary>
    public MailboxSettings? Mailbox { get; init; }

    /// <summary>Where it stands in the file, for problems that show later.</summary>
    public required string Place { get; init; }
}
