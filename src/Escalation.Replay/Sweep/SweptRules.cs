using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Escalation.Core.Decisions;
using Escalation.Replay.Arms;
using Escalation.Rules;

namespace Escalation.Replay.Sweep;

/// <summary>The arms of a sweep: the rules as they are, and one for each value in the place of one number.</summary>
/// <param name="Number">The number, <c>policy.json:thresholds.priority</c>.</param>
/// <param name="Values">Its values: as it is, then those tried.</param>
/// <param name="Arms">The arms in that order; they share one analyzer where the number changes no text.</param>
/// <param name="LeftOut">Values that the rules refuse, with the reason.</param>
public sealed record SweptRules(string Number, IReadOnlyList<double> Values, IReadOnlyList<ReplayArm> Arms, IReadOnlyList<string> LeftOut)
{
    /// <summary>Name of the arm with the rules as they are: the first.</summary>
    public const string PresentName = "as it is";

    /// <summary>Makes the arms; null with what is wrong.</summary>
    /// <param name="present">The configuration as it is; its rules must be a compiled <see cref="RuleSet"/>.</param>
    /// <param name="range">The number and its values.</param>
    /// <param name="problem">Why there is nothing to try.</param>
    public static SweptRules? Of(Configuration present, SweepRange range, out string? problem)
    {
        var files = ((RuleSet)present.Rules).Files;
        if (NumberIn(files, range, out var root, out problem) is not { } number) return null;
        var (configurations, values, leftOut) = (new List<Configuration> { present }, new List<double> { number }, new List<string>());
        foreach (var value in range.Values)
        {
            var loaded = RuleSetLoader.Load(With(files, range, root!, value), FailingCases.NotRun);
            if (loaded.RuleSet is { } rules)
            {
                configurations.Add(present.With(rules));
                values.Add(value);
            }
            else leftOut.Add(FormattableString.Invariant($"{value}: {string.Join("; ", loaded.Problems.Select(p => p.Message))}"));
        }
        if (values.Count == 1) problem = $"--sweep: the rules refuse every value of {range.Name}: {leftOut[0]}";
        ReplayArm[] arms = [.. AnalyzerSharing.Share(configurations).Select((c, i) => new ReplayArm(i == 0 ? PresentName : FormattableString.Invariant($"{values[i]}"), c))];
        return problem is null ? new SweptRules(range.Name, values, arms, leftOut) : null;
    }

    private static double? NumberIn(RuleFiles files, SweepRange range, out JsonNode? root, out string? problem)
    {
        (root, problem) = (null, null);
        if (files.Find(range.File) is null)
        {
            problem = $"--sweep: {files.Origin} has no {range.File}; it has {string.Join(", ", files.Paths.Where(p => p.EndsWith(".json", StringComparison.Ordinal) && !p.Contains('/')))}";
            return null;
        }
        var node = root = files.Json(range.File);
        foreach (var name in range.Path)
        {
            if (node is not JsonObject there || !there.TryGetPropertyValue(name, out var next))
            {
                problem = $"--sweep: {range.File} has no {range.Name[(range.File.Length + 1)..]}{(node is JsonObject known ? $"; where \"{name}\" was looked for there is {string.Join(", ", known.Select(k => k.Key))}" : "")}";
                return null;
            }
            node = next;
        }
        if (node is JsonValue found && found.GetValueKind() == JsonValueKind.Number) return found.GetValue<double>();
        problem = $"--sweep: {range.Name} is no number{(node is JsonObject inside ? $"; in it there is {string.Join(", ", inside.Select(k => k.Key))}" : "")}";
        return null;
    }

    private static RuleFiles With(RuleFiles files, SweepRange range, JsonNode root, double value)
    {
        var changed = root.DeepClone();
        var node = changed;
        foreach (var name in range.Path.SkipLast(1)) node = node![name];
        node![range.Path[^1]] = value;
        return files.With(range.File, Encoding.UTF8.GetBytes(changed.ToJsonString()));
    }
}
