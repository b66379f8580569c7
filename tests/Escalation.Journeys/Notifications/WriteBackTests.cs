using Escalation.Storage;

namespace Escalation.Journeys.Notifications;

/// <summary>An escalation written back to the help desk that its ticket came from, as the help desk's API sees it.</summary>
public sealed class WriteBackTests
{
    private const string Body = """{"ticket":{"priority":"{{ priority }}","group_id":"{{ help_desk_group }}","additional_tags":["escalated","{{ tag }}"],"solved":false,"comment":{"public":false,"body":"{{ note }}"}}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ticket_of_the_desk_gets_priority_tag_and_an_internal_note_with_the_reasons_and_others_are_left_alone()
    {
        using var scratch = new Scratch();
        await File.WriteAllTextAsync(scratch.At("authorization"), "Bearer token-of-the-desk\n", Cancellation);
        await using var desk = await WebhookReceiver.StartAsync(503);
        await using var running = await RunningService.StartAsync(rules: Told.Rules(
            $"\"desk\":{Channel(desk, $$""","authorization":{"file":"{{scratch.At("authorization")}}"}""")}", """{"channel":"desk"}"""));
        await running.PostAsync("/api/v1/messages", Sent.Message("1", ticket: "other/77"));
        await running.PostAsync("/api/v1/messages", Sent.Message("2", "{{ 7 }} \", \"priority\": \"low", customer: "c2", ticket: "desk/acme/7 7"));
        var (first, second) = (await desk.NextAsync(), await desk.NextAsync());

        Assert.Equal(("PUT", "/hook/tickets/7%207.json"), (second.Method, second.Path));
        Assert.Equal("Bearer token-of-the-desk", second.Headers["Authorization"]);
        Assert.Equal(first.Headers["Idempotency-Key"], second.Headers["Idempotency-Key"]);
        var ticket = second.Json.GetProperty("ticket");
        Assert.Equal(["priority", "additional_tags", "solved", "comment"], ticket.EnumerateObject().Select(p => p.Name));      // the team has no group there
        Assert.Equal("high", ticket.GetProperty("priority").GetString());
        Assert.Equal(["escalated", "escalation-priority"], ticket.GetProperty("additional_tags").EnumerateArray().Select(t => t.GetString()));
        Assert.False(ticket.GetProperty("comment").GetProperty("public").GetBoolean());
        var note = ticket.GetProperty("comment").GetProperty("body").GetString();
        Assert.Contains("desk/acme/7 7", note, StringComparison.Ordinal);
        Assert.Contains("\n- ", note, StringComparison.Ordinal);
        var all = await running.StandAsync(2, n => n.Status is NotificationStatus.Sent or NotificationStatus.Unaddressed);
        Assert.Equal(second.Headers["Idempotency-Key"], all.Single(n => n.Status == NotificationStatus.Sent).Id);
        Assert.True(desk.IsQuiet);
    }

    [Fact]
    public async Task A_ticket_that_somebody_has_taken_up_is_marked_all_the_same()
    {
        await using var desk = await WebhookReceiver.StartAsync(503);
        await using var running = await RunningService.StartAsync(rules: Told.Rules($"\"desk\":{Channel(desk)}", """{"channel":"desk"}"""));
        await running.PostAsync("/api/v1/messages", Sent.Message("1", ticket: "desk/acme/7"));
        await desk.NextAsync();
        var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(201, (await running.PostAsync("/api/v1/events", Sent.Event("e1", "acknowledged", "desk/acme/7", now))).Status);
        await desk.NextAsync();
        await running.StandAsync(1, NotificationStatus.Sent);
    }

    [Fact]
    public async Task Switched_off_nothing_is_written()
    {
        await using var desk = await WebhookReceiver.StartAsync();
        await using var running = await RunningService.StartAsync(rules: Told.Rules($"\"desk\":{Channel(desk, ",\"enabled\":false")}", """{"channel":"desk"}"""));
        await running.PostAsync("/api/v1/messages", Sent.Message("1", ticket: "desk/acme/7"));
        await running.StandAsync(1, NotificationStatus.Unaddressed);
        Assert.True(desk.IsQuiet);
    }

    private static string Channel(WebhookReceiver desk, string more = "") =>
        $$$"""{"kind":"help_desk","source":"desk/acme","method":"PUT","url":"{{{desk.Address}}}/tickets/{{ number }}.json"{{{more}}},"body":{{{Body}}}}""";
}
