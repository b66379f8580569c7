using Escalation.Core.Decisions;
using NodaTime;

namespace Escalation.Storage;

/// <summary>A quarantine that holds until somebody ends it.</summary>
/// <param name="Exception">The recorded event.</param>
/// <param name="RuleKey">What the rule was when it was quarantined: another key is another expression, which has not failed yet.</param>
public sealed record Quarantine(RuleException Exception, string RuleKey);

/// <summary>Quarantines of rules: events among the snoozes, with what the rule was.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class QuarantineStore(EscalationDatabase database)
{
    private const string Keys = "SELECT exception, rule_key FROM quarantines";

    /// <summary>Quarantines a rule from the next message on, with its trail.</summary>
    /// <returns>As it was recorded; null, and nothing done, where it is quarantined already.</returns>
    public static async Task<RuleException?> StartAsync(WriteTransaction transaction, Quarantine quarantine, CancellationToken cancellation)
    {
        var rule = quarantine.Exception.Rule;
        if ((await RuleExceptionStore.AllAsync(transaction, cancellation)).Any(e => e.Rule == rule && IsOpen(e))) return null;
        if (await RuleExceptionStore.StartAsync(transaction, quarantine.Exception, cancellation) is not { } recorded) return null;
        await transaction.ExecuteAsync("INSERT INTO quarantines (exception, rule_key) VALUES (@Id, @RuleKey)", new { recorded.Id, quarantine.RuleKey }, cancellation);
        return recorded;
    }

    /// <summary>Ends the quarantines of rules that are gone or are not what they were, each with its trail.</summary>
    /// <param name="keys">The key of each rule that is run from now on, by name.</param>
    /// <param name="reason">Why, for the record.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Rules that run again.</returns>
    public async Task<IReadOnlyList<string>> EndChangedAsync(IReadOnlyDictionary<string, string> keys, string reason, Instant now, CancellationToken cancellation)
    {
        var changed = (await OpenAsync(cancellation)).Where(q => keys.GetValueOrDefault(q.Exception.Rule) != q.RuleKey).ToList();
        if (changed.Count == 0) return [];
        await using var transaction = await database.BeginAsync(cancellation);
        var ended = new List<string>();
        foreach (var quarantine in changed)
            if (await RuleExceptionStore.EndAsync(transaction, quarantine.Exception.Id, now, "serve", reason, cancellation) is not null) ended.Add(quarantine.Exception.Rule);
        await transaction.CommitAsync(cancellation);
        return ended;
    }

    /// <summary>Quarantines that nobody has ended, the oldest first.</summary>
    public async Task<IReadOnlyList<Quarantine>> OpenAsync(CancellationToken cancellation)
    {
        var keys = (await database.QueryAsync<Row>(Keys, null, cancellation)).ToDictionary(r => r.Exception, r => r.RuleKey, StringComparer.Ordinal);
        return [.. (await new RuleExceptionStore(database).AllAsync(cancellation)).Select(e => e.Exception).Where(IsOpen).Select(e => new Quarantine(e, keys.GetValueOrDefault(e.Id, "")))];
    }

    private static bool IsOpen(RuleException exception) => exception is { Kind: RuleExceptionKind.Quarantine, Until: null };

    private sealed class Row
    {
        public string Exception { get; init; } = "";
        public string RuleKey { get; init; } = "";
    }
}
