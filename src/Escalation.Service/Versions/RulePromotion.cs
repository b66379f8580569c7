using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Storage;
using NodaTime;

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

/// <summary>The guarded way to another rule set: consequences shown, a second person where the policy asks for one, and never over somebody else's promotion.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class RulePromotion(EscalationDatabase database)
{
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

    /// <summary>Why somebody cannot approve a proposal; null where they can.</summary>
    public static string? Refusal(RuleProposal proposal, string approver) =>
        string.Equals(proposal.Author.Trim(), approver.Trim(), StringComparison.OrdinalIgnoreCase)
            ? $"{approver} proposed {proposal.Version.Short} and cannot approve it too; a second person must ('escalation rules approve {proposal.Version.Short} --by NAME')"
            : null;

    /// <summary>How an activation that came first is told to the one who came second.</summary>
    public static string Overtaken(Activation? first, RuleSetVersion? seen) => first is null
        ? "what is active changed meanwhile; nothing was done"
        : $"{first.Actor} made {first.Rules.Short} active at {Api.Json.Time(first.At)} ({first.Reason}), and this was meant for {seen?.Short ?? "no rules at all"}; nothing was done. " +
            $"See what that changed{(seen is { } before ? $" ('escalation rules diff {before.Short} {first.Rules.Short}')" : "")}, take it into your rules, and promote them again.";
}
