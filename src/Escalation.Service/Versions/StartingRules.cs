using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Storage;
using Microsoft.Extensions.Logging;

namespace Escalation.Service.Versions;

/// <summary>Which rules a service starts with: those that the database names, or in an empty one those given.</summary>
internal static class StartingRules
{
    /// <summary>The configuration to start with and its activation, recorded where it is a new one.</summary>
    /// <exception cref="StorageException">The active rules cannot be compiled by this program, or the database not be written.</exception>
    public static async Task<(Configuration Configuration, Activation Activation)> ChooseAsync(
        RuleVersions versions, ServiceOptions options, ILogger logger, CancellationToken cancellation)
    {
        var now = options.Time.Now();
        var inForce = await versions.InForceAsync(cancellation);
        var (rules, reason) = await RulesAsync(versions, options, inForce, logger, cancellation);
        var configuration = new Configuration(rules, options.Frustration, options.Team);
        if (inForce is not null && inForce.Configuration == configuration.Id) return (configuration, inForce);
        var activation = await versions.ActivateAsync(configuration, new ActivationOrder("serve", reason), now, cancellation);
        return (configuration, activation!);
    }

    private static async Task<(RuleSet Rules, string Reason)> RulesAsync(
        RuleVersions versions, ServiceOptions options, Activation? inForce, ILogger logger, CancellationToken cancellation)
    {
        if (inForce is null) return (options.Rules, "first start");
        // Where somebody was erased from the stored lists, those given may hold them still.
        var isSame = inForce.Rules == options.Rules.Version;
        if (isSame && await versions.ErasuresAsync(cancellation) == 0) return (options.Rules, "the models differ from those before");
        var known = await versions.LoadAsync(inForce.Rules, cancellation);
        if (isSame) return (known?.RuleSet ?? options.Rules, "the models differ from those before");
        if (options.Follow is not null && !await versions.WasActiveAsync(options.Rules.Version, cancellation))
        {
            if (known?.RuleSet is not { } active || ApprovalNeeds.Of(active, options.Rules) is not { Count: > 0 } needs) return (options.Rules, $"{options.Follow} was edited");
            logger.LogError("{Folder} needs a second person's approval ({Needs}) and is not in force; 'escalation rules promote {Folder}' proposes it", options.Follow, string.Join("; ", needs), options.Follow);
        }
        if (known is not { } stored) return (options.Rules, $"version {inForce.Rules.Short} was active, but its files were not kept by the program that ran it");
        if (stored.RuleSet is null)
            throw new StorageException(StorageProblem.Other,
                $"the active rules, version {inForce.Rules.Short}, do not load any more: {stored.Problems[0]}; run the version of the program that made them active, or 'escalation rules promote DIR' with a folder that 'escalation rules check' finds sound");
        logger.LogWarning("The rules given are version {Given}; {Active} is active, by {Actor} ({Reason}), and decides. 'escalation rules promote DIR' makes others active.",
            options.Rules.Version.Short, inForce.Rules.Short, inForce.Actor, inForce.Reason);
        return (stored.RuleSet, "the models differ from those before");
    }
}
