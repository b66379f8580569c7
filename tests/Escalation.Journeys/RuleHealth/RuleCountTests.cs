using System.Text.Json;

namespace Escalation.Journeys.RuleHealth;

/// <summary>How often rules were run and failed, as a running service says.</summary>
public sealed class RuleCountTests
{
    [Fact]
    public async Task Errors_and_unavailable_results_are_counted_by_rule()
    {
        await using var running = await RunningService.StartAsync(rules: SmallRules.Of(
            SmallRules.Rule("throws", SmallRules.Throwing), SmallRules.Rule("unguarded", SmallRules.Unguarded), SmallRules.Rule("calm", "!message.Shouting")));
        var at = Escalation.Service.Api.Json.Time(running.Service.Now)!;       // windows end at the message's own time
        for (var i = 0; i < 3; i++) await running.PostAsync("/api/v1/messages", Sent.Message($"m{i}", customer: $"c{i}", at: at));
        await running.PostAsync("/api/v1/messages", Sent.Message("again", customer: "c0", at: at, channel: "phone"));       // a second contact, on which nothing throws

        var (status, health) = await running.GetAsync("/api/v1/rules/health");
        Assert.Equal((200, 4), (status, health.GetProperty("decided").GetInt32()));
        var rules = health.GetProperty("rules").EnumerateArray().ToDictionary(r => r.GetProperty("rule").GetString()!);
        Assert.Equal((4, 3, 0), Of(rules["throws"]));
        Assert.Equal((4, 0, 4), Of(rules["unguarded"]));
        Assert.Equal((4, 0, 0), Of(rules["calm"]));
        Assert.Contains("divide by zero", rules["throws"].GetProperty("lastError").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, rules["calm"].GetProperty("lastError").ValueKind);
        var scraped = await running.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("\nescalation_rules_failed_total{rule=\"throws\"} 3\n", scraped, StringComparison.Ordinal);
        Assert.Contains("\nescalation_rules_unavailable_total{rule=\"unguarded\"} 4\n", scraped, StringComparison.Ordinal);
        Assert.Contains("\nescalation_decisions_total 4\n", scraped, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shadow_rule_that_throws_is_counted_and_kept_and_degrades_nothing()
    {
        await using var running = await RunningService.StartAsync(rules: SmallRules.Of(
            SmallRules.Rule("tried", SmallRules.Throwing, ""","stage":"shadow","effectiveTo":"2100-01-01" """), SmallRules.Rule("calm", "!message.Shouting")));
        var decision = (await running.PostAsync("/api/v1/messages", Sent.Message("m", customer: "c"))).Body.GetProperty("decision");
        Assert.False(decision.GetProperty("degraded").GetBoolean());
        Assert.Empty(decision.GetProperty("errors").EnumerateArray());
        Assert.Equal("tried", Assert.Single(decision.GetProperty("shadowErrors").EnumerateArray()).GetProperty("rule").GetString());

        var recorded = await new Escalation.Storage.DecisionStore(running.Service.Database).FindAsync(decision.GetProperty("id").GetString()!, TestContext.Current.CancellationToken);
        Assert.Equal("tried", Assert.Single(recorded!.Decision.ShadowErrors).Rule);
        Assert.False(recorded.Decision.Degraded);
        var (_, health) = await running.GetAsync("/api/v1/rules/health");
        Assert.Equal((1, 1, 0), Of(health.GetProperty("rules").EnumerateArray().Single(r => r.GetProperty("rule").GetString() == "tried")));
    }

    private static (int, int, int) Of(JsonElement rule) => (rule.GetProperty("evaluated").GetInt32(), rule.GetProperty("errors").GetInt32(), rule.GetProperty("unavailable").GetInt32());
}
