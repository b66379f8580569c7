using System.Collections.ObjectModel;

namespace Escalation.Core.Tickets;

/// <summary>How a message reached us. The network or product goes to <see cref="Message.Source"/>.</summary>
public enum Channel { Chat, Email, Social, Phone, Web, Api, Other }

/// <summary>Who wrote a message.</summary>
public enum Author { Customer, Agent, System }

/// <summary>One text by a customer, an agent or a system, on a channel.</summary>
/// <remarks>Identity of a delivery: (<see cref="Source"/>, <see cref="ExternalId"/>, <see cref="Revision"/>). Source: "History and labels" in DESIGN.md.</remarks>
public sealed record Message : HistoryRecord
{
    /// <summary>No further fields.</summary>
    public static readonly IReadOnlyDictionary<string, string> NoAttributes = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The source account, for example <c>zendesk/acme</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The source's own id of the message.</summary>
    public required string ExternalId { get; init; }

    /// <summary>0 for the first text; a higher one replaces the text, is decided again and adds no contact.</summary>
    public int Revision { get; init; }

    /// <summary>The thread.</summary>
    public required TicketId TicketId { get; init; }

    /// <summary>The customer whose ticket this is, also for messages of agents; <see cref="CustomerId.Unknown"/> where nobody was named.</summary>
    public required CustomerId CustomerId { get; init; }

    /// <summary>How it reached us.</summary>
    public required Channel Channel { get; init; }

    /// <summary>Who wrote it.</summary>
    public required Author Author { get; init; }

    /// <summary>The agent who wrote it, where one did.</summary>
    public string? AgentId { get; init; }

    /// <summary>The team of the agent, an id of teams.json.</summary>
    public string? Team { get; init; }

    /// <summary>Whether the customer can see it.</summary>
    public bool Public { get; init; } = true;

    /// <summary>The subject line, where the channel has one.</summary>
    public string? Subject { get; init; }

    /// <summary>The original text, quotes and signatures included; may be empty.</summary>
    public required string Text { get; init; }

    /// <summary>The source's thread key, for example a Message-ID.</summary>
    public string? ThreadId { get; init; }

    /// <summary>The message that this one answers.</summary>
    public string? InReplyTo { get; init; }

    /// <summary>ISO 639-1 code where the source says it; wins over our detector.</summary>
    public string? Language { get; init; }

    /// <summary>Brand of the organisation that was addressed.</summary>
    public string? Brand { get; init; }

    /// <summary>Product where the source says it; wins over extraction.</summary>
    public string? Product { get; init; }

    /// <summary>Any further field of the message, by name.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = NoAttributes;

    /// <inheritdoc/>
    public override string OrderSource => Source;
}
