using Escalation.Core.Derived;
using Escalation.Rules.Documents;

namespace Escalation.Rules;

/// <summary>What differs between two rule sets.</summary>
/// <param name="Subject">The rule, or the file where no single rule is touched.</param>
/// <param name="Kind"><c>added</c>, <c>removed</c>, <c>changed</c> or <c>moved</c>.</param>
/// <param name="Before">The parts that differ as they were; null where it was added, or where After says it all.</param>
/// <param name="After">As they are; null where it was removed.</param>
public sealed record RuleChange(string Subject, string Kind, string? Before, string? After)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => Kind switch
    {
        "added" => $"+ {Subject}: {After}",
        "removed" => $"- {Subject}: {Before}",
        "moved" => $"~ {Subject}: {Before} -> {After}",
        _ => Before is null ? $"~ {Subject}: {After}" : $"~ {Subject}: {Before} -> {After}",
    };
}

/// <summary>Compares rule sets rule by rule, and the other files by content.</summary>
public static class RuleSetDiff
{
    private static readonly string[] RuleFileNames = ["signals.json", "routing.json", "keywords.json"];

    /// <summary>What a candidate changes, rules first, in the order of its files; empty where nothing that decides or describes differs.</summary>
    /// <remarks>The words of a keyword class and the place of a routing rule count as the rule's own. Notes and owners are shown too, though they decide nothing.</remarks>
    public static IReadOnlyList<RuleChange> Between(RuleSet before, RuleSet after)
    {
        var changes = new List<RuleChange>();
        var (old, now) = (Keyed(before), Keyed(after));
        foreach (var (key, rule) in now)
            if (!old.TryGetValue(key, out var known)) changes.Add(new RuleChange(rule.Name, "added", null, Sentence(rule)));
            else if (Changed(known, rule) is { } change) changes.Add(change);
        foreach (var (key, rule) in old)
            if (!now.ContainsKey(key)) changes.Add(new RuleChange(rule.Name, "removed", Sentence(rule), null));
        changes.AddRange(Moved(before, after));
        changes.AddRange(Words(before, after));
        changes.AddRange(Files(before.Files, after.Files));
        return changes;
    }

    private static Dictionary<string, RuleDescription> Keyed(RuleSet rules) => rules.Describe().ToDictionary(r => r.Name, StringComparer.Ordinal);

    private static RuleChange? Changed(RuleDescription before, RuleDescription after)
    {
        var parts = new List<(string Name, string Before, string After)>();
        Compare("condition", before.Expression, after.Expression);
        Compare("stage", $"{before.Stage}".ToLowerInvariant(), $"{after.Stage}".ToLowerInvariant());
        Compare("trigger", before.Trigger, after.Trigger);
        Compare("confidence", before.Confidence, after.Confidence);
        Compare("effect", before.Effect, after.Effect);
        Compare("effectiveFrom", before.EffectiveFrom?.ToString(), after.EffectiveFrom?.ToString());
        Compare("effectiveTo", before.EffectiveTo?.ToString(), after.EffectiveTo?.ToString());
        Compare("owner", before.Owner, after.Owner);
        Compare("note", before.Note, after.Note);
        return parts.Count == 0 ? null : new RuleChange(after.Name, "changed", string.Join("; ", parts.Select(p => $"{p.Name} {p.Before}")), string.Join("; ", parts.Select(p => $"{p.Name} {p.After}")));

        void Compare(string name, string? one, string? other)
        {
            if (!string.Equals(one, other, StringComparison.Ordinal)) parts.Add((name, one ?? "none", other ?? "none"));
        }
    }

    private static string Sentence(RuleDescription rule) => $"{rule.Kind}, {$"{rule.Stage}".ToLowerInvariant()}: {rule.Expression} -> {rule.Effect}";

    /// <summary>Routing is first match: an order that changed changes what matches.</summary>
    private static IEnumerable<RuleChange> Moved(RuleSet before, RuleSet after)
    {
        var (old, now) = (Routes(before), Routes(after));
        var common = old.Where(now.Contains).ToList();
        var kept = now.Where(common.Contains).ToList();
        for (var i = 0; i < kept.Count; i++)
            if (kept[i] != common[i])
                yield return new RuleChange(kept[i], "moved", $"place {old.IndexOf(kept[i]) + 1}", $"place {now.IndexOf(kept[i]) + 1}");

        static List<string> Routes(RuleSet rules) => [.. rules.Describe().Where(r => r.Kind == "routing").Select(r => r.Name)];
    }

    /// <remarks>Classes with a trigger are rules and stand among them; of the others nothing else would be said.</remarks>
    private static IEnumerable<RuleChange> Words(RuleSet before, RuleSet after)
    {
        var old = before.Text.KeywordClasses.ToDictionary(c => c.Name, StringComparer.Ordinal);
        foreach (var known in after.Text.KeywordClasses)
        {
            var subject = $"keywords/{known.Name}";
            if (!old.Remove(known.Name, out var was))
            {
                if (known.Trigger is null) yield return new RuleChange(subject, "added", null, Listed(known));
                continue;
            }
            if (was.Trigger is null && known.Trigger is null && was.Confidence != known.Confidence)
                yield return new RuleChange(subject, "changed", FormattableString.Invariant($"confidence {was.Confidence}"), FormattableString.Invariant($"confidence {known.Confidence}"));
            string[] gone = [.. was.Words.Except(known.Words, StringComparer.Ordinal)], come = [.. known.Words.Except(was.Words, StringComparer.Ordinal)];
            if (gone.Length + come.Length > 0)
                yield return new RuleChange(subject, "changed", null, "words " + string.Join(", ", [.. come.Select(w => $"+ \"{w}\""), .. gone.Select(w => $"- \"{w}\"")]));
        }
        foreach (var gone in old.Values.Where(c => c.Trigger is null)) yield return new RuleChange($"keywords/{gone.Name}", "removed", Listed(gone), null);
    }

    private static string Listed(KeywordClass of) => $"words {string.Join(", ", of.Words.Select(w => $"\"{w}\""))}";

    private static IEnumerable<RuleChange> Files(RuleFiles before, RuleFiles after)
    {
        foreach (var path in before.Paths.Union(after.Paths).Except(RuleFileNames).Order(StringComparer.Ordinal))
        {
            var (old, now) = (before.Find(path), after.Find(path));
            if (old is null) yield return new RuleChange(path, "added", null, Size(now!));
            else if (now is null) yield return new RuleChange(path, "removed", Size(old), null);
            else if (!old.AsSpan().SequenceEqual(now))
                foreach (var change in Changed(path, old, now)) yield return change;
        }

        // Of a JSON document the values that differ; of anything else, and where only comments do, how large it was and is.
        static IEnumerable<RuleChange> Changed(string path, byte[] old, byte[] now) => path.EndsWith(".json", StringComparison.Ordinal) && JsonDifferences.Between(old, now) is { Count: > 0 } values
            ? values.Select(v => v.Before is null ? new RuleChange($"{path}: {v.Path}", "added", null, v.Now) : v.Now is null ? new RuleChange($"{path}: {v.Path}", "removed", v.Before, null) : new RuleChange($"{path}: {v.Path}", "changed", v.Before, v.Now))
            : [new RuleChange(path, "changed", Size(old), Size(now))];

        static string Size(byte[] content) => content.AsSpan().Count((byte)'\n') is var lines && lines == 1 ? "1 line" : FormattableString.Invariant($"{lines} lines");
    }
}
