using System.Text;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.Replay.Analysis;
using Escalation.Rules;
using Escalation.Service.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>The body of an impact question; for the description of the API.</summary>
/// <param name="Files">Rule files by path that replace or join those of the active rule set; null takes one out.</param>
/// <param name="History">History as JSON lines; left out = the database's.</param>
/// <param name="Examples">Most examples of each rule, 0 to 50.</param>
internal sealed record RuleImpactBody(IReadOnlyDictionary<string, string?> Files, string? History, int? Examples);

/// <summary>What changed rules would have done, in the JSON of <c>rules impact --json</c>.</summary>
internal static class RuleImpactEndpoint
{
    private const int UsualExamples = 3;
    private const int MostExamples = 50;
    private const int MostProblems = 100;

    public static void MapRuleImpact(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/rules/impact", RunAsync).WithTags("Rules").WithSummary("What changed rule files would have done to the recorded history, or to a given one")
            .WithDescription("A body has at most 8,000,000 bytes. Nothing is recorded and nothing becomes active. A candidate with problems is 400, each with file(line,column) under \"problems\".")
            .Accepts<RuleImpactBody>("application/json").Produces<JsonElement>(200, "application/json").ProducesProblem(400).ProducesProblem(413).ProducesProblem(415);

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> RunAsync(HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (question, problem) = await BodyObject.ReadAsync(request, Read, cancellation);
        if (question is null) return Problems.Of(problem!);
        var (history, refused) = HistoryOf(question.History, cancellation);
        if (refused is not null) return Problems.Of(refused);
        var active = service.Configuration;
        var candidate = RuleSetLoader.Load(Candidate(service.Rules.Files, question.Files), runCases: false);
        if (candidate.RuleSet is null) return Broken(candidate);
        var report = await service.Impact.RunAsync(active, candidate.RuleSet, history, question.Examples ?? UsualExamples, cancellation);
        return TypedResults.Text(RuleAnalysisJson.Write(report), "application/json", Encoding.UTF8);
    }

    private static RuleImpactBody Read(BodyObject body)
    {
        body.AllowOnly("files", "history", "examples");
        if (!body.Root.TryGetProperty("files", out var files) || files.ValueKind != JsonValueKind.Object)
            throw new BodyException("/files", "files: is missing; send the changed rule files by path, for example {\"signals.json\": \"...\"}");
        var content = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var file in files.EnumerateObject())
        {
            if (file.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)) throw new BodyException(IntakeBody.Pointer("files." + file.Name), $"files: {file.Name} must be the file's text, or null to take it out");
            content[file.Name] = file.Value.GetString();
        }
        return new RuleImpactBody(content, body.Text("history"), body.Integer("examples", 0, MostExamples));
    }

    private static (IReadOnlyList<HistoryRecord>? History, BodyProblem? Problem) HistoryOf(string? lines, CancellationToken cancellation)
    {
        if (lines is null) return (null, null);
        InputProblem? first = null;
        var summary = new InputSummary { OnRejected = problem => first ??= problem };
        var filter = new DeliveryFilter();
        List<HistoryRecord> records = [.. HistoryStream.Read(new MemoryStream(Encoding.UTF8.GetBytes(lines)), "history", HistoryReadOptions.Strict, summary, cancellation).OfType<HistoryRecord>().Where(filter.IsNew)];
        return first is null ? (records, null) : (null, new BodyProblem(400, "/history", first.ToString()));
    }

    private static RuleFiles Candidate(RuleFiles active, IReadOnlyDictionary<string, string?> changes)
    {
        var content = active.Content.Where(f => !changes.ContainsKey(f.Key)).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        foreach (var (path, text) in changes)
            if (text is not null) content[path] = Encoding.UTF8.GetBytes(text);
        return RuleFiles.Of(content, "candidate", active.ErasedLists);
    }

    private static ProblemHttpResult Broken(RuleSetLoadResult candidate) => TypedResults.Problem(
        $"the candidate has {candidate.Problems.Count} problem{(candidate.Problems.Count == 1 ? "" : "s")}; the first: {candidate.Problems[0]}", statusCode: 400, title: "Bad Request",
        extensions: new Dictionary<string, object?> { ["pointer"] = "/files", ["problems"] = candidate.Problems.Take(MostProblems).Select(p => p.ToString()).ToArray() });
}
