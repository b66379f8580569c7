using System.Text.Json;
using Escalation.History.Formats;
using Escalation.Service.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Service.Api;

/// <summary>The analyse contract, to the letter: stateless, snake_case.</summary>
internal static class AnalyzeEndpoint
{

    public static void MapAnalyze(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/analyze-escalation", AnalyzeAsync).WithTags("Analyse").WithSummary("Analyses one text: nothing is recorded, no history is known")
            .Accepts<AnalyzeBody>("application/json").ProducesProblem(400).ProducesProblem(413).ProducesProblem(415);

    private static async Task<Results<Ok<AnalyzeAnswer>, ProblemHttpResult>> AnalyzeAsync(HttpRequest request, EscalationService service, CancellationToken cancellation)
    {
        var (body, unread) = await RequestBody.ReadAsync(request, cancellation);
        if (unread is not null) return Problems.Of(unread);
        var (text, fields, problem) = Read(body);
        if (problem is not null) return Problems.Of(problem);
        var (facts, decision, configuration) = service.Analyze(text);
        return TypedResults.Ok(AnalyzeAnswer.Of(text, facts, decision, fields, configuration));
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
            if (!root.TryGetProperty("extraction_fields", out var asked) || asked.ValueKind == JsonValueKind.Null) return (value, AnalyzeAnswer.Fields, null);
            if (asked.ValueKind != JsonValueKind.Array) return Refuse(400, "/extraction_fields", $"extraction_fields: must be an array of {string.Join(", ", AnalyzeAnswer.Fields)}");
            var fields = new List<string>();
            foreach (var (item, index) in asked.EnumerateArray().Select((e, i) => (e, i)))
            {
                if (item.ValueKind != JsonValueKind.String || !AnalyzeAnswer.Fields.Contains(item.GetString()))
                    return Refuse(400, FormattableString.Invariant($"/extraction_fields/{index}"), $"extraction_fields: {item.GetRawText()} is none of {string.Join(", ", AnalyzeAnswer.Fields)}");
                fields.Add(item.GetString()!);
            }
            return (value, fields.Count == 0 ? AnalyzeAnswer.Fields : fields, null);
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

    private static (string, IReadOnlyList<string>, BodyProblem?) Refuse(int status, string pointer, string message) => ("", [], new BodyProblem(status, pointer, message));
}
