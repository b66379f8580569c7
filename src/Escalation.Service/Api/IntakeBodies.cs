namespace Escalation.Service.Api;

/// <summary>The body of a message; for the description of the API, the reader of JSONL files reads it.</summary>
internal sealed record MessageBody
{
    public required string Source { get; init; }
    public required string ExternalId { get; init; }
    public required string CustomerId { get; init; }
    public required string Channel { get; init; }
    public required string Author { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Text { get; init; }
    public string? Id { get; init; }
    public int? Revision { get; init; }
    public string? TicketId { get; init; }
    public string? AgentId { get; init; }
    public string? Team { get; init; }
    public bool? Public { get; init; }
    public string? Subject { get; init; }
    public string? ThreadId { get; init; }
    public string? InReplyTo { get; init; }
    public string? Language { get; init; }
    public string? Brand { get; init; }
    public string? Product { get; init; }
    public Dictionary<string, string>? Attributes { get; init; }
}

/// <summary>Who did something.</summary>
internal sealed record ActorBody(string? Id, string Kind, string? Team);

/// <summary>The body of a ticket event.</summary>
internal sealed record EventBody
{
    public string? Id { get; init; }
    public required string TicketId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Kind { get; init; }
    public required ActorBody Actor { get; init; }
    public string? Team { get; init; }
    public string? ToTicket { get; init; }
    public bool? Public { get; init; }
    public double? Minutes { get; init; }
    public string? Status { get; init; }
    public string? Priority { get; init; }
    public string[]? Tags { get; init; }
    public string? Assignee { get; init; }
    public DateTimeOffset? Until { get; init; }
    public string? EpisodeId { get; init; }
    public string? Band { get; init; }
}

/// <summary>The body of a label.</summary>
internal sealed record LabelBody
{
    public string? Id { get; init; }
    public required string TicketId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Kind { get; init; }
    public required ActorBody Actor { get; init; }
    public required string Origin { get; init; }
    public string? EpisodeId { get; init; }
    public string? MessageId { get; init; }
    public string? DecisionId { get; init; }
    public bool? Needed { get; init; }
    public string? Frustrated { get; init; }
    public string? RightTeam { get; init; }
    public string[]? WrongSignals { get; init; }
    public string? Reason { get; init; }
    public string? Note { get; init; }
    public ShownBody? Shown { get; init; }
    public AuditBody? Audit { get; init; }
    public string? Undoes { get; init; }
}

/// <summary>The body of a label given on an escalation; the address and the service say the rest.</summary>
internal sealed record EscalationLabelBody
{
    public required string Kind { get; init; }
    public required ActorBody Actor { get; init; }
    public string? Frustrated { get; init; }
    public bool? Needed { get; init; }
    public string? RightTeam { get; init; }
    public string[]? WrongSignals { get; init; }
    public string? Reason { get; init; }
    public string? Note { get; init; }
    public string? Undoes { get; init; }
    public DateTimeOffset? At { get; init; }
}

/// <summary>The body of an action on an escalation: team or assignee belong to assign, until to snooze, toTicket to merge.</summary>
internal sealed record ActionBody
{
    public required ActorBody Actor { get; init; }
    public DateTimeOffset? At { get; init; }
    public string? Team { get; init; }
    public string? Assignee { get; init; }
    public DateTimeOffset? Until { get; init; }
    public string? ToTicket { get; init; }
    public double? Minutes { get; init; }
    public bool? Public { get; init; }
}

/// <summary>What the person saw.</summary>
internal sealed record ShownBody(double Score, string Band, string Configuration);

/// <summary>How a ticket came into a blind audit.</summary>
internal sealed record AuditBody(string Design, string Stratum, double Probability);
