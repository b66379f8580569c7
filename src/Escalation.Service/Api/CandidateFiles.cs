using System.Text;
using System.Text.Json;
using Escalation.Rules;
using Escalation.Service.Intake;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Escalation.Service.Api;

/// <summary>Changed rule files of a request: by path, a text that replaces or joins the file of the active rules, or null that takes it out.</summary>
internal static class CandidateFiles
{
    private const int MostProblems = 100;

    /// <summary>The field <c>files</c>; null where it is left out.</summary>
    public static IReadOnlyDictionary<string, string?>? Read(BodyObject body)
    {
        if (!body.Root.TryGetProperty("files", out var files) || files.ValueKind == JsonValueKind.Null) return null;
        if (files.ValueKind != JsonValueKind.Object) throw new BodyException("/files", Missing);
        var content = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var file in files.EnumerateObject())
        {
            if (file.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)) throw new BodyException(IntakeBody.Pointer("files." + file.Name), $"files: {file.Name} must be the file's text, or null to take it out");
            content[file.Name] = file.Value.GetString();
        }
        return content;
    }

    /// <summary>What to say where the field must be there.</summary>
    public const string Missing = "files: is missing; send the changed rule files by path, for example {\"signals.json\": \"...\"}";

    /// <summary>The files of the active rules with the changes.</summary>
    public static RuleFiles Of(RuleFiles active, IReadOnlyDictionary<string, string?> changes)
    {
        var content = active.Content.Where(f => !changes.ContainsKey(f.Key)).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        foreach (var (path, text) in changes)
            if (text is not null) content[path] = Encoding.UTF8.GetBytes(text);
        return RuleFiles.Of(content, "candidate", active.ErasedLists);
    }

    /// <summary>That they do not load, with every place.</summary>
    public static ProblemHttpResult Broken(RuleSetLoadResult candidate) => TypedResults.Problem(
        $"the candidate has {candidate.Problems.Count} problem{(candidate.Problems.Count == 1 ? "" : "s")}; the first: {candidate.Problems[0]}", statusCode: 400, title: "Bad Request",
        extensions: new Dictionary<string, object?> { ["pointer"] = "/files", ["problems"] = candidate.Problems.Take(MostProblems).Select(p => p.ToString()).ToArray() });
}
