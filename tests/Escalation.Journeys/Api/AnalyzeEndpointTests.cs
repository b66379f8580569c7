using System.Text;
using System.Text.Json;
using Escalation.Core.Derived;
using Escalation.Rules;

namespace Escalation.Journeys.Api;

public sealed class AnalyzeEndpointTests
{
    private const string Path = "/api/analyze-escalation";
    private static readonly string[] Answer =
    [
        "confidence_score", "should_escalate", "band", "routing_target", "product_name", "issue_type", "urgency_indicators", "business_impact", "severity",
        "extracted_context", "signals", "summary", "degraded", "versions",
    ];

    private static readonly string[] Context = ["product_name", "issue_type", "urgency_indicators", "business_impact"];

    [Fact]
    public async Task An_issue_of_the_type_other_is_not_recognised_and_is_no_error()
    {
        var content = RuleFiles.BuiltIn().Content.ToDictionary(f => f.Key, f => f.Value);
        content["extraction.json"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content["extraction.json"]).Replace("\"other\": [", "\"other\": [{ \"cues\": [\"wobbles\"], \"weight\": 50 },", StringComparison.Ordinal));
        var loaded = RuleSetLoader.Load(RuleFiles.Of(content, "test"), failingCases: FailingCases.NotRun);
        Assert.Empty(loaded.Problems);
        await using var running = await RunningService.StartAsync(rules: loaded.RuleSet);
        Assert.Equal(IssueType.Other, running.Service.Analyze("The blue widget wobbles.").Facts.Context.IssueTypeFound.Value);
        var (status, answer) = await running.PostAsync("/api/analyze-escalation", new { text = "The blue widget wobbles." });
        Assert.Equal((200, JsonValueKind.Null), (status, answer.GetProperty("issue_type").ValueKind));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("extracted_context").GetProperty("issue_type").ValueKind);
        var (recorded, message) = await running.PostAsync("/api/v1/messages", Sent.Message("1", "The blue widget wobbles. " + Sent.LegalThreat));
        Assert.Equal(201, recorded);
        Assert.Equal("immediate_escalation", message.GetProperty("decision").GetProperty("recommendation").GetProperty("band").GetString());
        Assert.Equal(200, (await running.GetAsync("/api/v1/escalations/t-c1%231/explanation")).Status);
    }

    [Fact]
    public async Task The_answer_has_exactly_the_fields_of_the_contract_and_stays_the_same_for_the_same_text()
    {
        await using var running = await RunningService.StartAsync();
        var (status, first) = await running.PostAsync(Path, new { text = "The checkout page is down for all our customers and my lawyer will hear of this." });
        Assert.Equal(200, status);
        Assert.Equal(Answer, Names(first));
        Assert.Equal(Context, Names(first.GetProperty("extracted_context")));
        Assert.Equal(["rules", "frustration", "team", "engine", "timeZones", "configuration"], Names(first.GetProperty("versions")));
        Assert.All(first.GetProperty("signals").EnumerateArray(), s => Assert.Equal(["type", "confidence", "recommendation"], Names(s)));
        Assert.Equal("checkout", first.GetProperty("product_name").GetString());
        Assert.Equal("technical", first.GetProperty("issue_type").GetString());
        Assert.Equal("critical", first.GetProperty("business_impact").GetString());
        Assert.Equal("executive", first.GetProperty("routing_target").GetString());
        Assert.False(first.GetProperty("degraded").GetBoolean());
        Assert.Equal(running.Service.Configuration.Id.Value, first.GetProperty("versions").GetProperty("configuration").GetString());
        Assert.Equal(first.GetRawText(), (await running.PostAsync(Path, new { text = "The checkout page is down for all our customers and my lawyer will hear of this." })).Body.GetRawText());
        Assert.Equal(0, (await running.Service.Messages.SummaryAsync(TestContext.Current.CancellationToken)).Count);
    }

    [Theory, InlineData("issue_type"), InlineData("urgency_indicators,product_name")]
    public async Task The_context_holds_the_asked_fields_and_the_top_level_all(string fields)
    {
        var asked = fields.Split(',');
        await using var running = await RunningService.StartAsync();
        var (status, answer) = await running.PostAsync(Path, new { text = "The checkout is down, fix it asap.", extraction_fields = asked });
        Assert.Equal(200, status);
        Assert.Equal(asked, Names(answer.GetProperty("extracted_context")));
        Assert.Equal(Answer, Names(answer));
        Assert.All(asked, field => Assert.Equal(answer.GetProperty(field).GetRawText(), answer.GetProperty("extracted_context").GetProperty(field).GetRawText()));
    }

    [Theory]
    [InlineData("{\"text\":\"x\",\"extraction_fields\":[\"product_name\",\"colour\"]}", 400, "/extraction_fields/1")]
    [InlineData("{\"text\":\"x\",\"extraction_fields\":\"product_name\"}", 400, "/extraction_fields")]
    [InlineData("{\"text\":\"x\",\"extraction_fields\":[1]}", 400, "/extraction_fields/0")]
    [InlineData("{}", 400, "/text")]
    [InlineData("{\"text\":null}", 400, "/text")]
    [InlineData("{\"text\":5}", 400, "/text")]
    [InlineData("{\"text\":[\"x\"]}", 400, "/text")]
    [InlineData("{\"text\":\"\\ud800\"}", 400, "/text")]
    [InlineData("{\"text\":\"x\"", 400, "")]
    [InlineData("[]", 400, "")]
    [InlineData("", 400, "")]
    public async Task A_wrong_body_is_refused_with_a_pointer_to_the_field(string body, int expected, string pointer)
    {
        await using var running = await RunningService.StartAsync();
        var (status, problem) = await running.PostAsync(Path, body);
        Assert.Equal(expected, status);
        Assert.Equal(pointer, problem.GetProperty("pointer").GetString());
        Assert.Equal(expected, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task An_empty_text_is_no_error_and_scores_nothing()
    {
        await using var running = await RunningService.StartAsync();
        var (status, answer) = await running.PostAsync(Path, new { text = "" });
        Assert.Equal(200, status);
        Assert.Equal(0, answer.GetProperty("confidence_score").GetDouble());
        Assert.False(answer.GetProperty("should_escalate").GetBoolean());
        Assert.All(["product_name", "issue_type", "routing_target"], (string field) => Assert.Equal(JsonValueKind.Null, answer.GetProperty(field).ValueKind));
        Assert.Equal(("none", "none", 0), (answer.GetProperty("band").GetString(), answer.GetProperty("business_impact").GetString(), answer.GetProperty("signals").GetArrayLength()));
    }

    [Fact]
    public async Task A_text_has_at_most_a_million_characters()
    {
        await using var running = await RunningService.StartAsync();
        Assert.Equal(200, (await running.PostAsync(Path, new { text = new string('a', 1_000_000) })).Status);
        foreach (var length in new[] { 1_000_001, 5_000_000, 9_000_000, 40_000_000 })
            Assert.Equal(413, (await running.PostAsync(Path, new { text = new string('a', length) })).Status);
    }

    [Fact]
    public async Task Monitor_names_no_team_and_seven_tenths_exactly_is_no_escalation()
    {
        await using var running = await RunningService.StartAsync();
        var (_, monitor) = await running.PostAsync(Path, new { text = "We are still waiting." });
        Assert.Equal(("monitor", JsonValueKind.Null), (monitor.GetProperty("band").GetString(), monitor.GetProperty("routing_target").ValueKind));

        // The class fraud alone: weight 1 x confidence .7, priority with a route, and not above .7.
        var (_, edge) = await running.PostAsync(Path, new { text = "I did not authorise it." });
        Assert.Equal(.7, edge.GetProperty("confidence_score").GetDouble());
        Assert.Equal(("priority_escalation", false), (edge.GetProperty("band").GetString(), edge.GetProperty("should_escalate").GetBoolean()));
        Assert.Equal(JsonValueKind.String, edge.GetProperty("routing_target").ValueKind);
    }

    [Fact]
    public async Task Signals_come_one_per_trigger()
    {
        await using var running = await RunningService.StartAsync();
        var (_, answer) = await running.PostAsync(Path, new { text = "My lawyer and the ombudsman will hear of it. The charger caught fire. Nobody has replied, I want to speak to a manager." });
        var types = answer.GetProperty("signals").EnumerateArray().Select(s => s.GetProperty("type").GetString()).ToList();
        Assert.True(types.Count >= 3, string.Join(", ", types));
        Assert.Equal(types.Distinct(), types);
    }

    [Theory]
    [InlineData("legal")]
    [InlineData("😡")]
    public async Task The_summary_is_one_sentence_of_at_most_280_characters(string filler)
    {
        await using var running = await RunningService.StartAsync();
        var quoted = string.Concat(Enumerable.Repeat(filler + " ", 60));
        var (_, answer) = await running.PostAsync(Path, new { text = $"My lawyer {quoted} will sue you, the checkout is down for all our customers, take legal action {quoted} nobody has replied {quoted} I want to speak to a manager, unacceptable." });
        var summary = answer.GetProperty("summary").GetString()!;
        Assert.InRange(summary.Length, 20, 280);
        Assert.EndsWith(".", summary, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', summary);
        Assert.StartsWith("Escalate immediately: ", summary, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(p => p.Name);
}
