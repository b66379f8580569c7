using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Escalation.Core.Decisions;

namespace Escalation.Trainer.Weights;

/// <summary>policy.json with proposed weights in the place of the hand-set ones; everything else, and its order, stays.</summary>
public static class PolicyProposal
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The new content, and what it changes, a line each.</summary>
    /// <param name="content">policy.json as it is; comments do not survive.</param>
    /// <param name="policy">The same, read.</param>
    /// <param name="learned">What was learned.</param>
    public static (string Content, IReadOnlyList<string> Diff) Of(string content, Policy policy, LearnedWeights learned)
    {
        var root = JsonNode.Parse(content, documentOptions: Lenient)!.AsObject();
        var diff = new List<string>();
        foreach (var weight in learned.Weights.Where(w => w.Proposed != w.HandSet))
        {
            Trigger(root, policy, weight.Trigger)["weight"] = weight.Proposed;
            diff.Add(string.Create(CultureInfo.InvariantCulture, $"triggers.{weight.Trigger}.weight: {weight.HandSet:0.##} -> {weight.Proposed:0.##} (95 % {weight.Low:0.00} to {weight.High:0.00}, {weight.Tickets} labelled tickets)"));
        }
        if (learned.Calibration is { } calibration)
        {
            var before = root["calibration"]?.ToJsonString() ?? "none";
            root["calibration"] = new JsonObject { ["a"] = calibration.A, ["b"] = calibration.B, ["n"] = calibration.N };
            diff.Add($"calibration: {before} -> {root["calibration"]!.ToJsonString()}");
        }
        return (root.ToJsonString(Options) + "\n", diff);
    }

    /// <summary>The content with given weights, for a replay.</summary>
    /// <param name="content">policy.json as it is.</param>
    /// <param name="policy">The same, read.</param>
    /// <param name="weights">One a trigger, in the policy's order.</param>
    public static string With(string content, Policy policy, IReadOnlyList<double> weights)
    {
        var root = JsonNode.Parse(content, documentOptions: Lenient)!.AsObject();
        for (var t = 0; t < weights.Count; t++) Trigger(root, policy, policy.Triggers[t].Name)["weight"] = Math.Round(weights[t], 2);
        return root.ToJsonString(Options);
    }

    /// <remarks>A policy that leaves the triggers out has the usual ones: to change one, all must be written.</remarks>
    private static JsonObject Trigger(JsonObject root, Policy policy, string name)
    {
        if (root["triggers"] is not JsonObject triggers)
        {
            root["triggers"] = triggers = [];
            foreach (var usual in policy.Triggers)
            {
                var written = new JsonObject { ["weight"] = usual.Weight, ["group"] = usual.Group };
                if (usual.JoinsOnly) written["joinsOnly"] = true;
                triggers[usual.Name] = written;
            }
        }
        return triggers[name]!.AsObject();
    }
}
