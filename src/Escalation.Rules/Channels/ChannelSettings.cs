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

    /// <summary>Where it stands in the file, for problems that show later.</summary>
    public required string Place { get; init; }
}
