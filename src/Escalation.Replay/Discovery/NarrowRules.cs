using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Escalation.Core.Decisions;
using Escalation.Rules;

namespace Escalation.Replay.Discovery;

/// <summary>Writes a narrow preset as a rules folder: what it does not hold becomes a draft, or a class without a trigger, and can be switched on again one by one.</summary>
/// <remarks>Rules that only cap, and those that must escalate, stay as they are. Cases of tests/ that speak of what is switched off are left out with their file.</remarks>
public static class NarrowRules
{
    /// <summary>What the implicit rule of a keyword class is called by, before the class.</summary>
    public const string ClassPrefix = "keywords/";

    private const string AddedPrefix = "narrow_";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The files of the preset.</summary>
    /// <param name="files">The rules as they are.</param>
    /// <param name="policy">Their policy.</param>
    /// <param name="report">The preset with its candidates.</param>
    public static RuleFiles Of(RuleFiles files, Policy policy, DiscoveryReport report)
    {
        var kept = report.Preset.Triggers.Concat(report.Preset.AlwaysLive).ToHashSet(StringComparer.Ordinal);
        var content = files.Paths.Where(p => !p.StartsWith("tests/", StringComparison.Ordinal)).ToDictionary(p => p, p => files.Find(p)!, StringComparer.Ordinal);
        var added = report.Candidates.Where(c => c.IsNew && kept.Contains(c.Name)).Select(c => Added(c, policy));
        if (files.Find("signals.json") is { } signals) content["signals.json"] = Bytes(Signals(JsonNode.Parse(signals, null, Lenient)!, kept, [.. added]));
        if (files.Find("keywords.json") is { } keywords) content["keywords.json"] = Bytes(Keywords(JsonNode.Parse(keywords, null, Lenient)!, kept));
        return RuleFiles.Of(content, "narrow preset", files.ErasedLists);
    }

    private static JsonNode Signals(JsonNode root, HashSet<string> kept, IReadOnlyList<JsonObject> added)
    {
        var workflows = root is JsonArray list ? list.OfType<JsonObject>().ToList() : [root.AsObject()];
        foreach (var rule in workflows.SelectMany(w => w["Rules"]!.AsArray()).OfType<JsonObject>())
            if (rule["Properties"] is JsonObject properties && properties.ContainsKey("trigger") && !kept.Contains((string)rule["RuleName"]!)) properties["stage"] = "draft";
        foreach (var rule in added) workflows[^1]["Rules"]!.AsArray().Add(rule);
        return root;
    }

    private static JsonNode Keywords(JsonNode root, HashSet<string> kept)
    {
        foreach (var (name, node) in root["classes"]?.AsObject() ?? [])
        {
            if (kept.Contains(ClassPrefix + name) || node is not JsonObject keywords) continue;
            keywords.Remove("trigger");
            keywords.Remove("recommendation");
        }
        return root;
    }

    /// <summary>A rule that escalates by itself to priority.</summary>
    private static JsonObject Added(TriggerCandidate candidate, Policy policy)
    {
        var wanted = candidate.Kind == CandidateKind.Model ? "high_frustration" : "keyword_match";
        var trigger = policy.Triggers.FirstOrDefault(t => t.Name == wanted) ?? policy.Triggers.Where(t => !t.JoinsOnly).MaxBy(t => t.Weight)!;
        var name = candidate.Kind == CandidateKind.Model
            ? $"{AddedPrefix}frustration_{candidate.Name[(candidate.Name.LastIndexOf('.') + 1)..]}"
            : AddedPrefix + candidate.Name[ClassPrefix.Length..];
        return new JsonObject
        {
            ["RuleName"] = name,
            ["Expression"] = candidate.Condition,
            ["Properties"] = new JsonObject
            {
                ["trigger"] = trigger.Name,
                ["confidence"] = Math.Min(1, Math.Round((policy.Thresholds.Priority + .05) / trigger.Weight, 2)),
                ["recommendation"] = "priority_escalation",
                ["note"] = string.Create(CultureInfo.InvariantCulture, $"Found by discover: {candidate.TicketsADay:0.0} tickets a day, {candidate.Verdicts.Needed} of {candidate.Verdicts.Known} known ones needed it."),
            },
        };
    }

    private static byte[] Bytes(JsonNode root) => Encoding.UTF8.GetBytes(root.ToJsonString(Indented) + "\n");
}
