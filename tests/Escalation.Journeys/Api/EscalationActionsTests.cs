using System.Text.Json;

namespace Escalation.Journeys.Api;

public sealed class EscalationActionsTests
{
    private const string One = "/api/v1/escalations/t-c1%231";

    [Fact]
    public async Task People_acknowledge_assign_snooze_and_resolve_and_the_escalation_follows()
    {
        await using var running = await EscalatedAsync();
        foreach (var (action, body, expected) in new[]
                 {
                     ("acknowledge", Sent.By(), "acknowledged"),
                     ("assign", Sent.By().With("team", "legal").With("assignee", "agent-9"), "assigned"),
                     ("snooze", Sent.By().With("until", "2999-01-01T00:00:00Z"), "snoozed"),
                     ("acknowledge", Sent.By(), "acknowledged"),
                     ("resolve", Sent.By(), "resolved"),
                 })
        {
            var (status, answer) = await running.PostAsync($"{One}/{action}", body);
            Assert.Equal((200, expected), (status, answer.GetProperty("status").GetString()));
        }
        var (_, one) = await running.GetAsync(One);
        Assert.Equal("legal", one.GetProperty("team").GetString());
        Assert.Equal("executive", one.GetProperty("decision").GetProperty("route").GetProperty("team").GetString());
        Assert.NotEqual(JsonValueKind.Null, one.GetProperty("endedAt").ValueKind);
    }

