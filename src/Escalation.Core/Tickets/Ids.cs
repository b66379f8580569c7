namespace Escalation.Core.Tickets;

/// <summary>A thread of messages in the help desk it came from. Compared by ordinal.</summary>
public readonly record struct TicketId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One person or account. <see cref="Unknown"/> equals nothing, not even itself, wherever customers are joined.</summary>
public readonly record struct CustomerId(string Value)
{
    /// <summary>Where the source named nobody; never joined with another message.</summary>
    public static readonly CustomerId Unknown = new("");

    /// <summary>Whether the source named somebody. A blank never matches a blank.</summary>
    public bool IsKnown => !string.IsNullOrEmpty(Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One message of one source.</summary>
public readonly record struct MessageId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One escalation of a ticket, from its opening to its end.</summary>
public readonly record struct EpisodeId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
