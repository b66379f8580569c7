using System.Security.Cryptography;
using System.Text;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;

namespace Escalation.Core.Decisions;

/// <summary>What of a configuration holds at one instant: its id then, the exceptions, and the rules that are not run.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class InForce
{
    private readonly Dictionary<string, RuleException[]> byRule;
    private readonly bool[] off, offRoutes = [];

    /// <param name="configuration">The id of the configuration without any exception.</param>
    /// <param name="rules">Its rules.</param>
    /// <param name="exceptions">Those in force.</param>
    /// <param name="expired">Rules that are outside their effective dates, by place; empty = none.</param>
    internal InForce(ConfigurationId configuration, IRuleSet rules, IReadOnlyList<RuleException> exceptions, bool[] expired)
    {
        Exceptions = exceptions;
        byRule = exceptions.GroupBy(e => e.Rule, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        Id = exceptions.Count == 0 ? configuration : IdOf(configuration, exceptions);
        off = expired;
        if (!exceptions.Any(e => e.IsEverywhere)) return;
        off = expired.Length > 0 ? (bool[])expired.Clone() : new bool[rules.SignalRules.Count];
        for (var i = 0; i < off.Length; i++) off[i] |= EverywhereOf(rules.SignalRules[i].Name) is not null;
        if (rules.RouteRules.Any(r => EverywhereOf(r) is not null)) offRoutes = [.. rules.RouteRules.Select(r => EverywhereOf(r) is not null)];
    }

    /// <summary>The configuration's id with the exceptions in force.</summary>
    public ConfigurationId Id { get; }

    /// <summary>The exceptions in force, the oldest first.</summary>
    public IReadOnlyList<RuleException> Exceptions { get; }

    /// <summary>Signal rules that are not run, by place: outside their effective dates, or set aside for every message. Empty = all are run.</summary>
    public ReadOnlySpan<bool> Off => off;

    /// <summary>Routing rules that are not run, by place. Empty = all are run.</summary>
    public ReadOnlySpan<bool> OffRoutes => offRoutes;

    /// <summary>The exception that sets a rule aside on a message; null where it counts.</summary>
    internal RuleException? Covering(string rule, DerivedFacts derived)
    {
        if (byRule.Count == 0 || !byRule.TryGetValue(rule, out var exceptions)) return null;
        foreach (var exception in exceptions)
            if (exception.Covers(derived)) return exception;
        return null;
    }

    /// <summary>The exception that sets a rule aside on every message.</summary>
    internal RuleException? EverywhereOf(string rule) => byRule.TryGetValue(rule, out var exceptions) ? Array.Find(exceptions, e => e.IsEverywhere) : null;

    /// <remarks>Hashed is what decides: kind, rule and scope. Who asked, why and until when does not change a decision while it holds.</remarks>
    private static ConfigurationId IdOf(ConfigurationId configuration, IReadOnlyList<RuleException> exceptions)
    {
        var text = new StringBuilder(configuration.Value);
        foreach (var line in exceptions.Select(LineOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) text.Append('\n').Append(line);
        return new ConfigurationId(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))));
    }

    /// <remarks>Lengths stand before values, so that no name can pass for two.</remarks>
    private static string LineOf(RuleException e) =>
        string.Join(' ', ((string?[])[Wire.Name(e.Kind), e.Rule, e.Customer?.Value, e.Product]).Select(v => v is null ? "-" : FormattableString.Invariant($"{v.Length}:{v}")));
}
