namespace Escalation.Core.Sla;

/// <summary>What becomes of a service level where a resolved escalation is reopened.</summary>
public enum ReopenedSla
{
    /// <summary>The whole hours begin again at the reopening: what came back is a new wait.</summary>
    Restart,

    /// <summary>What was left when it was resolved goes on; the time in between does not count.</summary>
    Continue,
}

/// <summary>policy.json: <c>sla</c>.</summary>
/// <param name="Reopened">What becomes of the hours at a reopening.</param>
public sealed record SlaPolicy(ReopenedSla Reopened = ReopenedSla.Restart);
