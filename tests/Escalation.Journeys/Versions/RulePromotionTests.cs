using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Rules;
using Escalation.Service.Intake;
using Escalation.Service.Versions;
using NodaTime;

namespace Escalation.Journeys.Versions;

/// <summary>From shadow to live, with what the shadow run showed; and rules that wait for a second person beside a running service.</summary>
public sealed class RulePromotionTests : IDisposable
{
    private const string Shouted = "WHY DOES NOBODY ANSWER ME AT ALL";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("escalation-promotion-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Promotion_shows_and_records_what_people_said_of_the_messages_that_the_shadow_rule_hit()
    {
        await using var running = await RunningService.StartAsync(rules: Written("shadow"));
        foreach (var (id, text) in ((string, string)[])[("a", Shouted), ("b", Shouted), ("c", Shouted), ("d", "all is well here")])
            Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message(id, text, "c-" + id))).Status);
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message("a2", Shouted, "c-a", at: "2026-03-02T12:01:00Z"))).Status);
        await LabelAsync(running, Sent.Label("l1", "missed", "t-c-a"));
        await LabelAsync(running, Sent.Label("l2", "dismissed", "t-c-b").With("reason", "not_urgent"));

        var promotion = new RulePromotion(running.Service.Database);
        var candidate = Written("live");
        var plan = await promotion.PlanAsync(candidate, Cancellation);
        var shown = Assert.Single(plan.Consequences);
        Assert.Equal(("loud", "shadow_to_live", 4, 3), (shown.Rule, shown.Change, shown.Messages, shown.Tickets));
        Assert.Equal((0, 1, 2, 1), (shown.Confirmed, shown.Dismissed, shown.Missed, shown.Unknown));

        var order = new ActivationOrder("ann", "it earned it", plan.InForce!.Number) { Consequences = plan.ConsequencesJson };
        await running.Service.Versions.ActivateAsync(new Configuration(candidate, null, null), order, running.Service.Now, Cancellation);
        var recorded = JsonDocument.Parse((await running.Service.Versions.InForceAsync(Cancellation))!.Consequences).RootElement;
        Assert.Equal(("loud", 2), (recorded[0].GetProperty("rule").GetString(), recorded[0].GetProperty("missed").GetInt32()));

        // Another condition is not the one that ran in shadow; and a live rule that ends is shown by its live run.
        Assert.Equal(("changed", 0), Single(await promotion.PlanAsync(Written("live", "message.Shouting && message.WordCount > 1"), Cancellation)));
        Assert.Equal(("ends", 0), Single(await promotion.PlanAsync(Written("draft"), Cancellation)));

        static (string, int) Single(PromotionPlan of) => (Assert.Single(of.Consequences).Change, of.Consequences[0].Messages);
    }

    [Fact]
    public async Task Decisions_on_imported_history_count_though_they_are_older_than_the_activation()
    {
        await using var running = await RunningService.StartAsync(rules: Written("shadow"));
        var message = new Message
        {
            Id = "a",
            At = Instant.FromUtc(2024, 3, 2, 12, 0),
            Source = "desk/acme",
            ExternalId = "a",
            TicketId = new TicketId("t"),
            CustomerId = new CustomerId("c"),
            Channel = Channel.Email,
            Author = Author.Customer,
            Text = Shouted,
        };
        await HistoryImport.RunAsync(running.Service.Pipeline, [message], null, Cancellation);
        var shown = Assert.Single((await new RulePromotion(running.Service.Database).PlanAsync(Written("live"), Cancellation)).Consequences);
        Assert.Equal(("2024-03-02T12:00:00.000Z", 1, 1), (shown.Since, shown.Messages, shown.Unknown));
    }

    [Fact]
    public async Task A_shadow_rule_with_another_condition_is_promoted_without_a_run_to_show()
    {
        await using var running = await RunningService.StartAsync(rules: Written("shadow"));
        await running.PostAsync("/api/v1/messages", Sent.Message("a", Shouted));
        var plan = await new RulePromotion(running.Service.Database).PlanAsync(Written("live", "message.Shouting && message.WordCount > 1"), Cancellation);
        var shown = Assert.Single(plan.Consequences);
        Assert.Equal((null, 0), (shown.Since, shown.Messages));
        Assert.Contains("never ran in this form", shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_a_followed_folder_nor_a_restart_puts_into_force_what_waits_for_a_second_person()
    {
        var database = $"Data Source={Path.Combine(folder.FullName, "escalation.db")};Default Timeout=5";
        var first = Written("live", mustEscalate: true);
        var rules = Path.Combine(folder.FullName, "rules");
        await using (var running = await RunningService.StartAsync(database: database, rules: first, follow: rules))
        {
            var edited = Written("live", "message.Shouting && message.WordCount > 9", mustEscalate: true);
            for (var i = 0; i < 4; i++) await running.Service.Follower.Round.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
            Assert.Contains(running.Service.Follower.Problems, p => p.Contains("needs a second person's approval (mustEscalate: loud)", StringComparison.Ordinal));

            var promotion = new RulePromotion(running.Service.Database);
            var plan = await promotion.PlanAsync(edited, Cancellation);
            Assert.NotNull(await promotion.ProposeAsync(plan, edited, "ann", "r", running.Service.Now, Cancellation));
            for (var i = 0; i < 2; i++) await running.Service.Follower.Round.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
            Assert.Equal(first.Version, running.Service.Configuration.Rules.Version);
        }
        await using var again = await RunningService.StartAsync(database: database, rules: RuleSetLoader.Load(rules).RuleSet, follow: rules);
        Assert.Equal(first.Version, again.Service.Configuration.Rules.Version);
        Assert.Single(await new RulePromotion(again.Service.Database).OpenAsync(Cancellation));
    }

    private static async Task LabelAsync(RunningService running, Dictionary<string, object?> label)
    {
        var (status, answer) = await running.PostAsync("/api/v1/labels", label);
        Assert.True(status == 201, answer.ToString());
    }

    private RuleSet Written(string stage, string condition = "message.Shouting", bool mustEscalate = false)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder.FullName, "rules")).FullName;
        File.WriteAllText(Path.Combine(home, "signals.json"), $$$"""
            [{"WorkflowName":"signals","Rules":[
              {"RuleName":"again","Expression":"contacts.Last7d > 99","Properties":{"trigger":"repeat_contact","confidence":0.8}},
              {"RuleName":"loud","Expression":"{{{condition}}}","Properties":{"trigger":"keyword_match","confidence":0.9,"stage":"{{{stage}}}","mustEscalate":{{{(mustEscalate ? "true" : "false")}}},"recommendation":"priority_escalation"} }]}]
            """);
        File.WriteAllText(Path.Combine(home, "routing.json"), """[{"WorkflowName":"routing","Rules":[{"RuleName":"all","Expression":"true","Properties":{"team":"general","priority":"high","slaHours":4,"calendar":"always"}}]}]""");
        File.WriteAllText(Path.Combine(home, "teams.json"), """{"teams":{"general":{"name":"General"}}}""");
        File.WriteAllText(Path.Combine(home, "policy.json"), """{"defaultCalendar":"always","approval":{"mustEscalate":true}}""");
        var loaded = RuleSetLoader.Load(home);
        Assert.True(loaded.RuleSet is not null, string.Join('\n', loaded.Problems));
        return loaded.RuleSet;
    }
}
