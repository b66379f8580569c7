using NodaTime;

namespace Escalation.Core.Sla;

/// <summary>Somebody was promised an answer: a decision that opened or raised an escalation.</summary>
/// <param name="From">When it was made; the clock starts here.</param>
/// <param name="Hours">Hours counted in the calendar.</param>
/// <param name="Calendar">Name of the calendar.</param>
public sealed record SlaPromise(Instant From, double Hours, string Calendar);

/// <summary>What stops a service level's clock or lets it go on.</summary>
public enum SlaStepKind
{
    /// <summary>The ticket waits for the customer.</summary>
    Paused,

    /// <summary>The customer wrote, or the ticket waits for an agent.</summary>
    Resumed,

    /// <summary>The escalation was resolved, dismissed or merged.</summary>
    Ended,

    /// <summary>It was resolved or dismissed, and is open again.</summary>
    Reopened,
}

/// <summary>A step of a service level's clock.</summary>
public readonly record struct SlaStep(Instant At, SlaStepKind Kind);
