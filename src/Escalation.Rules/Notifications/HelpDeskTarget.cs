namespace Escalation.Rules.Notifications;

/// <summary>How an escalation is written back to the help desk that its ticket came from.</summary>
/// <remarks>Immutable.</remarks>
public sealed record HelpDeskTarget
{
    /// <summary>The source account whose tickets it is about, as in channels.json: others are left alone.</summary>
    public required string Source { get; init; }

    /// <summary>False = nothing is written back, whoever names the channel.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>POST, PUT or PATCH.</summary>
    public required string Method { get; init; }

    /// <summary>The address of values, which are escaped for it.</summary>
    public required Func<IReadOnlyDictionary<string, object?>, string> Url { get; init; }

    /// <summary>The body.</summary>
    public required JsonTemplate Body { get; init; }

    /// <summary>The whole value of the header Authorization; null = none is sent.</summary>
    public SecretSource? Authorization { get; init; }

    /// <summary>Whether a ticket is one of this help desk's.</summary>
    public bool IsOf(string? ticket) => ticket is not null && ticket.StartsWith(Source + "/", StringComparison.Ordinal);

    /// <summary>The help desk's own number of a ticket of its.</summary>
    public string NumberOf(string ticket) => ticket[(Source.Length + 1)..];
}
