using Escalation.Rules;
using Escalation.Service.Versions;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.RuleHealth;

/// <summary>Quarantined rules of a database: listed, and ended by a person or by another rule of the name. A running service takes it in with its next message.</summary>
/// <remarks>Thread-safe; used by the running service and by the command line beside it.</remarks>
public sealed class Quarantines(EscalationDatabase database)
{
    private readonly QuarantineStore store = new(database);

    /// <summary>Quarantines that hold, the oldest first.</summary>
    public Task<IReadOnlyList<Quarantine>> OpenAsync(CancellationToken cancellation) => store.OpenAsync(cancellation);

    /// <summary>Ends the quarantine of a rule: it is run again from the next message on.</summary>
    /// <returns>The end; null, and nothing done, where the rule is not quarantined.</returns>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<ExceptionEnd?> EndAsync(string rule, string actor, string reason, TimeProvider clock, CancellationToken cancellation) =>
        (await store.OpenAsync(cancellation)).FirstOrDefault(q => q.Exception.Rule == rule) is { } quarantine
            ? await new RuleSnoozes(database).EndAsync(quarantine.Exception.Id, actor, reason, clock, cancellation)
            : null;

    /// <summary>Ends the quarantines of rules that a rule set does not have, or has with another expression.</summary>
    /// <returns>Those rules.</returns>
    /// <exception cref="StorageException">The database could not be read or written; nothing changed.</exception>
    internal async Task<IReadOnlyList<string>> EndOutdatedAsync(RuleSet rules, Instant now, CancellationToken cancellation)
    {
        if ((await store.OpenAsync(cancellation)).Count == 0) return [];
        var keys = rules.Single.Identities.ToDictionary(r => r.Name, r => r.Key, StringComparer.Ordinal);
        return await store.EndChangedAsync(keys, $"rule set {rules.Version.Short} has no such rule any more", now, cancellation);
    }
}
