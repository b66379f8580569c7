using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Escalation.Core.Decisions;

namespace Escalation.Rules.Documents;

/// <summary>The version of a rule set: SHA-256 over what decides.</summary>
/// <remarks>
/// Hashed is one canonical JSON object: each file by its path, each list, table and function by its own hash, and the order of keys where the order of a map decides
/// (triggers of policy.json settle ties, keyword classes are rules in order). Left out: <c>owner</c>, <c>note</c>, <c>$schema</c>, comments, drafts and rules
/// that are not enabled, messages that RulesEngine would show, notifications.json, tests, schemas and README. Source: "Numbers, order, identity" in CONTRACTS.md.
/// </remarks>
internal static class RuleSetHash
{
    private static readonly HashSet<string> Undeciding = new(StringComparer.Ordinal) { "owner", "note", "$schema", "ErrorMessage", "SuccessEvent" };

    /// <summary>The version.</summary>
    /// <param name="documents">Parsed files by path.</param>
    /// <param name="texts">Hash of each file that is no JSON (lists, tables, functions) by path.</param>
    public static RuleSetVersion Of(IReadOnlyDictionary<string, DocumentNode> documents, IReadOnlyDictionary<string, string> texts)
    {
        var text = new StringBuilder();
        var members = new List<(string, Action)>();
        foreach (var (path, root) in documents) members.Add((path, () => CanonicalJson.Write(WithoutDrafts(root), Decides, text)));
        foreach (var (path, hash) in texts) members.Add((path, () => CanonicalJson.WriteString(hash, text)));
        AddOrder(documents, "policy.json", "triggers", members, text);
        AddOrder(documents, "keywords.json", "classes", members, text);
        CanonicalJson.WriteObject(members, text);
        return new RuleSetVersion(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))));
    }

    /// <summary>What decides of one file, as canonical JSON.</summary>
    public static string Canonical(DocumentNode root)
    {
        var text = new StringBuilder();
        CanonicalJson.Write(WithoutDrafts(root), Decides, text);
        return text.ToString();
    }

    private static bool Decides(string key) => !Undeciding.Contains(key);

    private static void AddOrder(IReadOnlyDictionary<string, DocumentNode> documents, string path, string key, List<(string, Action)> members, StringBuilder text)
    {
        if (!documents.TryGetValue(path, out var root) || root.Find(key) is not { } map) return;
        var names = map.Members.Where(m => Decides(m.Name)).Select(m => new DocumentNode { Kind = JsonValueKind.String, Place = m.Place, Text = m.Name }).ToArray();
        members.Add(($"{path}#{key}", () => CanonicalJson.Write(new DocumentNode { Kind = JsonValueKind.Array, Place = map.Place, Items = names }, Decides, text)));
    }

    /// <summary>Lists of rules without those that are not run; nested rules too.</summary>
    private static DocumentNode WithoutDrafts(DocumentNode node)
    {
        if (node.Kind == JsonValueKind.Array) return With(node, node.Members, [.. node.Items.Select(WithoutDrafts)]);
        if (node.Kind != JsonValueKind.Object) return node;
        var members = node.Members.Select(m => m.Name == "Rules" && m.Value.Kind == JsonValueKind.Array
            ? m with { Value = With(m.Value, [], [.. m.Value.Items.Where(r => !IsDraft(r)).Select(WithoutDrafts)]) }
            : m with { Value = WithoutDrafts(m.Value) });
        return With(node, [.. members], node.Items);
    }

    private static bool IsDraft(DocumentNode rule) =>
        rule.Find("Enabled") is { Kind: JsonValueKind.False } || rule.Find("Properties")?.Find("stage") is { Text: "draft" };

    private static DocumentNode With(DocumentNode node, IReadOnlyList<DocumentMember> members, IReadOnlyList<DocumentNode> items) =>
        new() { Kind = node.Kind, Place = node.Place, Text = node.Text, Number = node.Number, Members = members, Items = items };
}
