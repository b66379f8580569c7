using System.Text;
using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.History.Reading;
using Escalation.Replay.Analysis;
using Escalation.Rules;
using Escalation.Service.Intake;
using Escalation.Service.Versions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>The body of an impact question; for the description of the API.</summary>
/// <param name="Files">Rule files by path that replace or join those of the active rule set; null takes one out.</param>
/// <param name="History">History as JSON lines; left out = the database's.</param>
/// <param name="Examples">Most examples of each rule, 0 to 50.</param>
/// <param name="EffectiveDates">Whether a rule counts only on messages received within its effective dates; left out = every rule counts at any time.</param>
internal sealed record RuleImpactBody(IReadOnlyDictionary<string, string?> Files, string? History, int? Examples, bool? EffectiveDates);

/// <summary>What changed rules would have done, in the JSON of <c>rules impact --json</c>.</summary>
internal static class RuleImpactEndpoint
{
    private const int UsualExamples = 3;
    private const int MostExamples = 50;

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
        var candidate = RuleSetLoader.Load(CandidateFiles.Of(service.Rules.Files, question.Files), failingCases: FailingCases.NotRun);
        if (candidate.RuleSet is null) return CandidateFiles.Broken(candidate);
        var report = await service.Impact.RunAsync(active, candidate.RuleSet, new ImpactQuestion(history, question.Examples ?? UsualExamples, question.EffectiveDates == true), cancellation);
        return TypedResults.Text(RuleAnalysisJson.Write(report), "application/json", Encoding.UTF8);
    }

    private static RuleImpactBody Read(BodyObject body)
    {
        body.AllowOnly("files", "history", "examples", "effectiveDates");
        return new RuleImpactBody(CandidateFiles.Read(body) ?? throw new BodyException("/files", CandidateFiles.Missing), body.Text("history"), body.Integer("examples", 0, MostExamples), body.Flag("effectiveDates"));
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
}
