using System.Text;

namespace Escalation.Journeys.Api;

/// <summary>Promotion, proposals and rollback over HTTP, by the code of the command line.</summary>
public sealed class RulePromotionEndpointsTests
{
    private const string Promote = "/api/v1/rules/promote", Rollback = "/api/v1/rules/rollback", Proposals = "/api/v1/rules/proposals";
    private const string Asking = ""","approval":{"mustEscalate":true,"routing":true}""";

    private static readonly string Loud = SmallRules.Rule("loud", "message.Shouting", must: true), Calm = SmallRules.Rule("calm", "message.WordCount > 900");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changed_files_become_active_with_a_record_and_go_back_again()
    {
        await using var running = await StartAsync();
        var first = running.Service.Rules.Version;
        var (dry, planned) = await running.PostAsync(Promote, Body(Calm900("800")).With("dryRun", true));
        Assert.Equal((200, false, false), (dry, planned.GetProperty("activated").GetBoolean(), planned.GetProperty("pending").GetBoolean()));
        Assert.Equal("calm", Assert.Single(planned.GetProperty("changes").EnumerateArray()).GetProperty("subject").GetString());
        Assert.Equal(first, (await running.Service.Versions.InForceAsync(Cancellation))!.Rules);

        var (status, promoted) = await running.PostAsync(Promote, Body(Calm900("800"), "ann"));
        Assert.Equal((200, true, 2), (status, promoted.GetProperty("activated").GetBoolean(), promoted.GetProperty("number").GetInt32()));
        var active = (await running.Service.Versions.InForceAsync(Cancellation))!;
        Assert.Equal((promoted.GetProperty("version").GetString(), "ann", "a reason"), (active.Rules.Value, active.Actor, active.Reason));
        for (var i = 0; i < 2; i++) await running.Service.Follower.Round.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        Assert.Equal(active.Rules, running.Service.Rules.Version);

        var (back, rolled) = await running.PostAsync(Rollback, new { by = "ben" });
        Assert.Equal((200, first.Value), (back, rolled.GetProperty("version").GetString()));
        var again = await running.PostAsync(Promote, new { version = active.Rules.Short, by = "ben", reason = "it was better" });
        Assert.Equal((200, active.Rules.Value), (again.Status, again.Body.GetProperty("version").GetString()));
        Assert.Equal(404, (await running.PostAsync(Promote, new { version = "0123456789ab", by = "ben", reason = "r" })).Status);
        Assert.Equal(404, (await running.PostAsync(Rollback, new { to = "0123456789ab", by = "ben" })).Status);
    }

