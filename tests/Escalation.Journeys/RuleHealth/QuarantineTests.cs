using System.Text.Json;
using Escalation.Rules;
using Escalation.Service.RuleHealth;
using Escalation.Service.Versions;
using Escalation.Storage;

namespace Escalation.Journeys.RuleHealth;

/// <summary>A rule that keeps failing is not run any more: once, visibly, until a person or another rule ends it.</summary>
public sealed class QuarantineTests : IDisposable
{
    private const string Policy = ""","quarantine":{"errors":3,"evaluations":5}""";

    private readonly Scratch scratch = new();
    private readonly KeptLog log = new();
    private int sent;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Database => $"Data Source={scratch.At("escalation.db")};Default Timeout=5";

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_rule_that_keeps_throwing_is_run_no_more_with_one_alarm_and_an_event_that_a_replay_knows()
    {
        await using var running = await StartAsync(Failing());
        await SendAsync(running, 2);
        Assert.Empty(await QuarantinedAsync(running));
        Assert.Empty(log.Errors);
        var last = await SendAsync(running, 1);
        Assert.Equal(["throws"], await QuarantinedAsync(running));

        var decided = await SendAsync(running, 4);
        Assert.False(decided.GetProperty("degraded").GetBoolean());
        var excepted = Assert.Single(decided.GetProperty("excepted").EnumerateArray());
        Assert.Equal(("throws", "quarantine"), (excepted.GetProperty("rule").GetString(), excepted.GetProperty("kind").GetString()));
        var (_, health) = await running.GetAsync("/api/v1/rules/health");
        var count = health.GetProperty("rules").EnumerateArray().Single(r => r.GetProperty("rule").GetString() == "throws");
        Assert.Equal((3, 3), (count.GetProperty("evaluated").GetInt32(), count.GetProperty("errors").GetInt32()));

        Assert.Contains("Rule throws is quarantined", Assert.Single(log.Errors), StringComparison.Ordinal);
        var notice = Assert.Single(await new OutboxStore(running.Service.Database).WaitingAsync(10, Cancellation));
        Assert.Equal(("rule_quarantined", "throws"), (notice.Kind, notice.Subject));
        Assert.Equal("throws", Assert.Single((await running.GetAsync("/health/ready")).Body.GetProperty("quarantinedRules").EnumerateArray()).GetString());
        Assert.Contains("\nescalation_rule_quarantined{rule=\"throws\"} 1\n", await running.Client.GetStringAsync("/metrics", Cancellation), StringComparison.Ordinal);

        // What was decided before it has the configuration's own id, what came after another.
        var configuration = running.Service.Configuration;
        var quarantine = Assert.Single(configuration.Exceptions);
        Assert.Equal(configuration.At(quarantine.From - NodaTime.Duration.FromMilliseconds(1)).Id.Value, last.GetProperty("configuration").GetString());
        Assert.Equal(decided.GetProperty("configuration").GetString(), configuration.At(quarantine.From).Id.Value);
    }

    [Fact]
    public async Task It_survives_a_restart_and_a_person_ends_it()
    {
        await using (var first = await StartAsync(Failing())) await SendAsync(first, 3);
        await using var running = await StartAsync(Failing());
        Assert.Equal(["throws"], await QuarantinedAsync(running));
        Assert.Empty((await SendAsync(running, 1)).GetProperty("errors").EnumerateArray());
        Assert.Single(log.Errors);

        var quarantines = new Quarantines(EscalationDatabase.At(Database));         // as the command line does, beside the running service
        Assert.Null(await quarantines.EndAsync("calm", "Ann", "mended", running.Service.Options.Time, Cancellation));
        Assert.NotNull(await quarantines.EndAsync("throws", "Ann", "mended", running.Service.Options.Time, Cancellation));
        Assert.Null(await quarantines.EndAsync("throws", "Ann", "again", running.Service.Options.Time, Cancellation));
        Assert.Single((await SendAsync(running, 1)).GetProperty("errors").EnumerateArray());
        Assert.Empty(await QuarantinedAsync(running));

        await SendAsync(running, 2);                                                // it was not mended: a second quarantine, a second alarm
        Assert.Equal(["throws"], await QuarantinedAsync(running));
        Assert.Equal(2, log.Errors.Count);
    }

