using System.Text.Json;
using Escalation.Core.Tickets;

namespace Escalation.History.HelpDesks;

/// <summary>Zendesk's ticket and messaging events as its event webhooks send them.</summary>
/// <remarks>
/// Sources: developer.zendesk.com/api-reference/webhooks/event-types/ticket-events and /messaging-events. A comment is a message, the first one of a ticket too;
/// events that nobody here follows (custom fields, users, organisations, ...) are passed over.
/// </remarks>
public static class ZendeskEvents
{
    private const string Prefix = "zen:event-type:";

    /// <summary>Reads one event.</summary>
    /// <exception cref="DeliveryException">A field that is needed is missing or wrong.</exception>
    public static DeliveryReading Read(JsonElement body, DeliverySource source)
    {
        var root = new JsonPart(body, "");
        var type = root.Required("type");
        if (!type.StartsWith(Prefix, StringComparison.Ordinal)) throw new DeliveryException("/type", $"type: \"{type}\" is no event of Zendesk; subscribe the webhook to Zendesk events, whose types begin with {Prefix}");
        return type[Prefix.Length..] switch
        {
            "ticket.comment_added" => DeliveryReading.Of(Comment(root, source)),
            "messaging_ticket.message_added" => DeliveryReading.Of(ChatMessage(root, source)),
            "ticket.created" => Happened(root, source, EventKind.Created, e => e),
            "ticket.status_changed" => StatusChanged(root, source),
            "ticket.priority_changed" => Happened(root, source, EventKind.PriorityChanged, e => e),
            "ticket.tags_changed" => Happened(root, source, EventKind.TagsChanged, e => e),
            "ticket.agent_assignment_changed" => Happened(root, source, EventKind.Assigned, e => e with { Assignee = root.Get("event").Text("current") }),
            "ticket.group_assignment_changed" when source.TeamOf(root.Get("event").Text("current")) is { } team => Happened(root, source, EventKind.TeamChanged, e => e with { Team = team }),
            var other => DeliveryReading.Ignore(other),
        };
    }

    /// <summary>The channel that a ticket came by.</summary>
    public static Channel ChannelOf(string? via) => via?.ToLowerInvariant() switch
    {
        "email" or "mail" => Channel.Email,
        "chat" or "native_messaging" or "messaging" or "sms" or "whatsapp" or "any_channel" => Channel.Chat,
        "voice" or "phone" or "api_voicemail" or "api_phone_call_inbound" or "api_phone_call_outbound" => Channel.Phone,
        "twitter" or "facebook" or "instagram_dm" or "twitter_dm" or "twitter_favorite" or "twitter_like" => Channel.Social,
        "web" or "web_widget" or "web form" or "web_form" or "help_center" or "mobile" or "mobile_sdk" => Channel.Web,
        "api" or "web_service" => Channel.Api,
        _ => Channel.Other,
    };

    /// <summary>What a new status of a ticket means.</summary>
    /// <param name="status">Zendesk's word, in any case.</param>
    /// <param name="previous">The word before; null where it is not known.</param>
    public static EventKind KindOf(string status, string? previous) => status.ToLowerInvariant() switch
    {
        "solved" => EventKind.Resolved,
        "closed" => EventKind.Closed,
        "pending" => EventKind.WaitingCustomer,
        "hold" or "on-hold" => EventKind.WaitingAgent,
        "open" or "new" when previous?.ToLowerInvariant() is "solved" or "closed" => EventKind.Reopened,
        "open" when previous?.ToLowerInvariant() is "pending" => EventKind.WaitingAgent,
        _ => EventKind.StatusChanged,
    };

    private static DeliveredRecord Comment(JsonPart root, DeliverySource source)
    {
        var (detail, comment) = (root.Get("detail"), root.Get("event").Get("comment"));
        var author = comment.Get("author");
        var (authorId, isStaff) = (author.Required("id"), author.Flag("is_staff", false));
        var id = comment.Required("id");
        return new DeliveredRecord(new Message
        {
            Id = $"{source.Source}/{id}",
            Source = source.Source,
            ExternalId = id,
            TicketId = source.Ticket(detail.Required("id")),
            CustomerId = source.Customer(detail.Text("requester_id")),
            Channel = ChannelOf(detail.Find("via")?.Text("channel")),
            Author = authorId == "-1" ? Author.System : isStaff ? Author.Agent : Author.Customer,
            AgentId = isStaff ? authorId : null,
            Team = isStaff ? source.TeamOf(detail.Text("group_id")) : null,
            Public = comment.Flag("is_public", true),
            At = root.Time("time"),
            Subject = detail.Text("subject"),
            Text = comment.LongText("body"),
            Brand = detail.Text("brand_id"),
        }, comment.Pointer);
    }

    private static DeliveredRecord ChatMessage(JsonPart root, DeliverySource source)
    {
        var (happened, message) = (root.Get("event"), root.Get("event").Get("message"));
        var actor = happened.Get("actor");
        var author = actor.Text("type") switch { "end_user" => Author.Customer, "agent" => Author.Agent, _ => Author.System };
        var id = message.Required("id");
        return new DeliveredRecord(new Message
        {
            Id = $"{source.Source}/{id}",
            Source = source.Source,
            ExternalId = id,
            TicketId = source.Ticket(root.Get("detail").Required("id")),
            CustomerId = author == Author.Customer ? source.Customer(actor.Text("id")) : CustomerId.Unknown,
            Channel = Channel.Chat,
            Author = author,
            AgentId = author == Author.Agent ? actor.Text("id") : null,
            At = root.Time("time"),
            Text = message.LongText("body"),
            ThreadId = happened.Text("conversation_id"),
        }, message.Pointer);
    }

    private static DeliveryReading StatusChanged(JsonPart root, DeliverySource source)
    {
        var status = root.Get("event").Required("current");
        return Happened(root, source, KindOf(status, root.Get("event").Text("previous")), e => e with { Status = status.ToLowerInvariant() });
    }

    private static DeliveryReading Happened(JsonPart root, DeliverySource source, EventKind kind, Func<TicketEvent, TicketEvent> with)
    {
        var detail = root.Get("detail");
        var actor = detail.Text("actor_id") ?? "";
        var happened = new TicketEvent
        {
            Id = $"{source.Source}/{root.Required("id")}",
            TicketId = source.Ticket(detail.Required("id")),
            Kind = kind,
            At = root.Time("time"),
            Actor = new Actor(actor, actor is "" or "-1" ? ActorKind.Robot : actor == detail.Text("requester_id") ? ActorKind.Customer : ActorKind.Human),
            Team = kind == EventKind.Created ? source.TeamOf(detail.Text("group_id")) : null,
            Status = kind == EventKind.Created ? detail.Text("status")?.ToLowerInvariant() : null,
            Priority = kind is EventKind.Created or EventKind.PriorityChanged ? detail.Text("priority")?.ToLowerInvariant() : null,
            Tags = kind is EventKind.Created or EventKind.TagsChanged ? [.. detail.Items("tags").Select(t => t.Word())] : null,
        };
        return DeliveryReading.Of(new DeliveredRecord(with(happened), "/event"));
    }
}