    [Fact]
    public async Task Who_expects_other_rules_is_told_what_is_active()
    {
        await using var running = await StartAsync();
        var seen = running.Service.Rules.Version.Short;
        Assert.Equal(200, (await running.PostAsync(Promote, Body(Calm900("800"), "ann").With("expect", seen))).Status);
        var active = (await running.Service.Versions.InForceAsync(Cancellation))!;
        var (status, problem) = await running.PostAsync(Promote, Body(Calm900("700"), "ben").With("expect", seen));
        Assert.Equal((409, active.Rules.Value, "ann"), (status, problem.GetProperty("active").GetProperty("version").GetString(), problem.GetProperty("active").GetProperty("actor").GetString()));
        Assert.Equal(active, await running.Service.Versions.InForceAsync(Cancellation));
        // Of many at once, each meant for the rules that it saw, one comes first.
        var at = active.Rules.Short;
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => running.PostAsync(Promote, Body(Calm900($"6{i}0"), $"p{i}").With("expect", at))));
        Assert.Equal([200, 409, 409, 409, 409, 409], all.Select(a => a.Status).Order());
    }

    [Fact]
    public async Task What_must_escalate_waits_for_somebody_else_and_can_be_taken_back()
    {
        await using var running = await StartAsync();
        var quieter = SmallRules.Rule("loud", "message.Shouting && message.WordCount > 3", must: true);
        var (status, proposed) = await running.PostAsync(Promote, Body([quieter, Calm], "ann"));
        Assert.Equal((202, true, "mustEscalate: loud"), (status, proposed.GetProperty("pending").GetBoolean(), Assert.Single(proposed.GetProperty("needs").EnumerateArray()).GetString()));
        var version = proposed.GetProperty("version").GetString()!;
        var listed = Assert.Single((await running.GetAsync(Proposals)).Body.GetProperty("items").EnumerateArray());
        Assert.Equal((version, "ann", false), (listed.GetProperty("version").GetString(), listed.GetProperty("author").GetString(), listed.GetProperty("outdated").GetBoolean()));

        Assert.Equal(403, (await running.PostAsync($"{Proposals}/{version[..12]}/approve", new { by = "Ann" })).Status);
        Assert.Equal(404, (await running.PostAsync($"{Proposals}/0123456789ab/approve", new { by = "ben" })).Status);
        Assert.Equal(200, (await running.PostAsync($"{Proposals}/{version[..12]}/withdraw", new { by = "ann", reason = "not yet" })).Status);
        Assert.Empty((await running.GetAsync(Proposals)).Body.GetProperty("items").EnumerateArray());
        Assert.Equal(404, (await running.PostAsync($"{Proposals}/{version[..12]}/approve", new { by = "ben" })).Status);
        Assert.Equal(404, (await running.PostAsync($"{Proposals}/{version[..12]}/withdraw", new { by = "ann", reason = "again" })).Status);

        Assert.Equal(202, (await running.PostAsync(Promote, new { version = version[..12], by = "ann", reason = "now" })).Status);
        var (approved, answer) = await running.PostAsync($"{Proposals}/{version[..12]}/approve", new { by = "ben" });
        Assert.Equal((200, "ben"), (approved, answer.GetProperty("approvedBy").GetString()));
        Assert.Equal(version, (await running.Service.Versions.InForceAsync(Cancellation))!.Rules.Value);
    }

    [Fact]
    public async Task A_proposal_that_others_overtook_is_a_conflict()
    {
        await using var running = await StartAsync();
        var (_, proposed) = await running.PostAsync(Promote, Body([Calm], "ann"));
        await running.PostAsync(Promote, Body(Calm900("800"), "ben"));
        Assert.True(Assert.Single((await running.GetAsync(Proposals)).Body.GetProperty("items").EnumerateArray()).GetProperty("outdated").GetBoolean());
        var (status, problem) = await running.PostAsync($"{Proposals}/{proposed.GetProperty("version").GetString()}/approve", new { by = "cy" });
        Assert.Equal((409, "ben"), (status, problem.GetProperty("active").GetProperty("actor").GetString()));
    }

    [Fact]
    public async Task A_candidate_with_problems_is_named_with_every_place()
    {
        await using var running = await StartAsync();
        var (status, problem) = await running.PostAsync(Promote, Body([SmallRules.Rule("loud", "message.Shoutin")], "ann"));
        Assert.Equal((400, "/files"), (status, problem.GetProperty("pointer").GetString()));
        Assert.Contains("did you mean", Assert.Single(problem.GetProperty("problems").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"by\":\"a\",\"reason\":\"r\"}", "/files")]
    [InlineData("{\"by\":\"a\",\"reason\":\"r\",\"version\":\"abcd\",\"files\":{}}", "/version")]
    [InlineData("{\"reason\":\"r\",\"version\":\"abcd\"}", "/by")]
    [InlineData("{\"by\":\"a\",\"reason\":\" \",\"version\":\"abcd\"}", "/reason")]
    [InlineData("{\"by\":\"a\",\"reason\":\"r\",\"version\":\"abcd\",\"dryrun\":true}", "/dryrun")]
    [InlineData("{\"by\":\"a\",\"reason\":\"r\",\"version\":\"abcd\",\"dryRun\":1}", "/dryRun")]
    [InlineData("{\"by\":\"a\",\"reason\":\"r\",\"files\":[]}", "/files")]
    public async Task A_wrong_body_is_named(string body, string pointer)
    {
        await using var running = await StartAsync();
        var (status, problem) = await running.PostAsync(Promote, body);
        Assert.Equal((400, pointer), (status, problem.GetProperty("pointer").GetString()));
    }

    private static Task<RunningService> StartAsync() => RunningService.StartAsync(rules: SmallRules.Loaded(SmallRules.Files(Asking, Loud, Calm)));

    private static string[] Calm900(string words) => [Loud, SmallRules.Rule("calm", $"message.WordCount > {words}")];

    private static Dictionary<string, object?> Body(string[] rules, string? by = null)
    {
        var signals = Encoding.UTF8.GetString(SmallRules.Files("", rules).Find("signals.json")!);
        var body = new Dictionary<string, object?> { ["files"] = new Dictionary<string, string> { ["signals.json"] = signals } };
        return by is null ? body : body.With("by", by).With("reason", "a reason");
    }
}
