namespace Escalation.Core.Sla;

/// <summary>What becomes of a service level where a resolved escalation is reopened.</summary>
public enum ReopenedSla
{
    /// <summary>The whole hours begin again at the reopening: what came back is a new wait.</summary>
    Restart,

    /// <summary>What was left when it was resolved goes on; the time in between does not count.</summary>
    Continue,
}

/// <summary>Whether people are told outside the hours of the calendar.</summary>
public enum SlaTelling
{
    /// <summary>Only while the calendar is open: what is due at another time waits for the next opening.</summary>
    Inside,

    /// <summary>At any time.</summary>
    Always,
}

/// <summary>policy.json: <c>sla</c>.</summary>
/// <param name="Reopened">What becomes of the hours at a reopening.</param>
public sealed record SlaPolicy(ReopenedSla Reopened = ReopenedSla.Restart)
{
    /// <summary>Share of the hours after which people are warned, 0 to 0.99; 0 = never.</summary>
    public double WarnAt { get; init; } = .75;

    /// <summary>When warnings are told.</summary>
    public SlaTelling Warning { get; init; } = SlaTelling.Inside;

    /// <summary>When breaches are told.</summary>
    public SlaTelling Breach { get; init; } = SlaTelling.Always;

    /// <summary>Minutes without an acknowledgement after which the next of the team's chain is told: open ones, or any where it is told always.</summary>
    public double ChainMinutes { get; init; } = 30;

    /// <summary>At most so many of the chain are told; 0 = none.</summary>
    public int ChainMost { get; init; } = 3;

    /// <summary>When the chain is told.</summary>
    public SlaTelling Chain { get; init; } = SlaTelling.Inside;
}