    [Fact]
    public async Task Another_expression_of_the_rule_ends_it_and_another_rule_does_not()
    {
        await using var running = await StartAsync(Failing());
        await SendAsync(running, 3);
        await PromoteAsync(running, SmallRules.Rule("throws", SmallRules.Throwing), SmallRules.Rule("calm", "message.Shouting"));
        await SendAsync(running, 1);
        Assert.Equal(["throws"], await QuarantinedAsync(running));

        await PromoteAsync(running, SmallRules.Rule("throws", "contacts.Last7d > 0"), SmallRules.Rule("calm", "message.Shouting"));
        var decided = await SendAsync(running, 1);
        Assert.Empty(await QuarantinedAsync(running));
        Assert.Equal("throws", Assert.Single(decided.GetProperty("signals").EnumerateArray()).GetProperty("rule").GetString());
    }

    [Fact]
    public async Task A_service_that_starts_with_another_expression_runs_it()
    {
        await using (var first = await StartAsync(Failing())) await SendAsync(first, 3);
        var versions = new RuleVersions(EscalationDatabase.At(Database));
        var mended = new Escalation.Core.Decisions.Configuration(Loaded(SmallRules.Rule("throws", "contacts.Last7d > 0")), null, null);
        await versions.ActivateAsync(mended, new ActivationOrder("ops", "mended"), NodaTime.SystemClock.Instance.GetCurrentInstant(), Cancellation);
        await using var running = await StartAsync(Failing());
        Assert.Empty(await QuarantinedAsync(running));
        Assert.Equal("throws", Assert.Single((await SendAsync(running, 1)).GetProperty("signals").EnumerateArray()).GetProperty("rule").GetString());
    }

    [Fact]
    public async Task Errors_far_apart_and_facts_that_are_unknown_quarantine_nothing()
    {
        await using var running = await StartAsync(Loaded(SmallRules.Rule("throws", SmallRules.Throwing), SmallRules.Rule("unguarded", SmallRules.Unguarded)));
        var at = Escalation.Service.Api.Json.Time(running.Service.Now)!;
        for (var i = 0; i < 12; i++)
        {
            // Of each three messages one is a first contact, on which it throws; a message more of the same minute is none.
            await running.PostAsync("/api/v1/messages", Sent.Message($"x{i}", customer: $"c{i / 3}", at: at, channel: new[] { "email", "phone", "chat" }[i % 3]));
        }
        Assert.Empty(await QuarantinedAsync(running));
        Assert.Empty(log.Errors);
    }

    [Fact]
    public async Task A_restart_forgets_no_error_and_one_that_a_quarantine_answered_for_counts_no_more()
    {
        await using (var first = await StartAsync(Failing())) await SendAsync(first, 2);
        await using (var second = await StartAsync(Failing()))
        {
            await SendAsync(second, 1);
            Assert.Equal(["throws"], await QuarantinedAsync(second));
            await second.Service.Quarantines.EndAsync("throws", "Ann", "mended", second.Service.Options.Time, Cancellation);
            await SendAsync(second, 1);
        }
        await using var third = await StartAsync(Failing());
        await SendAsync(third, 1);
        Assert.Empty(await QuarantinedAsync(third));        // two since the person ended it
        await SendAsync(third, 1);
        Assert.Equal(["throws"], await QuarantinedAsync(third));
    }

    [Fact]
    public async Task A_shadow_rule_that_keeps_throwing_is_run_no_more_either()
    {
        await using var running = await StartAsync(Loaded(SmallRules.Rule("tried", SmallRules.Throwing, ""","stage":"shadow","effectiveTo":"2100-01-01" """)));
        await SendAsync(running, 3);
        Assert.Equal(["tried"], await QuarantinedAsync(running));
        Assert.Empty((await SendAsync(running, 1)).GetProperty("shadowErrors").EnumerateArray());
    }

