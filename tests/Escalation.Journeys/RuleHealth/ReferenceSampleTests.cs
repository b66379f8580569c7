using System.Text.Json;
using Escalation.Rules.Compilation;

namespace Escalation.Journeys.RuleHealth;

/// <summary>The sampled comparison with RulesEngine in a running service.</summary>
public sealed class ReferenceSampleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Decided_messages_are_compared_with_RulesEngine_and_both_agree()
    {
        await using var running = await RunningService.StartAsync(with: o => o with { ReferenceShare = 1 });
        await running.PostAsync("/api/v1/messages", Sent.Message("1", Sent.LegalThreat));
        await running.PostAsync("/api/v1/messages", Sent.Message("2", customer: "c2"));
        await running.Service.Watch.Sample.SettleAsync(Cancellation);
        Assert.Equal((2, 0, 0, 0), await FiguresAsync(running));
    }

    [Fact]
    public async Task A_disagreement_is_counted_and_said_once_a_rule_with_what_is_needed_to_see_it_again()
    {
        var log = new KeptLog();
        var other = SmallRules.Files("", SmallRules.Rule("often", "contacts.Last7d > 5"), SmallRules.Rule("calm", "!message.Shouting"));
        await using var running = await RunningService.StartAsync(
            rules: SmallRules.Of(SmallRules.Rule("often", "contacts.Last7d > 0"), SmallRules.Rule("calm", "!message.Shouting")), logger: log,
            with: o => o with { ReferenceShare = 1, ReferencePlane = _ => ReferencePlane.Of(other) });
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        await running.PostAsync("/api/v1/messages", Sent.Message("2", customer: "c2"));
        await running.Service.Watch.Sample.SettleAsync(Cancellation);

        Assert.Equal((2, 2, 0, 0), await FiguresAsync(running));
        var said = Assert.Single(log.Errors);
        Assert.Contains("Rule often", said, StringComparison.Ordinal);
        Assert.Contains("RulesEngine says Miss, the compiled rule says Hit", said, StringComparison.Ordinal);
        var (_, health) = await running.GetAsync("/api/v1/rules/health");
        var found = Assert.Single(health.GetProperty("reference").GetProperty("disagreements").EnumerateArray());
        Assert.Equal(("often", "miss", "hit"), (found.GetProperty("rule").GetString(), found.GetProperty("reference").GetString(), found.GetProperty("compiled").GetString()));
        Assert.Equal("1", found.GetProperty("facts").GetProperty("contacts.Last7d").GetString());
        Assert.NotNull(await running.Service.Decisions.FindAsync(found.GetProperty("decision").GetString()!, Cancellation));
        var scraped = await running.Client.GetStringAsync("/metrics", Cancellation);
        Assert.Contains("\nescalation_reference_checked_total 2\n", scraped, StringComparison.Ordinal);
        Assert.Contains("\nescalation_reference_disagreed_total 2\n", scraped, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_share_of_nothing_compares_nothing()
    {
        await using var running = await RunningService.StartAsync(with: o => o with { ReferenceShare = 0, ReferencePlane = _ => throw new InvalidOperationException("not to be made") });
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        await running.Service.Watch.Sample.SettleAsync(Cancellation);
        Assert.Equal((0, 0, 0, 0), await FiguresAsync(running));
    }

    [Fact]
    public async Task What_comes_while_too_many_wait_is_dropped_and_counted_and_decided_all_the_same()
    {
        using var busy = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        var rules = SmallRules.Of(SmallRules.Rule("calm", "!message.Shouting"));
        await using var running = await RunningService.StartAsync(rules: rules, with: o => o with
        {
            ReferenceShare = 1,
            ReferencePlane = files =>
            {
                busy.Release();
                release.Wait(Cancellation);
                return ReferencePlane.Of(files);
            },
        });
        await running.PostAsync("/api/v1/messages", Sent.Message("first"));
        await busy.WaitAsync(Cancellation);
        for (var i = 0; i < 70; i++) Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message($"m{i}"))).Status);
        release.Release();
        await running.Service.Watch.Sample.SettleAsync(Cancellation);
        Assert.Equal((65, 0, 6, 0), await FiguresAsync(running));
    }

    [Fact]
    public async Task A_plane_that_cannot_be_made_is_counted_and_said_once_and_the_service_goes_on()
    {
        var log = new KeptLog();
        await using var running = await RunningService.StartAsync(logger: log, with: o => o with { ReferenceShare = 1, ReferencePlane = _ => throw new InvalidOperationException("no plane") });
        foreach (var id in (string[])["1", "2"]) Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message(id))).Status);
        await running.Service.Watch.Sample.SettleAsync(Cancellation);
        Assert.Equal((0, 0, 0, 2), await FiguresAsync(running));
        Assert.Single(log.Errors);
    }

    private static async Task<(int Checked, int Disagreed, int Dropped, int Failed)> FiguresAsync(RunningService running)
    {
        var (status, health) = await running.GetAsync("/api/v1/rules/health");
        Assert.Equal(200, status);
        var reference = health.GetProperty("reference");
        return (Number(reference, "checked"), Number(reference, "disagreed"), Number(reference, "dropped"), Number(reference, "failed"));
    }

    private static int Number(JsonElement of, string name) => of.GetProperty(name).GetInt32();
}
