using System.Text.Json;
using System.Text.Json.Nodes;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Service.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>A signal of the analysis, the strongest of its trigger.</summary>
public sealed record AnalyzedSignal(string Type, double Confidence, string Recommendation);

/// <summary>What decided an analysis.</summary>
public sealed record AnalyzedVersions(string Rules, string? Frustration, string? Team, string Engine, string TimeZones, string Configuration);

/// <summary>The body of an analysis.</summary>
internal sealed record AnalyzeBody(string Text, string[]? ExtractionFields);

/// <summary>The analyse contract, to the letter: stateless, snake_case.</summary>
internal static class AnalyzeEndpoint
{
    private const double EscalationThreshold = .7;
    private static readonly string[] Fields = ["product_name", "issue_type", "urgency_indicators", "business_impact"];

    public static void MapAnalyze(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/analyze-escalation", AnalyzeAsync).WithTags("Analyse").WithSummary("Analyses one text: nothing is recorded, no history is known")
            .Accepts<AnalyzeBody>("application/json").ProducesProblem(400).ProducesProblem(413).ProducesProblem(415);

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> AnalyzeAsync(HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (body, unread) = await RequestBody.ReadAsync(request, cancellation);
        if (unread is not null) return Problems.Of(unread);
        var (text, fields, problem) = Read(body);
        if (problem is not null) return Problems.Of(problem);
        var (facts, decision) = service.Analyze(text);
        return TypedResults.Text(Answer(text, facts, decision, fields, service.Configuration).ToJsonString(Json.Options), "application/json; charset=utf-8");
    }

    private static (string Text, IReadOnlyList<string> Fields, BodyProblem? Problem) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return Refuse(400, "", "the body is no JSON object; send {\"text\": \"...\"}");
            if (!root.TryGetProperty("text", out var text)) return Refuse(400, "/text", "text: is missing; send the customer's message as a string");
            if (text.ValueKind != JsonValueKind.String) return Refuse(400, "/text", "text: must be a string");
            var value = text.GetString()!;
            if (value.Length > HistoryReadOptions.MaxTextLength) return Refuse(413, "/text", "text: has more than 1,000,000 characters; cut it, or send the first part");
            if (!root.TryGetProperty("extraction_fields", out var asked) || asked.ValueKind == JsonValueKind.Null) return (value, Fields, null);
            if (asked.ValueKind != JsonValueKind.Array) return Refuse(400, "/extraction_fields", $"extraction_fields: must be an array of {string.Join(", ", Fields)}");
            var fields = new List<string>();
            foreach (var (item, index) in asked.EnumerateArray().Select((e, i) => (e, i)))
            {
                if (item.ValueKind != JsonValueKind.String || !Fields.Contains(item.GetString()))
                    return Refuse(400, FormattableString.Invariant($"/extraction_fields/{index}"), $"extraction_fields: {item.GetRawText()} is none of {string.Join(", ", Fields)}");
                fields.Add(item.GetString()!);
            }
            return (value, fields.Count == 0 ? Fields : fields, null);
        }
        catch (JsonException broken)
        {
            return Refuse(400, "", FormattableString.Invariant($"the body is not valid JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}; send one JSON object in UTF-8"));
        }
        catch (InvalidOperationException)
        {
            return Refuse(400, "/text", "text: is not valid Unicode (half of a surrogate pair, or no UTF-8); send it whole");
        }
    }

    private static JsonObject Answer(string text, DerivedFacts facts, Decision decision, IReadOnlyList<string> fields, Configuration configuration)
    {
        var extracted = new JsonObject();
        foreach (var field in fields) extracted[field] = Field(field, facts.Context);
        var score = Rounding.Score(decision.Recommendation.Score);
        return new JsonObject
        {
            ["confidence_score"] = score,
            ["should_escalate"] = score > EscalationThreshold,
            ["band"] = Wire.Name(decision.Recommendation.Band),
            ["routing_target"] = decision.Route?.Team,
            ["product_name"] = Field("product_name", facts.Context),
            ["issue_type"] = Field("issue_type", facts.Context),
            ["urgency_indicators"] = Field("urgency_indicators", facts.Context),
            ["business_impact"] = Field("business_impact", facts.Context),
            ["severity"] = facts.Context.Severity,
            ["extracted_context"] = extracted,
            ["signals"] = JsonSerializer.SerializeToNode(Strongest(decision.Signals), SnakeCase),
            ["summary"] = AnalysisSummary.Of(facts.Context, decision, text),
            ["degraded"] = decision.Degraded,
            ["versions"] = JsonSerializer.SerializeToNode(new AnalyzedVersions(configuration.Rules.Version.Value, configuration.Frustration?.Version.Value,
                configuration.Team?.Version.Value, Configuration.EngineVersion, Configuration.TimeZoneVersion, configuration.Id.Value), Json.Options),
        };
    }

    private static readonly JsonSerializerOptions SnakeCase = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static JsonNode? Field(string field, ContextFacts context) => field switch
    {
        "product_name" => context.ProductKnown ? context.Product : null,
        "issue_type" => context.IssueTypeFound.Value is null ? null : context.IssueType,
        "urgency_indicators" => new JsonArray([.. context.Urgency.Select(u => (JsonNode)u)]),
        _ => context.BusinessImpact,
    };

    private static IEnumerable<AnalyzedSignal> Strongest(IReadOnlyList<Signal> signals) =>
        signals.GroupBy(s => s.TriggerType, StringComparer.Ordinal).Select(g => g.MaxBy(s => s.Confidence)!)
            .Select(s => new AnalyzedSignal(s.TriggerType, Rounding.Score(s.Confidence), Wire.Name(s.Recommendation)));

    private static (string, IReadOnlyList<string>, BodyProblem?) Refuse(int status, string pointer, string message) => ("", [], new BodyProblem(status, pointer, message));
}
