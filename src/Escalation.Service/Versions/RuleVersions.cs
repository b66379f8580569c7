using System.Security.Cryptography;
using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Versions;

/// <summary>Who makes a rule set the active one, and why.</summary>
/// <param name="Actor">A person, or <c>serve</c>.</param>
/// <param name="Reason">In their words.</param>
/// <param name="After">Number of the activation that they took to be in force; null = whichever is.</param>
public sealed record ActivationOrder(string Actor, string Reason, int? After = null)
{
    /// <summary>What recorded decisions say of the rules that it touches, as JSON.</summary>
    public string Consequences { get; init; } = "[]";

    /// <summary>The proposal that it fulfils, and the second person who approved it.</summary>
    public (int Number, string By)? Approved { get; init; }
}

/// <summary>The rule sets of a database: what is active, what was, and the way from one to another.</summary>
/// <remarks>
/// Thread-safe; used by the running service and by the command line beside it. The database names the active rules; a folder is a working copy.
/// Source: "active configuration" in DESIGN.md.
/// </remarks>
public sealed class RuleVersions(EscalationDatabase database)
{
    private readonly ConfigurationStore configurations = new(database);
    private readonly RuleVersionStore versions = new(database);

    /// <summary>The activation in force; null in an empty database.</summary>
    public Task<Activation?> InForceAsync(CancellationToken cancellation) => configurations.InForceAsync(cancellation);

    /// <summary>All activations, the one in force first.</summary>
    public Task<IReadOnlyList<Activation>> ActivationsAsync(CancellationToken cancellation) => configurations.ActivationsAsync(cancellation);

    /// <summary>Versions stored whole that begin with some digits, the newest first; all for an empty text.</summary>
    public Task<IReadOnlyList<RuleVersionRecord>> BeginningWithAsync(string digits, CancellationToken cancellation) => versions.BeginningWithAsync(digits, cancellation);

    /// <summary>Whether a version was ever the active one.</summary>
    public Task<bool> WasActiveAsync(RuleSetVersion version, CancellationToken cancellation) => versions.WasActiveAsync(version, cancellation);

    /// <summary>Compiles a stored version; null where it was never stored.</summary>
    /// <returns>Problems where it was sound for an earlier program and is not for this one.</returns>
    public async Task<RuleSetLoadResult?> LoadAsync(RuleSetVersion version, CancellationToken cancellation) =>
        await versions.FilesAsync(version, cancellation) is { } files ? RuleSetLoader.Load(FilesOf(files, $"version {version.Short}"), failingCases: FailingCases.NotRun) : null;

    /// <summary>A stored version by its first digits, at least 4, compiled.</summary>
    /// <returns>The rules, or why there are none, with the way out.</returns>
    public async Task<(RuleSet? Rules, string? Problem)> FindAsync(string digits, CancellationToken cancellation)
    {
        var found = digits.Length >= 4 && digits.All(char.IsAsciiHexDigitLower) ? await BeginningWithAsync(digits, cancellation) : [];
        if (found.Count > 1) return (null, $"{found.Count} versions begin so ({string.Join(", ", found.Select(v => v.Version.Short))}); give more digits");
        if (found.Count == 0 || await LoadAsync(found[0].Version, cancellation) is not { } loaded) return (null, "no stored version begins so; 'escalation rules versions' lists them");
        return loaded.RuleSet is { } rules ? (rules, null) : (null, $"version {found[0].Version.Short} does not load any more:\n{string.Join('\n', loaded.Problems)}");
    }

    /// <summary>How often somebody was erased from the stored lists.</summary>
    public Task<long> ErasuresAsync(CancellationToken cancellation) => SettingStore.ErasuresAsync(database, cancellation);

    /// <summary>Takes a value, for example a customer's id, out of every stored list; the versions stay, and a running service decides without it within a second.</summary>
    /// <returns>Lists that held it.</returns>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public Task<int> EraseFromListsAsync(string value, string actor, Instant now, CancellationToken cancellation) =>
        versions.RewriteListsAsync(content => ListErasure.Without(content, value), now, actor, cancellation);

    /// <summary>Stores a configuration's rules whole and makes it the active one, with its trail.</summary>
    /// <returns>The activation; null, and nothing changed, where another one came after <see cref="ActivationOrder.After"/>, or the proposal that it fulfils waits no more.</returns>
    /// <exception cref="StorageException">The database could not be written; nothing changed.</exception>
    public async Task<Activation?> ActivateAsync(Configuration configuration, ActivationOrder order, Instant now, CancellationToken cancellation)
    {
        var rules = (RuleSet)configuration.Rules;
        var before = await InForceAsync(cancellation);
        var changes = before is null || before.Rules == rules.Version ? [] : await ChangesAsync(before.Rules, rules, cancellation);
        var text = string.Join('\n', changes);
        await using var transaction = await database.BeginAsync(cancellation);
        await RuleVersionStore.AddAsync(transaction, rules.Version, Stored(rules.Files), now, order.Actor, rules.Files.Origin, cancellation);
        await ConfigurationStore.AddAsync(transaction, configuration, now, cancellation);
        var number = await ConfigurationStore.ActivateAsync(transaction, configuration.Id, now, new ActivationRecord(order.Actor, order.Reason, text, order.Consequences, order.Approved?.By), order.After, cancellation);
        if (number is not { } given) return null;
        if (order.Approved is { } approved && !await RuleProposalStore.ApproveAsync(transaction, approved.Number, given, cancellation)) return null;
        await AuditStore.AppendAsync(transaction,
            [new AuditEntry(now, "configuration_activated", configuration.Id.Value, order.Actor,
                JsonSerializer.Serialize(new { before = before?.Configuration.Value, rules = rules.Version.Value, reason = order.Reason, changes = changes.Count, approvedBy = order.Approved?.By, consequences = JsonDocument.Parse(order.Consequences).RootElement }))], cancellation);
        await transaction.CommitAsync(cancellation);
        return new Activation(given, configuration.Id, rules.Version, now, order.Actor, order.Reason, text, order.Consequences, order.Approved?.By);
    }

    /// <summary>What a rule set changes against a stored version; empty where that version was never stored or does not load any more.</summary>
    public async Task<IReadOnlyList<RuleChange>> ChangesAsync(RuleSetVersion before, RuleSet after, CancellationToken cancellation) =>
        (await LoadAsync(before, cancellation))?.RuleSet is { } known ? RuleSetDiff.Between(known, after) : [];

    private static RuleFiles FilesOf(IReadOnlyList<StoredRuleFile> files, string origin) => RuleFiles.Of(
        files.ToDictionary(f => f.Path, f => f.Content, StringComparer.Ordinal), origin,
        files.Where(f => IsList(f.Path) && Convert.ToHexStringLower(SHA256.HashData(f.Content)) != f.Hash).ToDictionary(f => f.Path, f => f.Hash, StringComparer.Ordinal));

    internal static Dictionary<string, byte[]> Stored(RuleFiles files) =>
        files.Content.ToDictionary(f => f.Key, f => IsList(f.Key) ? ListErasure.Normalised(f.Value) : f.Value, StringComparer.Ordinal);

    private static bool IsList(string path) => path.StartsWith("lists/", StringComparison.Ordinal);
}
