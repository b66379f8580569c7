using System.Text.Json;
using Escalation.Storage;

namespace Escalation.Journeys.RuleHealth;

/// <summary>Tickets on which a rule that must escalate could not be evaluated wait for a person.</summary>
public sealed class ReviewTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SmallRules.Throwing, "error")]
    [InlineData(SmallRules.Unguarded, "unavailable")]
    public async Task A_ticket_waits_once_a_rule_whatever_the_number_of_its_messages_with_one_alarm_a_rule(string expression, string cause)
    {
        var log = new KeptLog();
        await using var running = await RunningService.StartAsync(rules: SmallRules.Of(SmallRules.Rule("must", expression, must: true), SmallRules.Rule("may", expression)), logger: log);
        foreach (var (id, customer) in new[] { ("1", "a"), ("2", "b"), ("3", "c") }) await running.PostAsync("/api/v1/messages", Sent.Message(id, customer: customer));
        await running.PostAsync("/api/v1/messages", Sent.Message("4", "And now?", customer: "d", ticket: "t-a"));

        var reviews = await ReviewsAsync(running);
        Assert.Equal(["t-a", "t-b", "t-c"], reviews.Select(r => r.GetProperty("ticketId").GetString()!).Order());
        Assert.All(reviews, r => Assert.Equal(("must", cause), (r.GetProperty("rule").GetString(), r.GetProperty("cause").GetString())));
        var first = reviews.Single(r => r.GetProperty("ticketId").GetString() == "t-a");
        Assert.Equal(2, first.GetProperty("failures").GetInt32());
        Assert.NotNull(await running.Service.Decisions.FindAsync(first.GetProperty("decisionId").GetString()!, Cancellation));

        Assert.Contains("Rule must must escalate and could not be evaluated", Assert.Single(log.Errors), StringComparison.Ordinal);
        var notice = Assert.Single(await new OutboxStore(running.Service.Database).WaitingAsync(10, Cancellation));
        Assert.Equal(("must_escalate_failed", "must"), (notice.Kind, notice.Subject));
        Assert.Empty(await running.Service.Episodes.ListAsync(new EpisodeQuery { Now = running.Service.Now }, Cancellation));       // never a page per ticket
        Assert.Equal(3, (await running.GetAsync("/health/ready")).Body.GetProperty("reviewsWaiting").GetInt32());
    }

    [Fact]
    public async Task Tickets_wait_also_while_the_rule_is_quarantined()
    {
        var rules = SmallRules.Loaded(SmallRules.Files(""","quarantine":{"errors":1}""", SmallRules.Rule("must", SmallRules.Throwing, must: true)));
        await using var running = await RunningService.StartAsync(rules: rules);
        foreach (var id in (string[])["a", "b"]) await running.PostAsync("/api/v1/messages", Sent.Message(id, customer: id));
        Assert.Equal([("t-a", "error"), ("t-b", "quarantined")], (await ReviewsAsync(running)).Select(r => (r.GetProperty("ticketId").GetString()!, r.GetProperty("cause").GetString()!)).Order());
        Assert.Equal(["must_escalate_failed", "rule_quarantined"], (await new OutboxStore(running.Service.Database).WaitingAsync(10, Cancellation)).Select(n => n.Kind).Order());
    }

    [Fact]
    public async Task Who_looked_and_what_they_found_is_kept_and_a_later_failure_has_it_wait_again()
    {
        await using var running = await RunningService.StartAsync(rules: SmallRules.Of(SmallRules.Rule("must", SmallRules.Unguarded, must: true)));
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        var id = Assert.Single(await ReviewsAsync(running)).GetProperty("id").GetString();

        var (status, looked) = await running.PostAsync($"/api/v1/reviews/{id}/looked-at", new { actor = "Ann", finding = "no danger", failures = 1 });
        Assert.Equal((200, "Ann", "no danger"), (status, looked.GetProperty("lookedAt").GetProperty("actor").GetString(), looked.GetProperty("lookedAt").GetProperty("finding").GetString()));
        Assert.Empty(await ReviewsAsync(running));
        Assert.Single(await ReviewsAsync(running, "?status=looked_at"));
        Assert.Equal(409, (await running.PostAsync($"/api/v1/reviews/{id}/looked-at", new { actor = "Bob", finding = "me too" })).Status);

        await running.PostAsync("/api/v1/messages", Sent.Message("1"));           // the exact repeat is no failure
        Assert.Empty(await ReviewsAsync(running));
        await running.PostAsync("/api/v1/messages", Sent.Message("2", "I smell smoke."));
        Assert.Equal(2, Assert.Single(await ReviewsAsync(running)).GetProperty("failures").GetInt32());
        Assert.Equal(409, (await running.PostAsync($"/api/v1/reviews/{id}/looked-at", new { actor = "Ann", finding = "no danger", failures = 1 })).Status);     // they saw the first only
    }

    [Fact]
    public async Task Pages_hold_every_review_once()
    {
        await using var running = await RunningService.StartAsync(rules: SmallRules.Of(SmallRules.Rule("must", SmallRules.Unguarded, must: true)));
        for (var i = 0; i < 7; i++) await running.PostAsync("/api/v1/messages", Sent.Message($"m{i}", customer: $"c{i}"));
        var (seen, next) = (new List<string>(), "");
        do
        {
            var (status, page) = await running.GetAsync($"/api/v1/reviews?limit=3&cursor={next}");
            Assert.Equal(200, status);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("ticketId").GetString()!));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"t-c{i}"), seen.Order());
    }

    [Theory]
    [InlineData("?status=open", "/status")]
    [InlineData("?limit=0", "/limit")]
    [InlineData("?cursor=x", "/cursor")]
    public async Task A_wrong_question_is_named(string query, string pointer)
    {
        await using var running = await RunningService.StartAsync();
        var (status, problem) = await running.GetAsync("/api/v1/reviews" + query);
        Assert.Equal((400, pointer), (status, problem.GetProperty("pointer").GetString()));
    }

    [Theory]
    [InlineData("""{"finding":"x"}""", 400, "/actor")]
    [InlineData("""{"actor":"Ann","finding":" "}""", 400, "/finding")]
    [InlineData("""{"actor":"Ann","finding":"x","more":1}""", 400, "/more")]
    [InlineData("""{"actor":"Ann","finding":"x","failures":0}""", 400, "/failures")]
    [InlineData("""{"actor":"\ud800","finding":"x"}""", 400, "")]
    [InlineData("[1]", 400, "")]
    [InlineData("{", 400, "")]
    public async Task A_wrong_look_is_named_and_records_nothing(string body, int expected, string pointer)
    {
        await using var running = await RunningService.StartAsync(rules: SmallRules.Of(SmallRules.Rule("must", SmallRules.Unguarded, must: true)));
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        var id = Assert.Single(await ReviewsAsync(running)).GetProperty("id").GetString();
        var (status, problem) = await running.PostAsync($"/api/v1/reviews/{id}/looked-at", body);
        Assert.Equal((expected, pointer), (status, problem.GetProperty("pointer").GetString()));
        Assert.Single(await ReviewsAsync(running));
        Assert.Equal(404, (await running.PostAsync("/api/v1/reviews/r-none/looked-at", """{"actor":"Ann","finding":"x"}""")).Status);
    }

    [Fact]
    public async Task Ordinary_messages_under_the_default_rules_put_no_ticket_on_the_list()
    {
        await using var running = await RunningService.StartAsync();
        foreach (var (id, text) in new[] { ("1", Sent.LegalThreat), ("2", ""), ("3", "The kettle exploded and burnt my hand!"), ("4", "Wo bleibt mein Paket?") })
            await running.PostAsync("/api/v1/messages", Sent.Message(id, text, customer: id));
        Assert.Empty(await ReviewsAsync(running));
    }

    private static async Task<List<JsonElement>> ReviewsAsync(RunningService running, string query = "")
    {
        var (status, page) = await running.GetAsync("/api/v1/reviews" + query);
        Assert.Equal(200, status);
        return [.. page.GetProperty("items").EnumerateArray()];
    }
}
