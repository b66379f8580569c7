using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Versions;

/// <summary>The guarded way to another rule set: consequences shown, a second person where the policy asks for one, and never over somebody else's promotion.</summary>
/// <remarks>Thread-safe; used by the running service and by the command line beside it.</remarks>
public sealed class RulePromotion(EscalationDatabase database)
{
    private const int FewestDigits = 4;

    private readonly RuleVersions versions = new(database);
    private readonly RuleProposalStore proposals = new(database);

    /// <summary>Rule sets that wait for a second person, the newest first; those proposed against rules that are no longer active are outdated.</summary>
    public Task<IReadOnlyList<RuleProposal>> OpenAsync(CancellationToken cancellation) => proposals.OpenAsync(cancellation);

    /// <summary>What making a rule set active would mean. A version that was active before needs nobody's approval.</summary>
    public async Task<PromotionPlan> PlanAsync(RuleSet candidate, CancellationToken cancellation)
    {
        var inForce = await versions.InForceAsync(cancellation);
        var active = inForce is null ? null : (await versions.LoadAsync(inForce.Rules, cancellation))?.RuleSet;
        if (active is null) return new PromotionPlan(inForce, [], [], []);
        var needs = await versions.WasActiveAsync(candidate.Version, cancellation) ? [] : ApprovalNeeds.Of(active, candidate);
        return new PromotionPlan(inForce, RuleSetDiff.Between(active, candidate), await new RuleConsequences(database, versions).OfAsync(active, candidate, cancellation), needs);
    }

    /// <summary>Makes a rule set the active one, or proposes it where the policy asks for a second person.</summary>
    /// <param name="rules">The rule set.</param>
    /// <param name="order">Who, why and against what.</param>
    /// <param name="configure">Adds the models that decide with it.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<PromotionResult> PromoteAsync(RuleSet rules, PromotionOrder order, Func<RuleSet, Configuration> configure, Instant now, CancellationToken cancellation)
    {
        var plan = await PlanAsync(rules, cancellation);
        if (order.Expect is { } seen && (seen.Length < FewestDigits || plan.InForce?.Rules.Value.StartsWith(seen, StringComparison.Ordinal) != true))
            return Overtaken(plan.InForce, new RuleSetVersion(seen));
        var attempt = new Attempt(rules, plan, order.Reason);
        if (order.DryRun && plan.InForce?.Rules != rules.Version)
            return attempt.Ended(PromotionOutcome.Planned, $"{rules.Version.Short} would {(plan.Needs.Count > 0 ? "wait for a second person" : "be active")}; nothing was done");
        if (plan.Needs.Count == 0 || plan.InForce?.Rules == rules.Version) return await ActivateAsync(attempt, new ActivationOrder(order.By, order.Reason, plan.InForce?.Number ?? 0), configure, now, cancellation);
        if (await ProposeAsync(plan, rules, order.By, order.Reason, now, cancellation) is not { } proposal) return Overtaken(await versions.InForceAsync(cancellation), plan.InForce?.Rules);
        return attempt.Ended(PromotionOutcome.Proposed, $"{rules.Version.Short} waits for a second person; what is active stays. 'escalation rules approve {rules.Version.Short} --by NAME' makes it active") with { Proposal = proposal.Number };
    }

    /// <summary>Makes a rule set that waits the active one, by a second person.</summary>
    /// <param name="digits">The first digits of its version.</param>
    /// <param name="by">Who approves.</param>
    /// <param name="configure">Adds the models that decide with it.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<PromotionResult> ApproveAsync(string digits, string by, Func<RuleSet, Configuration> configure, Instant now, CancellationToken cancellation)
    {
        var (proposal, missing) = await WaitingAsync(digits, cancellation);
        if (proposal is null) return missing!;
        if (string.Equals(proposal.Author.Trim(), by.Trim(), StringComparison.OrdinalIgnoreCase))
            return new PromotionResult(PromotionOutcome.Refused, $"{by} proposed {proposal.Version.Short} and cannot approve it too; a second person must ('escalation rules approve {proposal.Version.Short} --by NAME')");
        var activations = await versions.ActivationsAsync(cancellation);
        if (activations[0].Number != proposal.InForce) return Overtaken(activations[0], activations.FirstOrDefault(a => a.Number == proposal.InForce)?.Rules);
        var (rules, problem) = await versions.FindAsync(proposal.Version.Value, cancellation);
        if (rules is null) return NotFound(digits, problem!);
        var order = new ActivationOrder(proposal.Author, proposal.Reason, proposal.InForce) { Approved = (proposal.Number, by) };
        return await ActivateAsync(new Attempt(rules, await PlanAsync(rules, cancellation), proposal.Reason), order, configure, now, cancellation);
    }

    /// <summary>Makes a rule set that was active before the active one again.</summary>
    /// <param name="to">The first digits of its version; null = the one that was active before.</param>
    /// <param name="order">Who and why; a blank reason says from what.</param>
    /// <param name="configure">Adds the models that decide with it.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<PromotionResult> RollbackAsync(string? to, PromotionOrder order, Func<RuleSet, Configuration> configure, Instant now, CancellationToken cancellation)
    {
        var activations = await versions.ActivationsAsync(cancellation);
        var target = to ?? activations.SkipWhile(a => a.Rules == activations[0].Rules).FirstOrDefault()?.Rules.Value;
        if (target is null) return new PromotionResult(PromotionOutcome.NotFound, "there is no rule set before the active one; 'escalation rules versions' lists what there is");
        var (rules, problem) = await versions.FindAsync(target, cancellation);
        if (rules is null) return NotFound(target, problem!);
        if (!await versions.WasActiveAsync(rules.Version, cancellation))
            return new PromotionResult(PromotionOutcome.NotFound, $"{rules.Version.Short} was never active, so there is no way back to it; 'escalation rules promote' or 'escalation rules approve' makes it active");
        return await PromoteAsync(rules, order with { Reason = order.Reason.Length > 0 ? order.Reason : $"rolled back from {activations[0].Rules.Short}" }, configure, now, cancellation);
    }

