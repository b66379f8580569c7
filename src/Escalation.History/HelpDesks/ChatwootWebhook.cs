using System.Text.Json;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.HelpDesks;

/// <summary>Chatwoot's webhook: messages, and what happens to conversations.</summary>
/// <remarks>Source: Chatwoot's page "Webhook Events" (docs/product/others/webhook-events.md in chatwoot/docs). An edited message comes as message_updated and is the next revision.</remarks>
public static class ChatwootWebhook
{
    /// <summary>Reads one delivery.</summary>
    /// <exception cref="DeliveryException">A field that is needed is missing or wrong.</exception>
    public static DeliveryReading Read(JsonElement body, DeliverySource source)
    {
        var root = new JsonPart(body, "");
        var kind = root.Required("event");
        return kind switch
        {
            "message_created" or "message_updated" when AuthorOf(root) is null => DeliveryReading.Ignore($"{kind}: {root.Text("message_type")}"),
            "message_created" => DeliveryReading.Of([.. LinksOf(root, source), MessageOf(root, source, WhenKnown.Keep)]),
            "message_updated" => DeliveryReading.Of(MessageOf(root, source, WhenKnown.Replace)),
            "conversation_created" or "conversation_status_changed" => DeliveryReading.Of(new DeliveredRecord(ConversationOf(root, kind, source), "", WhenKnown.Keep)),
            _ => DeliveryReading.Ignore(kind),
        };
    }

    /// <summary>The channel of an inbox, by its class.</summary>
    public static Channel ChannelOf(string? channel) => channel switch
    {
        "Channel::WebWidget" or "Channel::Sms" or "Channel::TwilioSms" or "Channel::Whatsapp" or "Channel::Telegram" or "Channel::Line" => Channel.Chat,
        "Channel::Email" => Channel.Email,
        "Channel::FacebookPage" or "Channel::TwitterProfile" or "Channel::Instagram" or "Channel::Tiktok" => Channel.Social,
        "Channel::Voice" => Channel.Phone,
        "Channel::Api" => Channel.Api,
        _ => Channel.Other,
    };

    /// <summary>Activities ("Anna resolved the conversation") are no messages; templates are what the product itself writes.</summary>
    private static Author? AuthorOf(JsonPart root) => root.Required("message_type") switch
    {
        "incoming" or "0" => Author.Customer,
        "outgoing" or "1" when root.Find("sender")?.Text("type") is "agent_bot" => Author.System,
        "outgoing" or "1" => Author.Agent,
        "template" or "3" => Author.System,
        _ => null,
    };

    private static DeliveredRecord MessageOf(JsonPart root, DeliverySource source, WhenKnown known)
    {
        var (id, conversation, author) = (root.Required("id"), root.Get("conversation"), AuthorOf(root)!.Value);
        var contact = conversation.Find("meta")?.Find("sender")?.Text("id") ?? conversation.Find("contact_inbox")?.Text("contact_id") ?? (author == Author.Customer ? root.Find("sender")?.Text("id") : null);
        return new DeliveredRecord(new Message
        {
            Id = $"{source.Source}/{id}",
            Source = source.Source,
            ExternalId = id,
            TicketId = source.Ticket(conversation.Text("id") ?? conversation.Required("display_id")),
            CustomerId = source.Customer(contact),
            Channel = ChannelOf(conversation.Text("channel")),
            Author = author,
            AgentId = author == Author.Agent ? root.Find("sender")?.Text("id") : null,
            Public = !root.Flag("private", false),
            At = root.Time("created_at"),
            Text = root.Find("content") is null ? "" : root.LongText("content"),
            Brand = root.Find("inbox")?.Text("name"),
        }, "", known);
    }

    /// <summary>Who a contact is elsewhere: by the identifier that the site gave, proven where its HMAC held, and by a mail address that anybody may have typed.</summary>
    private static IEnumerable<DeliveredRecord> LinksOf(JsonPart root, DeliverySource source)
    {
        var conversation = root.Get("conversation");
        if (conversation.Find("meta")?.Find("sender") is not { } contact) yield break;
        var (customer, at) = (source.Customer(contact.Text("id")), root.Time("created_at"));
        if (!customer.IsKnown) yield break;
        if (contact.Text("identifier") is { } login) yield return DeliverySource.Link(new CustomerId(login), Channel.Other, customer.Value, at, source.IsSigned && conversation.Find("contact_inbox")?.Flag("hmac_verified", false) == true, contact.Pointer + "/identifier");
        if (contact.Text("email") is { } email) yield return DeliverySource.Link(customer, Channel.Email, email.Trim().ToLowerInvariant(), at, false, contact.Pointer + "/email");
    }

    private static TicketEvent ConversationOf(JsonPart root, string kind, DeliverySource source)
    {
        var (id, status) = (root.Required("id"), root.Required("status"));
        var at = root.OptionalTime("timestamp") is { } stamp && kind == "conversation_created" ? root.OptionalTime("created_at") ?? stamp : LastActivity(root);
        var happened = kind == "conversation_created" ? EventKind.Created : status switch
        {
            "resolved" => EventKind.Resolved,
            "snoozed" => EventKind.Snoozed,
            "open" when WasResolved(root) => EventKind.Reopened,
            _ => EventKind.StatusChanged,
        };
        return new TicketEvent
        {
            Id = FormattableString.Invariant($"{source.Source}/{id}/{kind}/{status}/{at.ToUnixTimeMilliseconds()}"),
            TicketId = source.Ticket(id),
            Kind = happened,
            At = at,
            Actor = root.Find("meta")?.Find("assignee")?.Text("id") is { } agent ? new Actor(agent, ActorKind.Human) : new Actor("", ActorKind.Robot),
            Team = source.TeamOf(root.Find("meta")?.Find("team")?.Text("name")),
            Status = status,
            Priority = root.Text("priority"),
            Until = happened == EventKind.Snoozed ? root.OptionalTime("snoozed_until") : null,
        };
    }

    private static Instant LastActivity(JsonPart root) => root.OptionalTime("updated_at") ?? root.OptionalTime("last_activity_at") ?? root.Time("timestamp");

    private static bool WasResolved(JsonPart root)
    {
        foreach (var change in root.Items("changed_attributes"))
            if (change.Find("status")?.Text("previous_value") is "resolved") return true;
        return false;
    }
}