    [Fact]
    public async Task A_routing_rule_that_keeps_throwing_is_passed_over_visibly_and_the_next_one_decides()
    {
        await using var running = await StartAsync(Routed(SmallRules.Throwing));
        for (var i = 0; i < 3; i++)
        {
            var failed = await SendAsync(running, 1);
            Assert.Equal((true, "all", "broken"), (failed.GetProperty("degraded").GetBoolean(), RouteOf(failed), Assert.Single(failed.GetProperty("errors").EnumerateArray()).GetProperty("rule").GetString()));
        }
        Assert.Equal(["broken"], await QuarantinedAsync(running));
        var decided = await SendAsync(running, 1);
        Assert.Equal((false, "all"), (decided.GetProperty("degraded").GetBoolean(), RouteOf(decided)));
        var excepted = Assert.Single(decided.GetProperty("excepted").EnumerateArray());
        Assert.Equal(("broken", "quarantine"), (excepted.GetProperty("rule").GetString(), excepted.GetProperty("kind").GetString()));
        Assert.Contains("Tickets go by the next routing rule that matches", Assert.Single(log.Errors), StringComparison.Ordinal);
        Assert.Equal("rule_quarantined", Assert.Single(await new OutboxStore(running.Service.Database).WaitingAsync(10, Cancellation), n => n.Subject == "broken").Kind);

        var service = running.Service;
        await service.Versions.ActivateAsync(new Escalation.Core.Decisions.Configuration(Routed("contacts.Last7d > 0"), null, null), new ActivationOrder("ops", "mended"), service.Now, Cancellation);
        for (var i = 0; i < 2; i++) await service.Follower.Round.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        Assert.Equal("broken", RouteOf(await SendAsync(running, 1)));
        Assert.Empty(await QuarantinedAsync(running));
    }

    [Fact]
    public async Task What_never_reaches_a_routing_rule_is_no_evaluation_of_it_and_a_rule_behind_the_one_that_decides_is_not_named()
    {
        await using var running = await StartAsync(Routed(SmallRules.Throwing));
        foreach (var customer in (string[])["a", "b"])
        {
            await running.PostAsync("/api/v1/messages", Sent.Message("first-" + customer, customer: customer));
            for (var i = 0; i < 5; i++) await running.PostAsync("/api/v1/messages", Sent.Message($"loud-{customer}{i}", "WHY DOES NOBODY ANSWER ME AT ALL", $"{customer}{i}"));
        }
        Assert.Empty(await QuarantinedAsync(running));
        await SendAsync(running, 1);
        Assert.Equal(["broken"], await QuarantinedAsync(running));
        var taken = (await running.PostAsync("/api/v1/messages", Sent.Message("loud", "WHY DOES NOBODY ANSWER ME AT ALL", "z"))).Body.GetProperty("decision");
        Assert.Equal("loud", RouteOf(taken));
        Assert.Empty(taken.GetProperty("excepted").EnumerateArray());
    }

    [Fact]
    public async Task A_policy_of_no_errors_quarantines_nothing()
    {
        var rules = SmallRules.Loaded(SmallRules.Files(""","quarantine":{"errors":0}""", SmallRules.Rule("throws", SmallRules.Throwing)));
        await using var running = await StartAsync(rules);
        await SendAsync(running, 60);
        Assert.Empty(await QuarantinedAsync(running));
    }

    private static RuleSet Loaded(params string[] rules) => SmallRules.Loaded(SmallRules.Files(Policy, rules));

    private static RuleSet Failing() => Loaded(SmallRules.Rule("throws", SmallRules.Throwing), SmallRules.Rule("calm", "!message.Shouting && message.Shouting"));

    private static RuleSet Routed(string broken) => SmallRules.Loaded(SmallRules.Files(
        Policy, [SmallRules.RoutingRule("loud", "message.Shouting"), SmallRules.RoutingRule("broken", broken), SmallRules.RoutingRule("all", "true")], [SmallRules.Rule("any", "message.WordCount > 0")]));

    private static string? RouteOf(JsonElement decision) => decision.GetProperty("route").GetProperty("rule").GetString();

    private Task<RunningService> StartAsync(RuleSet rules) => RunningService.StartAsync(database: Database, rules: rules, logger: log);

    private static async Task<string[]> QuarantinedAsync(RunningService running) =>
        [.. (await running.GetAsync("/api/v1/rules/health")).Body.GetProperty("quarantined").EnumerateArray().Select(q => q.GetProperty("rule").GetString()!)];

    /// <summary>Sends first contacts of new customers; the last decision.</summary>
    private async Task<JsonElement> SendAsync(RunningService running, int number)
    {
        var last = default(JsonElement);
        for (var i = 0; i < number; i++, sent++)
        {
            var (status, answer) = await running.PostAsync("/api/v1/messages", Sent.Message($"m{sent}", customer: $"customer-{sent}"));
            Assert.Equal(201, status);
            last = answer.GetProperty("decision");
        }
        return last;
    }

    private static async Task PromoteAsync(RunningService running, params string[] rules)
    {
        var service = running.Service;
        await service.Versions.ActivateAsync(new Escalation.Core.Decisions.Configuration(Loaded(rules), null, null), new ActivationOrder("ops", "mended"), service.Now, Cancellation);
        for (var i = 0; i < 2; i++) await service.Follower.Round.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
    }
}
