using Escalation.Core.Decisions;
using Escalation.Core.Sla;
using Escalation.Rules;
using Escalation.Storage;

namespace Escalation.Service.FollowUp;

/// <summary>The calendars and service level policies of a database over time, as its activations say.</summary>
/// <remarks>Thread-safe. Each rule set is read once; a question costs one look for newer activations.</remarks>
internal sealed class SlaRuleHistory(EscalationDatabase database)
{
    private readonly ConfigurationStore configurations = new(database);
    private readonly RuleVersionStore versions = new(database);
    private volatile Known known = new([], new SlaRules([]), 0);

    /// <summary>Everything up to the activation in force.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public async Task<SlaRules> ReadAsync(CancellationToken cancellation)
    {
        var before = known;
        var newer = await configurations.RulesOverTimeAsync(before.Last, cancellation);
        if (newer.Count == 0) return before.Rules;
        var ruleSets = new List<SlaRuleSet>(before.RuleSets);
        foreach (var (_, version, at) in newer)
            if (await versions.ServiceLevelFilesAsync(version, cancellation) is { } files) ruleSets.Add(Read(files, version, at));
        return (known = new Known(ruleSets, new SlaRules(ruleSets), newer[^1].Number)).Rules;      // two who read at once find the same
    }

    private sealed record Known(IReadOnlyList<SlaRuleSet> RuleSets, SlaRules Rules, int Last);

    private static SlaRuleSet Read(IReadOnlyList<StoredRuleFile> files, RuleSetVersion version, NodaTime.Instant at)
    {
        var (calendars, policy) = RuleSetLoader.ReadServiceLevels(RuleFiles.Of(files.ToDictionary(f => f.Path, f => f.Content, StringComparer.Ordinal), $"version {version.Short}"));
        return new SlaRuleSet(at, calendars, policy.Sla);
    }
}
