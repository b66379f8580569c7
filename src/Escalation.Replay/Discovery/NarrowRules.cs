using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Escalation.Core.Decisions;
using Escalation.Replay.Analysis;
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

    /// <summary>The files of the preset.</summary>
    /// <param name="files">The rules as they are.</param>
    /// <param name="policy">Their policy.</param>
    /// <param name="report">The preset with its candidates.</param>
    public static RuleFiles Of(RuleFiles files, Policy policy, DiscoveryReport report)
    {
        var kept = report.Preset.Triggers.Concat(report.Preset.AlwaysLive).ToHashSet(StringComparer.Ordinal);
        var preset = files.Without("tests");
        var added = report.Candidates.Where(c => c.IsNew && kept.Contains(c.Name)).Select(c => Added(c, policy));
        if (files.Json("signals.json") is { } signals) preset = preset.With("signals.json", Bytes(Signals(signals, kept, [.. added])));
        return files.Json("keywords.json") is { } keywords ? preset.With("keywords.json", Bytes(Keywords(keywords, kept))) : preset;
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
        var name = candidate.Kind == CandidateKind.Model
            ? $"{AddedPrefix}frustration_{candidate.Name[(candidate.Name.LastIndexOf('.') + 1)..]}"
            : AddedPrefix + candidate.Name[ClassPrefix.Length..];
        var properties = EscalatingRule.Properties(policy, candidate.Kind == CandidateKind.Model ? "high_frustration" : "keyword_match");
        properties["note"] = string.Create(CultureInfo.InvariantCulture, $"Found by discover: {candidate.TicketsADay:0.0} tickets a day, {candidate.Verdicts.Needed} of {candidate.Verdicts.Known} known ones needed it.");
        return new JsonObject { ["RuleName"] = name, ["Expression"] = candidate.Condition, ["Properties"] = properties };
    }

    private static byte[] Bytes(JsonNode root) => Encoding.UTF8.GetBytes(root.ToJsonString(Indented) + "\n");
}
