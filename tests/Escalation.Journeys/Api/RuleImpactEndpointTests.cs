using System.Text;
using System.Text.Json;
using Escalation.Rules;

namespace Escalation.Journeys.Api;

public sealed class RuleImpactEndpointTests
{
    private const string Path = "/api/v1/rules/impact";

    private static readonly string Keywords = Encoding.UTF8.GetString(RuleFiles.BuiltIn().Find("keywords.json")!);

    private static Dictionary<string, object?> Candidate(string word) => new()
    {
        ["files"] = new Dictionary<string, string> { ["keywords.json"] = Keywords.Replace("\"my lawyer\"", $"\"{word}\", \"my lawyer\"", StringComparison.Ordinal) },
    };

    [Fact]
    public async Task A_changed_word_shows_what_it_would_have_escalated_of_what_was_recorded_and_changes_nothing()
    {
        await using var running = await RunningService.StartAsync();
        await running.PostAsync("/api/v1/messages", Sent.Message("1", "The blue widget wobbles.", customer: "c1"));
        await running.PostAsync("/api/v1/messages", Sent.Message("2", Sent.LegalThreat, customer: "c2"));
        var before = running.Service.Configuration.Id;
        for (var round = 0; round < 2; round++)               // the second answer reads what the first derived
        {
            var (status, report) = await running.PostAsync(Path, Candidate("wobbles"));
            Assert.Equal(200, status);
            Assert.Equal((2, 1, 2), (report.GetProperty("history").GetProperty("messages").GetInt32(), report.GetProperty("escalatedBefore").GetProperty("messages").GetInt32(), report.GetProperty("escalatedAfter").GetProperty("messages").GetInt32()));
            Assert.Equal("keywords/legal", report.GetProperty("rules").EnumerateArray().Single().GetProperty("rule").GetString());
            Assert.Equal(running.Service.Rules.Version.Value, report.GetProperty("baseline").GetString());
            Assert.Contains(report.GetProperty("differences").EnumerateArray(), d => d.GetString()!.Contains("wobbles", StringComparison.Ordinal));
        }
        Assert.Equal(before, running.Service.Configuration.Id);
        await running.PostAsync("/api/v1/messages", Sent.Message("3", "It wobbles still.", customer: "c3"));
        Assert.Equal(3, (await running.PostAsync(Path, Candidate("wobbles"))).Body.GetProperty("escalatedAfter").GetProperty("messages").GetInt32());
    }

    [Fact]
    public async Task A_history_that_is_sent_along_is_looked_at_instead()
    {
        await using var running = await RunningService.StartAsync();
        var lines = string.Join('\n', new[] { "It wobbles.", "It is fine." }.Select((text, i) => JsonSerializer.Serialize(Sent.Message($"m{i}", text, customer: $"c{i}").With("id", $"m{i}").With("type", "message"))));
        var (status, report) = await running.PostAsync(Path, Candidate("wobbles").With("history", lines).With("examples", 1));
        Assert.Equal((200, 2, 1), (status, report.GetProperty("history").GetProperty("messages").GetInt32(), report.GetProperty("escalatedAfter").GetProperty("messages").GetInt32()));
        var (bad, problem) = await running.PostAsync(Path, Candidate("wobbles").With("history", lines + "\n{"));
        Assert.Equal((400, "/history"), (bad, problem.GetProperty("pointer").GetString()));
        Assert.StartsWith("history:3: ", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_is_past_its_dates_counts_only_where_dates_do_not()
    {
        await using var running = await RunningService.StartAsync(rules: SmallRules.Of(SmallRules.Rule("loud", "message.Shouting")));
        await running.PostAsync("/api/v1/messages", Sent.Message("1", "The blue widget wobbles.", customer: "c1"));
        var ended = Encoding.UTF8.GetString(SmallRules.Files("", SmallRules.Rule("any", "message.WordCount > 0", ""","effectiveTo":"2020-01-01" """)).Find("signals.json")!);
        var body = new Dictionary<string, object?> { ["files"] = new Dictionary<string, string> { ["signals.json"] = ended } };
        Assert.Equal((1, false), Of((await running.PostAsync(Path, body)).Body));
        Assert.Equal((0, true), Of((await running.PostAsync(Path, body.With("effectiveDates", true))).Body));
        Assert.Equal("/effectiveDates", (await running.PostAsync(Path, body.With("effectiveDates", "yes"))).Body.GetProperty("pointer").GetString());

        static (int, bool) Of(JsonElement report) => (report.GetProperty("escalatedAfter").GetProperty("messages").GetInt32(), report.GetProperty("effectiveDates").GetBoolean());
    }

    [Fact]
    public async Task An_empty_database_is_an_empty_report()
    {
        await using var running = await RunningService.StartAsync();
        var (status, report) = await running.PostAsync(Path, Candidate("wobbles"));
        Assert.Equal((200, 0), (status, report.GetProperty("history").GetProperty("messages").GetInt32()));
    }

    [Fact]
    public async Task A_broken_candidate_is_named_with_every_place()
    {
        await using var running = await RunningService.StartAsync();
        var broken = """[{"WorkflowName":"signals","Rules":[{"RuleName":"mine","Expression":"frustration.Scor > 1","Properties":{"trigger":"keyword_match","confidence":0.5}},{"RuleName":"yours","Expression":"contact.Last7d > 1","Properties":{"trigger":"keyword_match","confidence":0.5}}]}]""";
        var (status, problem) = await running.PostAsync(Path, new { files = new Dictionary<string, string> { ["signals.json"] = broken } });
        Assert.Equal((400, "/files"), (status, problem.GetProperty("pointer").GetString()));
        var problems = problem.GetProperty("problems").EnumerateArray().Select(p => p.GetString()!).ToList();
        Assert.Contains(problems, p => p.StartsWith("signals.json(1,", StringComparison.Ordinal) && p.Contains("mine: ", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("yours: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]", 400, "")]
    [InlineData("{", 400, "")]
    [InlineData("{}", 400, "/files")]
    [InlineData("{\"files\":{\"signals.json\":1}}", 400, "/files/signals.json")]
    [InlineData("{\"files\":{},\"examples\":51}", 400, "/examples")]
    [InlineData("{\"files\":{},\"history\":[]}", 400, "/history")]
    [InlineData("{\"files\":{},\"file\":{}}", 400, "/file")]
    public async Task A_wrong_body_is_named(string body, int expected, string pointer)
    {
        await using var running = await RunningService.StartAsync();
        var (status, problem) = await running.PostAsync(Path, body);
        Assert.Equal((expected, pointer), (status, problem.GetProperty("pointer").GetString()));
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused()
    {
        await using var running = await RunningService.StartAsync();
        Assert.Equal(413, (await running.PostAsync(Path, Candidate("wobbles").With("history", new string(' ', 8_000_000)))).Status);
    }
}
