using Escalation.Core.Tickets;
using Escalation.Service.Intake.Channels;

namespace Escalation.Journeys.Channels;

/// <remarks>Shape of the event: developer.zendesk.com/api-reference/webhooks/event-types/ticket-events (detail), and of its comment from uses of it in public code: the page's own example was not at hand.</remarks>
public sealed class ZendeskChannelTests : IntakeChannelContract
{
    private protected override string Settings => "\"kind\": \"zendesk\", \"source\": \"zendesk/acme\"";

    private protected override SignatureScheme Scheme => SignatureScheme.Zendesk;

    private protected override string Ticket => "zendesk/acme/35436";

    private protected override (string, string) Broken => (Sample(1, "x", Noon).Replace("\"author\"", "\"writer\"", StringComparison.Ordinal), "/event/comment/author");

    private protected override string TimeHeader(DateTimeOffset sent) => sent.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private protected override string Sample(int n, string text, DateTimeOffset at) => Event("comment_added", n, at, $$"""
        { "comment": { "id": "9{{n}}", "body": {{Json(text)}}, "is_public": true, "author": { "id": "20978392", "is_staff": false, "name": "Jane" } }, "meta": { "sequence": { "id": "A7", "position": 1, "total": 1 } } }
        """);

    [Fact]
    public async Task What_happens_to_a_ticket_becomes_its_events_and_what_nobody_follows_is_passed_over()
    {
        await using var running = await StartAsync();
        Assert.Equal(201, (await SendAsync(running, Event("created", 1, Noon, "{}"))).Status);
        Assert.Equal(201, (await SendAsync(running, Event("status_changed", 2, Noon, """{ "current": "SOLVED", "previous": "OPEN" }"""))).Status);
        Assert.Equal(201, (await SendAsync(running, Event("status_changed", 3, Noon.AddSeconds(1), """{ "current": "OPEN", "previous": "SOLVED" }"""))).Status);
        var (status, answer) = await SendAsync(running, Event("custom_field_changed", 4, Noon, "{}"));
        Assert.Equal((200, "ticket.custom_field_changed"), (status, answer.GetProperty("ignored").GetString()));
        var events = await running.Service.Events.OfTicketAsync(new(Ticket), Cancellation);
        Assert.Equal([EventKind.Created, EventKind.Resolved, EventKind.Reopened], events.OrderBy(e => e.Id, StringComparer.Ordinal).Select(e => e.Kind));
        Assert.Equal("urgent", events.Single(e => e.Kind == EventKind.Created).Priority);
    }

    private static string Event(string type, int n, DateTimeOffset at, string content) => $$"""
        { "account_id": 22129848, "id": "event-{{n}}", "time": "{{Time(at)}}", "type": "zen:event-type:ticket.{{type}}", "subject": "zen:ticket:35436", "zendesk_event_version": "2022-11-06",
          "detail": { "id": "35436", "actor_id": "8447388090494", "requester_id": "20978392", "brand_id": "123", "group_id": "98738", "subject": "Printer", "status": "OPEN", "priority": "URGENT",
                      "is_public": true, "tags": ["vip"], "via": { "channel": "email" } },
          "event": {{content}} }
        """;
}

/// <remarks>Shape: admin-docs.zammad.org, Manage > Webhook > Payload (manage/webhook/payload.rst of zammad/zammad-admin-documentation).</remarks>
public sealed class ZammadChannelTests : IntakeChannelContract
{
    private protected override string Settings => "\"kind\": \"zammad\", \"source\": \"zammad/acme\"";

    private protected override SignatureScheme Scheme => SignatureScheme.Zammad;

    private protected override TimeSpan Window => TimeSpan.FromHours(1);

    private protected override string Ticket => "zammad/acme/81";

    private protected override (string, string) Broken => (Sample(1, "x", Noon).Replace("\"sender\": \"Customer\"", "\"sender\": \"Robot\"", StringComparison.Ordinal), "/article/sender");

    private protected override string Sample(int n, string text, DateTimeOffset at) => Delivery(n, $"<div>{text}</div>", at, at, "open");

    [Fact]
    public async Task An_edited_article_is_the_next_revision_and_an_older_delivery_of_it_changes_nothing()
    {
        await using var running = await StartAsync();
        await SendAsync(running, Delivery(1, "Where is my order?", Noon, Noon, "open"));
        Assert.Equal(201, (await SendAsync(running, Delivery(1, "Where is my <b>money</b>?", Noon, Noon.AddSeconds(30), "open"))).Status);
        Assert.Equal(200, (await SendAsync(running, Delivery(1, "Where is my order?", Noon, Noon, "open"))).Status);
        var messages = await running.Service.Messages.OfTicketAsync(new(Ticket), Cancellation);
        Assert.Equal([(0, "Where is my order?"), (1, "Where is my money?")], messages.Select(m => (m.Revision, m.Text)));
    }

