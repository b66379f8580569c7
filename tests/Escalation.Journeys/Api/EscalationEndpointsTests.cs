using System.Text.Json;

namespace Escalation.Journeys.Api;

public sealed class EscalationEndpointsTests
{
    private const string Path = "/api/v1/escalations";

    [Fact]
    public async Task Pages_by_cursor_show_every_escalation_once_also_while_new_ones_come()
    {
        await using var running = await RunningService.StartAsync();
        const int many = 137;
        foreach (var chunk in Enumerable.Range(0, many).Chunk(40))
            await Task.WhenAll(chunk.Select(i => running.PostAsync("/api/v1/messages", Sent.Message($"m{i:000}", Sent.LegalThreat, customer: $"c{i:000}"))));
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var (status, page) = await running.GetAsync($"{Path}?limit=25{(cursor is null ? "" : "&cursor=" + cursor)}");
            Assert.Equal(200, status);
            seen.AddRange(Ids(page));
            if (seen.Count == 25) await running.PostAsync("/api/v1/messages", Sent.Message("late", Sent.LegalThreat, customer: "late"));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        Assert.Equal(many, seen.Count);
        Assert.Equal(many, seen.Distinct().Count());
        Assert.DoesNotContain("t-late#1", seen);
        Assert.Equal("t-late#1", Ids((await running.GetAsync(Path + "?limit=1")).Body).Single());
        var (_, whole) = await running.GetAsync(Path + "?limit=500");
        Assert.Equal(seen, Ids(whole).Skip(1));
        Assert.Equal(JsonValueKind.Null, whole.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task Filters_narrow_by_status_team_and_band()
    {
        await using var running = await RunningService.StartAsync();
        await running.PostAsync("/api/v1/messages", Sent.Message("1", Sent.LegalThreat, customer: "c1"));
        await running.PostAsync("/api/v1/messages", Sent.Message("2", "I did not authorise it.", customer: "c2"));
        await running.PostAsync("/api/v1/messages", Sent.Message("3", Sent.LegalThreat, customer: "c3"));
        Assert.Equal(200, (await running.PostAsync($"{Path}/t-c3%231/resolve", Sent.By())).Status);
        Assert.Equal(200, (await running.PostAsync($"{Path}/t-c2%231/assign", Sent.By().With("team", "fraud"))).Status);

        Assert.Equal(["t-c2#1", "t-c1#1"], await Listed("?status=pending"));
        Assert.Equal(["t-c3#1"], await Listed("?status=resolved"));
        Assert.Equal(["t-c2#1"], await Listed("?status=assigned"));
        Assert.Equal(["t-c2#1"], await Listed("?band=priority_escalation"));
        Assert.Equal(["t-c2#1"], await Listed("?team=fraud"));
        Assert.Equal(["t-c1#1"], await Listed("?status=pending&team=executive&band=immediate_escalation"));
        Assert.Empty(await Listed("?status=dismissed"));

        async Task<IEnumerable<string>> Listed(string query) => Ids((await running.GetAsync(Path + query)).Body);
    }

    [Theory]
    [InlineData("?status=sleeping", "/status")]
    [InlineData("?band=high", "/band")]
    [InlineData("?limit=0", "/limit")]
    [InlineData("?limit=501", "/limit")]
    [InlineData("?limit=many", "/limit")]
    [InlineData("?cursor=abc", "/cursor")]
    public async Task A_wrong_query_is_named(string query, string pointer)
    {
        await using var running = await RunningService.StartAsync();
        var (status, problem) = await running.GetAsync(Path + query);
        Assert.Equal((400, pointer), (status, problem.GetProperty("pointer").GetString()));
    }

    [Fact]
    public async Task One_escalation_shows_its_decision_and_its_explanation_what_would_have_changed_it()
    {
        await using var running = await RunningService.StartAsync();
        await running.PostAsync("/api/v1/messages", Sent.Message("1", Sent.LegalThreat));
        var (status, one) = await running.GetAsync(Path + "/t-c1%231");
        Assert.Equal(200, status);
        Assert.Equal(("t-c1", "immediate_escalation", "open"), (one.GetProperty("ticketId").GetString(), one.GetProperty("band").GetString(), one.GetProperty("status").GetString()));
        var span = one.GetProperty("decision").GetProperty("signals").EnumerateArray().SelectMany(s => s.GetProperty("evidence").EnumerateArray())
            .First(e => e.GetProperty("start").ValueKind == JsonValueKind.Number);
        Assert.Equal(Sent.LegalThreat[span.GetProperty("start").GetInt32()..span.GetProperty("end").GetInt32()], span.GetProperty("text").GetString());
        Assert.Contains(one.GetProperty("reasons").EnumerateArray(), r => r.GetProperty("text").GetString()!.StartsWith("Legal or compliance: “", StringComparison.Ordinal));

        var (explained, why) = await running.GetAsync(Path + "/t-c1%231/explanation");
        Assert.Equal(200, explained);
        Assert.Equal(one.GetProperty("decision").GetProperty("id").GetString(), why.GetProperty("decision").GetProperty("id").GetString());
        Assert.NotEmpty(why.GetProperty("counterfactuals").EnumerateArray());
        Assert.All(why.GetProperty("counterfactuals").EnumerateArray(), c => Assert.True(
            c.GetProperty("band").GetString() != "immediate_escalation" || c.GetProperty("team").GetString() != one.GetProperty("team").GetString(), c.GetRawText()));
        Assert.Contains(why.GetProperty("counterfactuals").EnumerateArray(), c => c.GetProperty("fact").ValueKind == JsonValueKind.Object && c.GetProperty("change").GetString()!.StartsWith("if ", StringComparison.Ordinal));
        Assert.NotEmpty(why.GetProperty("whyNot").EnumerateArray());
        var tone = why.GetProperty("frustration");
        Assert.All(tone.GetProperty("words").EnumerateArray(), w => Assert.Equal(Sent.LegalThreat[w.GetProperty("start").GetInt32()..w.GetProperty("end").GetInt32()], w.GetProperty("text").GetString()));
        Assert.Equal(tone.GetProperty("logOdds").GetDouble(), tone.GetProperty("base").GetDouble() + tone.GetProperty("words").EnumerateArray().Sum(w => w.GetProperty("contribution").GetDouble()) + tone.GetProperty("others").GetDouble(), 1e-5);
    }

    [Fact]
    public async Task One_raised_by_a_person_has_no_decision_to_explain()
    {
        await using var running = await RunningService.StartAsync();
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        Assert.Equal(201, (await running.PostAsync("/api/v1/events", Sent.Event("e1", "escalated").With("team", "legal"))).Status);
        var (_, one) = await running.GetAsync(Path + "/t-c1%231");
        Assert.Equal(("human", "legal"), (one.GetProperty("openedBy").GetString(), one.GetProperty("team").GetString()));
        Assert.Equal(409, (await running.GetAsync(Path + "/t-c1%231/explanation")).Status);
        Assert.Equal(200, (await running.PostAsync(Path + "/t-c1%231/assign", Sent.By().With("team", "billing"))).Status);
        Assert.Equal("billing", (await running.GetAsync(Path + "/t-c1%231")).Body.GetProperty("team").GetString());
    }

    [Theory, InlineData(""), InlineData("/explanation")]
    public async Task An_unknown_one_is_not_found(string part)
    {
        await using var running = await RunningService.StartAsync();
        var (status, problem) = await running.GetAsync(Path + "/nobody%231" + part);
        Assert.Equal(404, status);
        Assert.Contains("nobody#1", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Ids(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!)];
}
