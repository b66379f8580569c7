using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Storage;

namespace Escalation.Service.Versions;

/// <summary>What making a rule set the active one would mean.</summary>
/// <param name="InForce">The activation that it was compared with; null in an empty database.</param>
/// <param name="Changes">What differs.</param>
/// <param name="Consequences">What recorded decisions say of the rules that it touches.</param>
/// <param name="Needs">What asks for a second person; empty where nothing does.</param>
public sealed record PromotionPlan(Activation? InForce, IReadOnlyList<RuleChange> Changes, IReadOnlyList<RuleConsequence> Consequences, IReadOnlyList<string> Needs)
{
    /// <summary>The consequences as they are recorded.</summary>
    public string ConsequencesJson => JsonSerializer.Serialize(Consequences, Api.Json.Options);

    /// <summary>The changes as they are recorded.</summary>
    public string ChangesText => string.Join('\n', Changes);
}

/// <summary>What somebody asks of a promotion.</summary>
/// <param name="By">Who, as given: nothing proves it.</param>
/// <param name="Reason">Why, for the record.</param>
/// <param name="Expect">First digits, at least 4, of the version that they took to be active; null = whichever is.</param>
/// <param name="DryRun">Only say what it would mean.</param>
public sealed record PromotionOrder(string By, string Reason, string? Expect = null, bool DryRun = false);

/// <summary>How an attempt to change the active rules ended.</summary>
public enum PromotionOutcome
{
    /// <summary>The rule set is active.</summary>
    Activated,

    /// <summary>It waits for a second person.</summary>
    Proposed,

    /// <summary>It was active already.</summary>
    AlreadyActive,

    /// <summary>Only asked what it would mean.</summary>
    Planned,

    /// <summary>It waits no more.</summary>
    Withdrawn,

    /// <summary>Something else is active than was expected; nothing was done.</summary>
    Overtaken,

    /// <summary>Who proposed cannot approve; nothing was done.</summary>
    Refused,

    /// <summary>There is no such version, or no way to it; nothing was done.</summary>
    NotFound,
}

/// <summary>How an attempt to change the active rules ended, and what it means.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Message">The same in a sentence, with the way out where nothing was done.</param>
public sealed record PromotionResult(PromotionOutcome Outcome, string Message)
{
    /// <summary>The rule set; null where there is none.</summary>
    public RuleSetVersion? Version { get; init; }

    /// <summary>Why, as recorded.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What it means; null where it did not come to that.</summary>
    public PromotionPlan? Plan { get; init; }

    /// <summary>The activation that was made.</summary>
    public Activation? Activation { get; init; }

    /// <summary>Number of the proposal that was made.</summary>
    public int? Proposal { get; init; }

    /// <summary>What is active, where that is why nothing was done.</summary>
    public Activation? InForce { get; init; }

    /// <summary>Whether what was asked for was done, or there was nothing to do.</summary>
    public bool IsDone => Outcome < PromotionOutcome.Overtaken;
}
