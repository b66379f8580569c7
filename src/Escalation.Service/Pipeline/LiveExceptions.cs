using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Service.RuleHealth;
using Escalation.Storage;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Escalation.Service.Pipeline;

/// <summary>Keeps the ordered writer's configuration on the snoozes and quarantines that are recorded.</summary>
/// <remarks>Belongs to the ordered writer; not thread-safe.</remarks>
internal sealed class LiveExceptions(EscalationDatabase database, ILogger logger)
{
    private long asOf;

    /// <summary>The configuration with what was recorded since the last batch, read under the lock that it is written under; null where nothing was.</summary>
    public async Task<Configuration?> NewerAsync(WriteTransaction transaction, Configuration configuration, CancellationToken cancellation)
    {
        var newest = await RuleExceptionStore.LastAsync(transaction, cancellation);
        if (newest == asOf) return null;
        var next = configuration.With(await RuleExceptionStore.AllAsync(transaction, cancellation));
        asOf = newest;
        return next;
    }

    /// <summary>Ends quarantines of rules that are not what they were.</summary>
    public async Task EndOutdatedAsync(Configuration next, Instant now, CancellationToken cancellation)
    {
        foreach (var rule in await new Quarantines(database).EndOutdatedAsync((RuleSet)next.Rules, now, cancellation))
            logger.LogWarning("Rule {Rule} is not quarantined any more: rule set {Version} does not have it as it was", rule, next.Rules.Version.Short);
    }
}