    [Fact]
    public async Task Closing_is_recorded_once_however_often_the_closed_ticket_is_delivered()
    {
        await using var running = await StartAsync();
        await SendAsync(running, Delivery(1, "Where is my order?", Noon, Noon, "open"));
        await SendAsync(running, Delivery(1, "Where is my order?", Noon, Noon, "closed"));
        await SendAsync(running, Delivery(1, "Where is my order?", Noon, Noon.AddSeconds(20), "closed"));
        Assert.Single(await running.Service.Events.OfTicketAsync(new(Ticket), Cancellation), e => e.Kind == EventKind.Resolved);
    }

    private static string Delivery(int n, string html, DateTimeOffset at, DateTimeOffset updated, string state) => $$"""
        { "ticket": { "id": 81, "number": "10081", "title": "Webhook test", "article_count": {{n}}, "state": "{{state}}", "close_at": {{(state == "closed" ? $"\"{Time(Noon)}\"" : "null")}}, "created_at": "{{Time(at)}}", "updated_at": "{{Time(updated)}}",
                      "customer_id": 8, "customer": { "id": 8, "login": "emily@example.com", "email": "emily@example.com" }, "group": { "id": 3, "name": "Service Desk" },
                      "priority": { "id": 2, "name": "2 normal" }, "created_by": { "login": "emily@example.com" }, "updated_by": { "login": "emily@example.com" } },
          "article": { "id": 10{{n}}, "body": {{Json(html)}}, "content_type": "text/html", "created_at": "{{Time(at)}}", "updated_at": "{{Time(updated)}}", "sender": "Customer", "type": "email", "internal": false,
                       "created_by": { "login": "emily@example.com" } } }
        """;
}

/// <remarks>Shape: docs/product/others/webhook-events.md of chatwoot/docs; signature: the description of github.com/chatwoot/chatwoot/pull/13573.</remarks>
public sealed class ChatwootChannelTests : IntakeChannelContract
{
    private protected override string Settings => "\"kind\": \"chatwoot\", \"source\": \"chatwoot/acme\"";

    private protected override SignatureScheme Scheme => SignatureScheme.Chatwoot;

    private protected override string Ticket => "chatwoot/acme/10";

    private protected override (string, string) Broken => (Sample(1, "x", Noon).Replace("\"created_at\"", "\"made_at\"", StringComparison.Ordinal), "/created_at");

    private protected override string Sample(int n, string text, DateTimeOffset at) => Message("message_created", n, text, at, "incoming");

    [Fact]
    public async Task An_edit_is_the_next_revision_a_late_original_changes_nothing_and_activities_are_no_messages()
    {
        await using var running = await StartAsync();
        Assert.Equal(201, (await SendAsync(running, Message("message_updated", 1, "Where is my money?", Noon, "incoming"))).Status);
        Assert.Equal(200, (await SendAsync(running, Message("message_created", 1, "Where is my order?", Noon, "incoming"))).Status);
        Assert.Equal(201, (await SendAsync(running, Message("message_updated", 1, "Where is all of it?", Noon, "incoming"))).Status);
        Assert.Equal((200, "message_created: activity"), await SendAsync(running, Message("message_created", 2, "Anna resolved the conversation", Noon, "activity")) is var (status, answer) ? (status, answer.GetProperty("ignored").GetString()) : default);
        Assert.Equal(["Where is my money?", "Where is all of it?"], await TextsAsync(running));
    }

    [Fact]
    public async Task A_conversation_that_is_resolved_and_opened_again_says_so()
    {
        await using var running = await StartAsync();
        await SendAsync(running, Sample(1, "Where is my order?", Noon));
        await SendAsync(running, Status("resolved", "open", Noon.AddSeconds(10)));
        await SendAsync(running, Status("open", "resolved", Noon.AddSeconds(20)));
        Assert.Equal([EventKind.Resolved, EventKind.Reopened], (await running.Service.Events.OfTicketAsync(new(Ticket), Cancellation)).OrderBy(e => e.At).Select(e => e.Kind));
    }

    private static string Message(string kind, int n, string text, DateTimeOffset at, string type) => $$"""
        { "event": "{{kind}}", "id": {{100 + n}}, "content": {{Json(text)}}, "created_at": "{{Time(at)}}", "message_type": "{{type}}", "content_type": "text", "private": false,
          "sender": { "id": 14, "name": "little-haze-776", "type": "contact" }, "inbox": { "id": 1, "name": "Acme Support" }, "account": { "id": 1, "name": "Acme Inc" },
          "conversation": { "id": 10, "inbox_id": 1, "channel": "Channel::WebWidget", "contact_inbox": { "id": 12, "contact_id": 14 }, "meta": { "sender": { "id": 14, "type": "contact" } }, "status": "open" } }
        """;

    private static string Status(string status, string previous, DateTimeOffset at) => $$"""
        { "event": "conversation_status_changed", "id": 10, "status": "{{status}}", "timestamp": {{at.ToUnixTimeSeconds()}}, "meta": { "sender": { "id": 14 }, "assignee": { "id": 1, "name": "John" } },
          "changed_attributes": [ { "status": { "previous_value": "{{previous}}", "current_value": "{{status}}" } } ] }
        """;
}
