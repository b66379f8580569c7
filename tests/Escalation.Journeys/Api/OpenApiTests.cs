using System.Text.Json;
using Microsoft.AspNetCore.Routing;

namespace Escalation.Journeys.Api;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Every_address_of_the_API_is_described_with_a_summary_answers_and_what_it_takes()
    {
        await using var running = await RunningService.StartAsync();
        var (status, document) = await running.GetAsync("/openapi/v1.json");
        Assert.Equal(200, status);
        var paths = document.GetProperty("paths");
        var mapped = 0;
        foreach (var endpoint in running.Endpoints)
        {
            var path = "/" + endpoint.RoutePattern.RawText!.Trim('/');
            if (!path.StartsWith("/api/", StringComparison.Ordinal) && !path.StartsWith("/health/", StringComparison.Ordinal)) continue;
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                mapped++;
                var operation = paths.GetProperty(path).GetProperty(method.ToLowerInvariant());
                var place = $"{method} {path}";
                Assert.True(operation.TryGetProperty("summary", out var summary) && summary.GetString()!.Length > 0, place + " has no summary");
                var good = operation.GetProperty("responses").EnumerateObject().Where(r => r.Name[0] == '2').ToList();
                Assert.True(good.Count > 0 && good.All(r => Schema(r.Value)), place + " does not say what it answers");
                Assert.True(method != "POST" || (operation.TryGetProperty("requestBody", out var body) && Schema(body)), place + " does not say what it takes");
            }
        }
        Assert.True(mapped >= 20, $"only {mapped} operations");
    }

    [Fact]
    public async Task A_limit_is_described_as_a_whole_number_in_its_range()
    {
        await using var running = await RunningService.StartAsync();
        var (_, document) = await running.GetAsync("/openapi/v1.json");
        var limit = document.GetProperty("paths").GetProperty("/api/v1/escalations").GetProperty("get").GetProperty("parameters").EnumerateArray()
            .Single(p => p.GetProperty("name").GetString() == "limit").GetProperty("schema");
        Assert.Equal(("integer", 1, 500, 50), (limit.GetProperty("type").GetString(), limit.GetProperty("minimum").GetInt32(), limit.GetProperty("maximum").GetInt32(), limit.GetProperty("default").GetInt32()));
    }

    [Fact]
    public async Task The_analysis_is_described_in_the_names_of_its_contract()
    {
        await using var running = await RunningService.StartAsync();
        var (_, document) = await running.GetAsync("/openapi/v1.json");
        var schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.Equal(["text", "extraction_fields"], schemas.GetProperty("AnalyzeBody").GetProperty("properties").EnumerateObject().Select(p => p.Name));
        Assert.Contains("confidence_score", schemas.GetProperty("AnalyzeAnswer").GetProperty("properties").EnumerateObject().Select(p => p.Name));
        Assert.Contains("sla_deadline", schemas.GetProperty("EscalationRecord").GetProperty("properties").EnumerateObject().Select(p => p.Name));
    }

    private static bool Schema(JsonElement part) =>
        part.TryGetProperty("content", out var content) && content.TryGetProperty("application/json", out var json) && json.TryGetProperty("schema", out _);
}