    /// <summary>Takes back what waits for a second person; the version stays stored.</summary>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<PromotionResult> WithdrawAsync(string digits, string by, string reason, Instant now, CancellationToken cancellation)
    {
        var (proposal, missing) = await WaitingAsync(digits, cancellation);
        if (proposal is null) return missing!;
        await using var transaction = await database.BeginAsync(cancellation);
        if (await RuleProposalStore.WithdrawAsync(transaction, proposal.Version, now, cancellation) == 0) return NotFound(digits, "it was approved or withdrawn meanwhile; nothing was done");
        await AuditStore.AppendAsync(transaction, [new AuditEntry(now, "rules_withdrawn", proposal.Version.Value, by, JsonSerializer.Serialize(new { reason, proposedBy = proposal.Author }))], cancellation);
        await transaction.CommitAsync(cancellation);
        return new PromotionResult(PromotionOutcome.Withdrawn, $"{proposal.Version.Short} waits no more: withdrawn by {by}, {reason}") { Version = proposal.Version, Reason = reason };
    }

    /// <summary>Stores a rule set whole as one that waits for a second person; what is active stays.</summary>
    /// <returns>The proposal; null, and nothing done, where what is in force changed since the plan.</returns>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<RuleProposal?> ProposeAsync(PromotionPlan plan, RuleSet candidate, string author, string reason, Instant now, CancellationToken cancellation)
    {
        await using var transaction = await database.BeginAsync(cancellation);
        if ((await versions.InForceAsync(cancellation))?.Number != plan.InForce?.Number || plan.InForce is null) return null;
        await RuleVersionStore.AddAsync(transaction, candidate.Version, RuleVersions.Stored(candidate.Files), now, author, candidate.Files.Origin, cancellation);
        var proposal = await RuleProposalStore.AddAsync(transaction, new RuleProposal(
            0, candidate.Version, plan.InForce.Number, now, author, reason, string.Join('\n', plan.Needs), plan.ChangesText, plan.ConsequencesJson, null), cancellation);
        await AuditStore.AppendAsync(transaction,
            [new AuditEntry(now, "rules_proposed", candidate.Version.Value, author, JsonSerializer.Serialize(new { reason, needs = plan.Needs }))], cancellation);
        await transaction.CommitAsync(cancellation);
        return proposal;
    }

    private async Task<PromotionResult> ActivateAsync(Attempt attempt, ActivationOrder order, Func<RuleSet, Configuration> configure, Instant now, CancellationToken cancellation)
    {
        var (version, inForce) = (attempt.Rules.Version, attempt.Plan.InForce);
        if (inForce?.Rules == version) return attempt.Ended(PromotionOutcome.AlreadyActive, $"{version.Short} is active already; nothing was done");
        order = order with { Consequences = attempt.Plan.ConsequencesJson };
        if (await versions.ActivateAsync(configure(attempt.Rules), order, now, cancellation) is { } activation)
            return attempt.Ended(PromotionOutcome.Activated,
                $"{version.Short} is active: activation {activation.Number} by {activation.Actor}{(activation.ApprovedBy is { } second ? $", approved by {second}" : "")}, {activation.Reason}") with
            { Activation = activation };
        var first = await versions.InForceAsync(cancellation);
        return (first?.Number ?? 0) == order.After ? NotFound(version.Short, "it was approved or withdrawn meanwhile; nothing was done") : Overtaken(first, inForce?.Rules);
    }

    /// <summary>The one proposal that is meant by some digits: the newest of its version.</summary>
    private async Task<(RuleProposal? Proposal, PromotionResult? Missing)> WaitingAsync(string digits, CancellationToken cancellation)
    {
        var waiting = (await proposals.OpenAsync(cancellation)).Where(p => digits.Length >= FewestDigits && p.Version.Value.StartsWith(digits, StringComparison.Ordinal)).ToList();
        if (waiting.Count == 0) return (null, NotFound(digits, "no such version waits for approval; 'escalation rules versions' lists those that do"));
        return waiting.Any(p => p.Version != waiting[0].Version) ? (null, NotFound(digits, "several versions that wait begin so; give more digits")) : (waiting[0], null);
    }

    private static PromotionResult NotFound(string digits, string why) => new(PromotionOutcome.NotFound, $"{digits}: {why}");

    /// <summary>How an activation that came first is told to the one who came second.</summary>
    private static PromotionResult Overtaken(Activation? first, RuleSetVersion? seen) => new(PromotionOutcome.Overtaken, first is null
        ? "no rule set is active, and this was meant for one; nothing was done"
        : $"{first.Actor} made {first.Rules.Short} active at {Api.Json.Time(first.At)} ({first.Reason}), and this was meant for {seen?.Short ?? "no rules at all"}; nothing was done. " +
            $"See what that changed{(seen is { } before ? $" ('escalation rules diff {before.Short} {first.Rules.Short}')" : "")}, take it into your rules, and promote them again.")
    { InForce = first };

    private sealed record Attempt(RuleSet Rules, PromotionPlan Plan, string Reason)
    {
        public PromotionResult Ended(PromotionOutcome outcome, string message) => new(outcome, message) { Version = Rules.Version, Reason = Reason, Plan = Plan };
    }
}