    [Theory, InlineData("acknowledge"), InlineData("assign"), InlineData("snooze"), InlineData("resolve")]
    public async Task Nothing_is_done_to_one_that_has_ended_also_under_a_new_key(string action)
    {
        await using var running = await EscalatedAsync();
        await running.PostAsync(One + "/resolve", Sent.By());
        var body = Sent.By().With("team", "legal").With("until", "2999-01-01T00:00:00Z");
        Assert.Equal(409, (await running.PostAsync($"{One}/{action}", body)).Status);
        Assert.Equal(409, (await running.PostAsync($"{One}/{action}", body, "a-new-key")).Status);
        Assert.Equal(404, (await running.PostAsync($"/api/v1/escalations/t-c1%232/{action}", body)).Status);
        Assert.Single(await running.Service.Events.OfTicketAsync(new("t-c1"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("acknowledge", "actor", null, "/actor")]
    [InlineData("acknowledge", "kind", "resolved", "/kind")]
    [InlineData("acknowledge", "ticketId", "t-other", "/ticketId")]
    [InlineData("resolve", "at", "2020-01-01T00:00:00Z", "/at")]
    [InlineData("assign", "note", "me", "/note")]
    [InlineData("assign", "team", "nobody", "/team")]
    [InlineData("assign", "minutes", 1, "/team")]
    [InlineData("snooze", "minutes", 1, "/until")]
    [InlineData("snooze", "until", "2020-01-01T00:00:00Z", "/until")]
    [InlineData("snooze", "until", "tomorrow", "/until")]
    public async Task A_wrong_field_is_named_and_nothing_happens(string action, string field, object? value, string pointer)
    {
        await using var running = await EscalatedAsync();
        var (status, problem) = await running.PostAsync($"{One}/{action}", value is null ? Sent.By().Without(field) : Sent.By().With(field, value));
        Assert.Equal((400, pointer), (status, problem.GetProperty("pointer").GetString()));
        Assert.Equal("open", (await running.GetAsync(One)).Body.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_repeat_under_the_same_key_is_one_event_and_another_body_is_refused()
    {
        await using var running = await EscalatedAsync();
        var body = Sent.By();
        for (var i = 0; i < 3; i++) Assert.Equal(200, (await running.PostAsync(One + "/resolve", body, "key")).Status);
        Assert.Equal(422, (await running.PostAsync(One + "/resolve", Sent.By("somebody-else"), "key")).Status);
        Assert.Equal(422, (await running.PostAsync(One + "/acknowledge", body, "key")).Status);
        Assert.Single(await running.Service.Events.OfTicketAsync(new("t-c1"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_label_is_completed_with_what_was_shown_and_a_dismissal_ends_the_escalation()
    {
        await using var running = await EscalatedAsync();
        var (confirmed, answer) = await running.PostAsync(One + "/labels", Sent.By().With("kind", "confirmed").With("frustrated", "no"));
        Assert.Equal((201, "open"), (confirmed, answer.GetProperty("episodeStatus").GetString()));
        var (dismissed, after) = await running.PostAsync(One + "/labels", Sent.By().With("kind", "dismissed").With("reason", "not_urgent").With("rightTeam", "legal"));
        Assert.Equal((201, "dismissed"), (dismissed, after.GetProperty("episodeStatus").GetString()));
        var labels = await running.Service.Labels.OfTicketAsync(new("t-c1"), TestContext.Current.CancellationToken);
        Assert.Equal(2, labels.Count);
        Assert.All(labels, l => Assert.Equal(("t-c1#1", running.Service.Configuration.Id.Value), (l.EpisodeId!.Value.Value, l.Shown!.Configuration)));
        Assert.Equal(400, (await running.PostAsync(One + "/labels", Sent.By().With("kind", "confirmed").With("rightTeam", "nobody"))).Status);
        Assert.Equal(400, (await running.PostAsync(One + "/labels", Sent.By().With("kind", "applauded"))).Status);
        Assert.Equal(404, (await running.PostAsync("/api/v1/escalations/x%231/labels", Sent.By().With("kind", "confirmed"))).Status);
    }

    [Fact]
    public async Task A_late_dismissal_of_an_earlier_escalation_leaves_the_open_one()
    {
        await using var running = await EscalatedAsync();
        await running.PostAsync(One + "/resolve", Sent.By());
        await running.PostAsync("/api/v1/messages", Sent.Message("2", Sent.LegalThreat, at: "2026-03-03T12:00:00Z"));
        Assert.Equal(201, (await running.PostAsync(One + "/labels", Sent.By().With("kind", "dismissed").With("reason", "not_urgent"))).Status);
        Assert.Equal("open", (await running.GetAsync("/api/v1/escalations/t-c1%232")).Body.GetProperty("status").GetString());
        Assert.Equal("resolved", (await running.GetAsync(One)).Body.GetProperty("status").GetString());
    }

    [Theory, InlineData("acknowledge"), InlineData("assign"), InlineData("snooze"), InlineData("resolve")]
    public async Task Of_two_people_who_act_at_the_same_moment_one_is_told_that_the_other_was_first(string action)
    {
        var clock = new MeetingClock();
        await using var running = await EscalatedAsync(clock);
        clock.LetMeet(2);                              // both have looked at the escalation before either acts on it
        var answers = await Task.WhenAll(new[] { "legal", "billing" }.Select(team =>
        {
            var body = action == "assign" ? Sent.By(team).With("team", team) : Sent.By(team);
            return running.PostAsync($"{One}/{action}", action == "snooze" ? body.With("until", "2999-01-01T00:00:00Z") : body);
        }));
        Assert.Equal([200, 409], answers.Select(a => a.Status).Order());
        Assert.Contains("t-c1#1", answers.Single(a => a.Status == 409).Body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Single(await running.Service.Events.OfTicketAsync(new("t-c1"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_same_delivery_twice_at_the_same_moment_is_one_action_and_one_answer()
    {
        var clock = new MeetingClock();
        await using var running = await EscalatedAsync(clock);
        clock.LetMeet(2);
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => running.PostAsync(One + "/acknowledge", Sent.By(), "key")));
        Assert.All(answers, a => Assert.Equal((200, "acknowledged"), (a.Status, a.Body.GetProperty("status").GetString())));
        Assert.Single(await running.Service.Events.OfTicketAsync(new("t-c1"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task One_that_is_acknowledged_is_not_acknowledged_again()
    {
        await using var running = await EscalatedAsync();
        Assert.Equal(200, (await running.PostAsync(One + "/acknowledge", Sent.By("first"))).Status);
        var (status, problem) = await running.PostAsync(One + "/acknowledge", Sent.By("second"));
        Assert.Equal(409, status);
        Assert.Contains("already acknowledged", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snoozed_one_leaves_the_queue_and_comes_back_when_its_time_has_come()
    {
        var clock = new MeetingClock();
        await using var running = await EscalatedAsync(clock);
        var until = clock.GetUtcNow().AddHours(4);
        var (_, snoozed) = await running.PostAsync(One + "/snooze", Sent.By().With("until", until.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal("snoozed", snoozed.GetProperty("status").GetString());
        Assert.Equal((1, 0), (await ListedAsync("snoozed"), await ListedAsync("open")));
        Assert.DoesNotContain("/tickets/t-c1", await running.Client.GetStringAsync("/", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        clock.Pass(TimeSpan.FromHours(4));
        Assert.Equal((0, 1), (await ListedAsync("snoozed"), await ListedAsync("open")));
        Assert.Equal("open", (await running.GetAsync(One)).Body.GetProperty("status").GetString());
        Assert.Contains("/tickets/t-c1", await running.Client.GetStringAsync("/", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        async Task<int> ListedAsync(string status) => (await running.GetAsync("/api/v1/escalations?status=" + status)).Body.GetProperty("items").GetArrayLength();
    }

    [Fact]
    public async Task A_dismissal_that_is_taken_back_brings_the_escalation_back()
    {
        await using var running = await EscalatedAsync();
        var (_, dismissed) = await running.PostAsync(One + "/labels", Sent.By().With("kind", "dismissed").With("reason", "not_urgent"));
        var (status, undone) = await running.PostAsync(One + "/labels", Sent.By().With("kind", "undone").With("undoes", dismissed.GetProperty("id").GetString()));
        Assert.Equal((201, "open"), (status, undone.GetProperty("episodeStatus").GetString()));
        Assert.Equal(JsonValueKind.Null, (await running.GetAsync(One)).Body.GetProperty("endedAt").ValueKind);
        Assert.Equal(200, (await running.PostAsync(One + "/acknowledge", Sent.By())).Status);
    }

    [Fact]
    public async Task Who_says_what_they_saw_is_refused_once_it_changed_and_shown_how_it_stands()
    {
        await using var running = await EscalatedAsync();
        var seen = (await running.GetAsync(One)).Body.GetProperty("version").GetString()!;
        Assert.Equal(seen, (await running.GetAsync("/api/v1/escalations")).Body.GetProperty("items")[0].GetProperty("version").GetString());
        Assert.Equal(200, (await ActAsync(running, "acknowledge", Sent.By("first"), seen)).Status);
        var (status, problem) = await ActAsync(running, "assign", Sent.By("second").With("team", "legal"), seen);
        Assert.Equal((412, "acknowledged"), (status, problem.GetProperty("escalation").GetProperty("status").GetString()));
        var now = problem.GetProperty("escalation").GetProperty("version").GetString()!;
        Assert.NotEqual(seen, now);
        Assert.Equal(200, (await ActAsync(running, "assign", Sent.By("second").With("team", "legal"), now)).Status);
        Assert.Equal(200, (await ActAsync(running, "snooze", Sent.By("third").With("until", "2999-01-01T00:00:00Z"), "*")).Status);
    }

    [Fact]
    public async Task A_rise_that_the_person_did_not_see_is_a_change()
    {
        await using var running = await RunningService.StartAsync(rules: SmallRules.Of(SmallRules.Rule("every", "contacts.Last7d > 0")));
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        var seen = (await running.GetAsync(One)).Body.GetProperty("version").GetString()!;
        Assert.Equal(201, (await running.PostAsync("/api/v1/events", Sent.Event("e1", "escalated").With("band", "immediate_escalation").With("at", DateTimeOffset.UtcNow.ToString("O")))).Status);
        var (status, problem) = await ActAsync(running, "resolve", Sent.By(), seen);
        Assert.Equal((412, "immediate_escalation"), (status, problem.GetProperty("escalation").GetProperty("band").GetString()));
        Assert.Single((await running.GetAsync("/api/v1/escalations")).Body.GetProperty("items").EnumerateArray());       // a rise stays in the one that is open
    }

    [Fact]
    public async Task A_resolved_one_is_reopened_and_only_the_latest()
    {
        await using var running = await EscalatedAsync();
        Assert.Equal(409, (await running.PostAsync(One + "/reopen", Sent.By())).Status);
        await running.PostAsync(One + "/resolve", Sent.By());
        Assert.Equal(["reopened"], (await running.GetAsync(One)).Body.GetProperty("actions").EnumerateArray().Select(a => a.GetString()));
        var (status, reopened) = await running.PostAsync(One + "/reopen", Sent.By());
        Assert.Equal((200, "open", 1), (status, reopened.GetProperty("status").GetString(), reopened.GetProperty("reopened").GetInt32()));
        await running.PostAsync(One + "/resolve", Sent.By());
        await running.PostAsync("/api/v1/messages", Sent.Message("2", Sent.LegalThreat, at: "2026-03-03T12:00:00Z"));
        var (late, problem) = await running.PostAsync(One + "/reopen", Sent.By());
        Assert.Equal(409, late);
        Assert.Contains("t-c1#2", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(409, (await running.PostAsync(One + "/acknowledge", Sent.By())).Status);
    }

    [Fact]
    public async Task A_merged_one_goes_into_that_of_the_other_ticket_and_takes_nothing_more()
    {
        await using var running = await EscalatedAsync();
        await running.PostAsync("/api/v1/messages", Sent.Message("2", Sent.LegalThreat, customer: "c2"));
        Assert.Equal(400, (await running.PostAsync(One + "/merge", Sent.By())).Status);
        Assert.Equal((400, "/toTicket"), await RefusedAsync("t-c1"));
        var (status, merged) = await running.PostAsync(One + "/merge", Sent.By().With("toTicket", "t-c2"));
        Assert.Equal((200, "merged"), (status, merged.GetProperty("status").GetString()));
        Assert.Equal("open", (await running.GetAsync("/api/v1/escalations/t-c2%231")).Body.GetProperty("status").GetString());
        var (again, problem) = await running.PostAsync(One + "/reopen", Sent.By());
        Assert.Equal(409, again);
        Assert.Contains("merged into", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        async Task<(int, string?)> RefusedAsync(string into)
        {
            var (refused, why) = await running.PostAsync(One + "/merge", Sent.By().With("toTicket", into));
            return (refused, why.GetProperty("pointer").GetString());
        }
    }

    [Fact]
    public async Task A_page_acts_on_what_it_showed_and_says_how_it_stands_where_that_changed()
    {
        await using var running = await EscalatedAsync();
        var shown = await VersionShownAsync();
        Assert.Equal(303, await PostAsync(("kind", "acknowledged"), ("version", shown)));
        using (var late = await FormAsync(("kind", "resolved"), ("version", shown)))
        {
            Assert.Equal(412, (int)late.StatusCode);
            Assert.Contains("it is acknowledged now", await late.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        Assert.Equal(303, await PostAsync(("kind", "assigned"), ("team", "legal"), ("version", await VersionShownAsync())));
        Assert.Equal(303, await PostAsync(("kind", "snoozed"), ("hours", "4"), ("version", await VersionShownAsync())));
        Assert.Equal(303, await PostAsync(("kind", "resolved"), ("version", await VersionShownAsync())));
        Assert.Equal(409, await PostAsync(("kind", "acknowledged"), ("version", await VersionShownAsync())));
        Assert.Equal(303, await PostAsync(("kind", "reopened"), ("version", await VersionShownAsync())));
        Assert.Equal("open", (await running.GetAsync(One)).Body.GetProperty("status").GetString());
        Assert.Equal(400, await PostAsync(("kind", "applauded"), ("version", shown)));

        async Task<string> VersionShownAsync()
        {
            var page = await running.Client.GetStringAsync("/tickets/t-c1", TestContext.Current.CancellationToken);
            return System.Text.RegularExpressions.Regex.Match(page, "name=\"version\" value=\"([^\"]+)\"").Groups[1].Value;
        }

        Task<HttpResponseMessage> FormAsync(params (string Name, string Value)[] fields) => running.Client.PostAsync("/tickets/t-c1/actions",
            new FormUrlEncodedContent([new("episode", "t-c1#1"), new("actor", "lea"), .. fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value))]), TestContext.Current.CancellationToken);

        async Task<int> PostAsync(params (string, string)[] fields)
        {
            using var response = await FormAsync(fields);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task A_label_with_the_version_that_was_seen_is_refused_where_somebody_acted_since()
    {
        await using var running = await EscalatedAsync();
        var seen = (await running.GetAsync(One)).Body.GetProperty("version").GetString()!;
        Assert.Equal(200, (await running.PostAsync(One + "/acknowledge", Sent.By())).Status);
        var dismissal = Sent.By().With("kind", "dismissed").With("reason", "not_urgent");
        var (status, refused) = await ActAsync(running, "labels", dismissal, seen);
        Assert.Equal((412, "acknowledged"), (status, refused.GetProperty("escalation").GetProperty("status").GetString()));
        Assert.Empty(await running.Service.Labels.AllAsync(TestContext.Current.CancellationToken));
        Assert.Equal(201, (await ActAsync(running, "labels", dismissal, refused.GetProperty("escalation").GetProperty("version").GetString()!)).Status);
        Assert.Equal(201, (await ActAsync(running, "labels", Sent.By().With("kind", "confirmed"), "*")).Status);
    }

    private static async Task<(int Status, JsonElement Body)> ActAsync(RunningService running, string action, object body, string version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{One}/{action}") { Content = System.Net.Http.Json.JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("If-Match", version == "*" ? version : $"\"{version}\"");
        using var response = await running.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement);
    }

    private static async Task<RunningService> EscalatedAsync(TimeProvider? time = null)
    {
        var running = await RunningService.StartAsync(time);
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message("1", Sent.LegalThreat))).Status);
        return running;
    }
}
