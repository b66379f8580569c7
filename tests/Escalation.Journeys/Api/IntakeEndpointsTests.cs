using System.Text;
using System.Text.Json;

namespace Escalation.Journeys.Api;

public sealed class IntakeEndpointsTests
{
    [Fact]
    public async Task A_message_is_taken_once_and_its_exact_repeat_gets_the_first_answer()
    {
        await using var running = await RunningService.StartAsync();
        var message = Sent.Message("1", Sent.LegalThreat);
        var (status, first) = await running.PostAsync("/api/v1/messages", message);
        Assert.Equal(201, status);
        Assert.Equal("desk/acme/1", first.GetProperty("id").GetString());
        Assert.Equal("t-c1", first.GetProperty("ticketId").GetString());
        Assert.Equal("immediate_escalation", first.GetProperty("decision").GetProperty("recommendation").GetProperty("band").GetString());

        var reordered = message.Reverse().ToDictionary(p => p.Key, p => p.Value);
        var (again, repeat) = await running.PostAsync("/api/v1/messages", reordered);
        Assert.Equal(200, again);
        Assert.Equal(first.GetRawText(), repeat.GetRawText());
    }

    [Fact]
    public async Task The_same_identity_or_key_with_another_body_is_refused_and_changes_nothing()
    {
        await using var running = await RunningService.StartAsync();
        var message = Sent.Message("1");
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", message, "key-1")).Status);
        Assert.Equal(200, (await running.PostAsync("/api/v1/messages", message, "key-1")).Status);
        Assert.Equal(200, (await running.PostAsync("/api/v1/messages", message)).Status);
        Assert.Equal(200, (await running.PostAsync("/api/v1/messages", message, "key-2")).Status);
        var (conflict, why) = await running.PostAsync("/api/v1/messages", message.With("text", "Something else"));
        Assert.Equal(409, conflict);
        Assert.Contains("send a higher revision", why.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(422, (await running.PostAsync("/api/v1/messages", Sent.Message("2"), "key-1")).Status);
        Assert.Equal(422, (await running.PostAsync("/api/v1/events", Sent.Event("e1", "resolved"), "key-1")).Status);
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", message.With("text", "Something else").With("revision", 1))).Status);
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message("2"))).Status);
        Assert.Equal(3, (await running.Service.Messages.SummaryAsync(TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task A_refused_key_is_not_used_up_by_a_conflict()
    {
        await using var running = await RunningService.StartAsync();
        await running.PostAsync("/api/v1/messages", Sent.Message("1"));
        Assert.Equal(409, (await running.PostAsync("/api/v1/messages", Sent.Message("1", "changed"), "k")).Status);
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message("2"), "k")).Status);
    }

    [Fact]
    public async Task Events_and_labels_are_taken_once_too()
    {
        await using var running = await RunningService.StartAsync();
        await running.PostAsync("/api/v1/messages", Sent.Message("1", Sent.LegalThreat));
        foreach (var (path, body) in new[] { ("/api/v1/events", Sent.Event("e1", "acknowledged")), ("/api/v1/labels", Sent.Label("l1", "confirmed")) })
        {
            var (created, first) = await running.PostAsync(path, body);
            Assert.Equal(201, created);
            Assert.Equal("t-c1#1", first.GetProperty("episodeId").GetString());
            Assert.Equal(200, (await running.PostAsync(path, body)).Status);
            Assert.Equal(409, (await running.PostAsync(path, body.With("at", "2026-03-02T14:00:00Z"))).Status);
        }
        var unnamed = Sent.Label("", "missed").Without("id");
        Assert.Equal(201, (await running.PostAsync("/api/v1/labels", unnamed)).Status);
        Assert.Equal(200, (await running.PostAsync("/api/v1/labels", unnamed)).Status);
    }

    [Fact]
    public async Task An_agents_message_is_recorded_and_not_decided()
    {
        await using var running = await RunningService.StartAsync();
        var (status, answer) = await running.PostAsync("/api/v1/messages", Sent.Message("1", "We are on it.", author: "agent"));
        Assert.Equal(201, status);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("decision").ValueKind);
    }

    [Fact]
    public async Task Two_messages_of_one_customer_at_once_never_both_count_the_same_number_before_them()
    {
        await using var running = await RunningService.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => running.PostAsync("/api/v1/messages", Sent.Message($"m{i:00}", $"Message {i}"))));
        Assert.All(answers, a => Assert.Equal(201, a.Status));
        var counts = new List<int>();
        foreach (var decision in await running.Service.Decisions.OfTicketAsync(new("t-c1"), TestContext.Current.CancellationToken))
            counts.Add(decision.Facts.GetProperty("ticket").GetProperty("messageCount").GetInt32());
        Assert.Equal(Enumerable.Range(1, 40), counts.Order());
    }

    [Fact]
    public async Task An_event_from_before_the_last_message_is_taken_and_seen_by_later_messages_only()
    {
        await using var running = await RunningService.StartAsync();
        await running.PostAsync("/api/v1/messages", Sent.Message("1", at: "2026-03-02T12:00:00Z"));
        Assert.Equal(201, (await running.PostAsync("/api/v1/events", Sent.Event("late", "reopened", at: "2026-03-01T09:00:00Z"))).Status);
        await running.PostAsync("/api/v1/messages", Sent.Message("2", at: "2026-03-02T12:05:00Z"));
        var decisions = await running.Service.Decisions.OfTicketAsync(new("t-c1"), TestContext.Current.CancellationToken);
        Assert.Equal([0, 1], decisions.OrderBy(d => d.MessageId.Value).Select(d => d.Facts.GetProperty("ticket").GetProperty("reopenCount").GetInt32()));
    }

    [Theory]
    [InlineData("channel", "fax", "/channel", "fax")]
    [InlineData("author", "boss", "/author", "boss")]
    [InlineData("at", "2026-03-02 noon", "/at", "2026")]
    [InlineData("at", "2026-03-02T12:00:00", "/at", "offset")]
    [InlineData("revision", -1, "/revision", "whole number")]
    [InlineData("revision", "one", "/revision", "whole number")]
    [InlineData("text", 5, "/text", "string")]
    [InlineData("colour", "blue", "/colour", "no known field")]
    [InlineData("type", "event", "/type", "takes message")]
    public async Task A_bad_field_is_named_by_its_pointer_with_a_way_out(string field, object value, string pointer, string words)
    {
        await using var running = await RunningService.StartAsync();
        var (status, problem) = await running.PostAsync("/api/v1/messages", Sent.Message("1").With(field, value));
        Assert.Equal(400, status);
        Assert.Equal(pointer, problem.GetProperty("pointer").GetString());
        Assert.Equal("#" + pointer, problem.GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Contains(words, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message("1"))).Status);
    }

    [Theory, InlineData("source"), InlineData("externalId"), InlineData("customerId"), InlineData("channel"), InlineData("author"), InlineData("at"), InlineData("text")]
    public async Task Every_required_field_is_asked_for_by_name(string field)
    {
        await using var running = await RunningService.StartAsync();
        var (status, problem) = await running.PostAsync("/api/v1/messages", Sent.Message("1").Without(field));
        Assert.Equal((400, "/" + field), (status, problem.GetProperty("pointer").GetString()));
    }

    [Theory]
    [InlineData("{", 400, "not valid JSON at line 1")]
    [InlineData("[]", 400, "no JSON object")]
    [InlineData("{\"text\":\"\\ud800\"}", 400, "")]
    public async Task A_body_that_is_no_object_is_refused_with_its_place(string body, int expected, string words)
    {
        await using var running = await RunningService.StartAsync();
        var (status, problem) = await running.PostAsync("/api/v1/messages", body);
        Assert.Equal(expected, status);
        Assert.Contains(words, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_is_taken_up_to_a_million_characters_and_an_empty_one_is_no_error()
    {
        await using var running = await RunningService.StartAsync();
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message("empty", ""))).Status);
        Assert.Equal(201, (await running.PostAsync("/api/v1/messages", Sent.Message("most", new string('a', 1_000_000)))).Status);
        var (status, problem) = await running.PostAsync("/api/v1/messages", Sent.Message("more", new string('a', 1_000_001)));
        Assert.Equal((413, "/text"), (status, problem.GetProperty("pointer").GetString()));
        Assert.Equal(413, (await running.PostAsync("/api/v1/messages", Sent.Message("huge", new string('a', 9_000_000)))).Status);
    }

    [Fact]
    public async Task A_body_that_is_not_sent_as_JSON_is_refused()
    {
        await using var running = await RunningService.StartAsync();
        using var content = new StringContent("{}", Encoding.UTF8, "text/plain");
        using var response = await running.Client.PostAsync("/api/v1/messages", content, TestContext.Current.CancellationToken);
        Assert.Equal(415, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_page_of_another_site_or_a_name_bound_to_loopback_is_refused()
    {
        await using var running = await RunningService.StartAsync();
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/api/v1/labels") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        foreign.Headers.Add("Origin", "https://evil.example");
        Assert.Equal(403, (int)(await running.Client.SendAsync(foreign, TestContext.Current.CancellationToken)).StatusCode);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/api/v1/rules");
        rebound.Headers.Host = "evil.example";
        Assert.Equal(403, (int)(await running.Client.SendAsync(rebound, TestContext.Current.CancellationToken)).StatusCode);
    }
}
