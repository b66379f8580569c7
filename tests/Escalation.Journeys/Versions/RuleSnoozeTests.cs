using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using Escalation.Replay.Deciding;
using Escalation.Service.Versions;
using Escalation.Storage;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace Escalation.Journeys.Versions;

/// <summary>A rule snoozed for one customer, while the service runs.</summary>
public sealed class RuleSnoozeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_snooze_holds_from_the_next_message_to_its_end_is_shown_and_a_replay_decides_the_same()
    {
        var time = new FakeTimeProvider(Noon);
        await using var running = await RunningService.StartAsync(time);
        var plain = await DecideAsync(running, "a", "c1");
        Assert.Contains("keywords/legal", RulesOf(plain, "signals"));

        var (status, snooze) = await running.PostAsync("/api/v1/rules/snoozes", Snooze());
        Assert.True(status == 201, snooze.ToString());
        var held = await DecideAsync(running, "b", "c1");
        Assert.DoesNotContain("keywords/legal", RulesOf(held, "signals"));
        var excepted = Assert.Single(held.GetProperty("excepted").EnumerateArray());
        Assert.Equal(("keywords/legal", "snooze", "a law firm"), (Text(excepted, "rule"), Text(excepted, "kind"), Text(excepted, "reason")));
        Assert.Equal("legal_or_compliance", excepted.GetProperty("signal").GetProperty("triggerType").GetString());
        Assert.NotEqual(Text(plain, "configuration"), Text(held, "configuration"));
        Assert.Contains("keywords/legal", RulesOf(await DecideAsync(running, "c", "c2"), "signals"));

        // The explanation is of the decision as it was made, by its own time.
        var recorded = (await new DecisionStore(running.Service.Database).OnMessageAsync("desk/acme", "b", 0, Cancellation))!;
        Assert.Equal("keywords/legal", Assert.Single(recorded.Decision.Excepted).Signal!.Rule);
        Assert.NotNull(await running.Service.FactsOfAsync(recorded, Cancellation));

        time.SetUtcNow(Noon.AddHours(1));
        Assert.Contains("keywords/legal", RulesOf(await DecideAsync(running, "d", "c1"), "signals"));
        await ReplayedAlikeAsync(running);
    }

    [Fact]
    public async Task A_snooze_recorded_beside_the_service_is_known_to_the_very_next_message_and_ends_when_somebody_says_so()
    {
        var time = new FakeTimeProvider(Noon);
        await using var running = await RunningService.StartAsync(time);
        await DecideAsync(running, "a", "c1");
        var beside = new RuleSnoozes(EscalationDatabase.At(running.Service.Options.Database));
        var order = new SnoozeOrder("keywords/legal", "c1", null, Instant.FromDateTimeOffset(Noon) + Duration.FromDays(9), "r", "ann", false);
        var (snooze, _) = await beside.StartAsync(order, running.Service.Rules, time, Cancellation);
        Assert.Single((await DecideAsync(running, "b", "c1")).GetProperty("excepted").EnumerateArray());

        Assert.Equal(200, (await running.PostAsync($"/api/v1/rules/snoozes/{snooze!.Id}/end", new { reason = "over", actor = "ben" })).Status);
        Assert.Empty((await DecideAsync(running, "c", "c1")).GetProperty("excepted").EnumerateArray());
        Assert.Equal(404, (await running.PostAsync($"/api/v1/rules/snoozes/{snooze.Id}/end", new { reason = "over", actor = "ben" })).Status);
        var (_, list) = await running.GetAsync("/api/v1/rules/snoozes?all=true");
        Assert.Equal("ben", Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("ended").GetProperty("actor").GetString());
        Assert.Equal(["rule_snooze_started", "rule_snooze_ended"], (await new AuditStore(running.Service.Database).OfAsync(snooze.Id, Cancellation)).Select(e => e.Kind));
        await ReplayedAlikeAsync(running);
    }

    [Theory]
    [InlineData("rule", "keywords/leagl", "/rule", "did you mean")]
    [InlineData("until", "tomorrow", "/until", "is no time")]
    [InlineData("until", "2026-03-02T11:00:00Z", "/until", "is not after now")]
    [InlineData("reason", " ", "/reason", "is missing")]
    [InlineData("product", "checkout", "/customerId", "exactly one")]
    [InlineData("customer", "c1", "/customer", "is not known")]
    [InlineData("mustEscalate", "yes", "/mustEscalate", "true or false")]
    public async Task A_body_that_cannot_be_right_is_refused_at_its_field(string field, string value, string pointer, string expected)
    {
        await using var running = await RunningService.StartAsync(new FakeTimeProvider(Noon));
        var (status, problem) = await running.PostAsync("/api/v1/rules/snoozes", Snooze().With(field, value));
        Assert.Equal((400, pointer), (status, Text(problem, "pointer")));
        Assert.Contains(expected, Text(problem, "detail"), StringComparison.Ordinal);
        Assert.Empty((await running.GetAsync("/api/v1/rules/snoozes?all=true")).Body.GetProperty("items").EnumerateArray());
    }

    private static Dictionary<string, object?> Snooze() => new()
    {
        ["rule"] = "keywords/legal",
        ["customerId"] = "c1",
        ["until"] = "2026-03-02T13:00:00Z",
        ["reason"] = "a law firm",
        ["actor"] = "ann",
    };

    private static async Task<JsonElement> DecideAsync(RunningService running, string id, string customer)
    {
        var (status, answer) = await running.PostAsync("/api/v1/messages", Sent.Message(id, Sent.LegalThreat, customer));
        Assert.True(status == 201, answer.ToString());
        return answer.GetProperty("decision");
    }

    /// <summary>The recorded history decided anew with the exceptions that the database knows gives the recorded decisions, ids of configurations included.</summary>
    private static async Task ReplayedAlikeAsync(RunningService running)
    {
        using var input = new MemoryStream();
        using var writer = new HistoryJsonWriter(input);
        await foreach (var record in new HistoryStore(running.Service.Database).StreamAsync(null, Cancellation)) writer.Write(record);
        writer.Flush();
        var exceptions = (await new RuleExceptionStore(running.Service.Database).AllAsync(Cancellation)).Select(e => e.Exception).ToList();
        var configuration = new Configuration(running.Service.Rules, running.Service.Configuration.Frustration, null).With(exceptions);
        using var output = new MemoryStream();
        DecideRun.Run(new MemoryStream(input.ToArray()), "recorded", output, configuration, new DecideOptions(running.Service.Now), new InputSummary(), Cancellation);
        var replayed = System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.NotEmpty(replayed);
        foreach (var decided in replayed)
        {
            var live = (await new DecisionStore(running.Service.Database).OfTicketAsync(new TicketId(Text(decided, "ticketId")), Cancellation)).Single(d => d.MessageId.Value == Text(decided, "id")).Decision;
            Assert.Equal((live.Configuration.Value, live.Recommendation.Score, live.Excepted.Count > 0), (Text(decided, "configuration"), decided.GetProperty("recommendation").GetProperty("score").GetDouble(), decided.TryGetProperty("excepted", out _)));
        }
    }

    private static IEnumerable<string> RulesOf(JsonElement decision, string list) => decision.GetProperty(list).EnumerateArray().Select(s => Text(s, "rule"));

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}
