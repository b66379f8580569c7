using System.Text.Json;
using Escalation.Rules;
using Escalation.Service.Versions;
using Escalation.Storage;

namespace Escalation.Service.Api;

/// <summary>How an attempt to change the active rules ended, as answers and the command line show it.</summary>
/// <remarks>Number is that of the activation, proposal that of what waits; each null where there is none.</remarks>
public sealed record PromotionView(
    string Version, string Message, bool Activated, bool Pending, int? Number, int? Proposal, string? ApprovedBy, string Reason,
    IReadOnlyList<RuleChange> Changes, IReadOnlyList<RuleConsequence> Consequences, IReadOnlyList<string> Needs)
{
    /// <summary>The view of a result that names a rule set.</summary>
    public static PromotionView Of(PromotionResult result) => new(
        result.Version!.Value.Value, result.Message, result.Outcome == PromotionOutcome.Activated, result.Outcome == PromotionOutcome.Proposed, result.Activation?.Number, result.Proposal, result.Activation?.ApprovedBy,
        result.Reason, result.Plan?.Changes ?? [], result.Plan?.Consequences ?? [], result.Plan?.Needs ?? []);
}

/// <summary>The rules that are active, and how they came to be.</summary>
public sealed record ActiveView(string Version, int Number, string At, string Actor, string Reason)
{
    /// <summary>The view of an activation.</summary>
    public static ActiveView Of(Activation activation) => new(activation.Rules.Value, activation.Number, Json.Time(activation.At)!, activation.Actor, activation.Reason);
}

/// <summary>A rule set that waits for a second person.</summary>
/// <remarks>Outdated: other rules are active than those that it was proposed against, so that it cannot be approved any more.</remarks>
public sealed record ProposalView(
    bool Pending, int Proposal, string Version, string At, string Author, string Reason, IReadOnlyList<string> Needs, bool Outdated, IReadOnlyList<string> Changes, JsonElement Consequences)
{
    /// <summary>The view of a proposal beside what is in force.</summary>
    public static ProposalView Of(RuleProposal p, Activation? inForce) => new(
        true, p.Number, p.Version.Value, Json.Time(p.At)!, p.Author, p.Reason, p.Needs.Split('\n'), p.InForce != inForce?.Number,
        p.Changes.Split('\n', StringSplitOptions.RemoveEmptyEntries), JsonDocument.Parse(p.Consequences).RootElement);
}
