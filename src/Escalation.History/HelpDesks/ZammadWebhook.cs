using System.Text.Json;
using Escalation.Core.Tickets;
using Escalation.History.Formats;
using NodaTime;

namespace Escalation.History.HelpDesks;

/// <summary>Zammad's webhook: the ticket as it now is and, where one was written, its article.</summary>
/// <remarks>
/// Source: admin-docs.zammad.org, Manage > Webhook > Payload. The article is the message; of the ticket, its creation, waiting for the customer and closing become
/// events, whose ids follow from Zammad's own times, so that the many deliveries about one ticket give each only once.
/// </remarks>
public static class ZammadWebhook
{
    /// <summary>Reads one delivery.</summary>
    /// <exception cref="DeliveryException">A field that is needed is missing or wrong.</exception>
    public static DeliveryReading Read(JsonElement body, DeliverySource source)
    {
        var root = new JsonPart(body, "");
        var ticket = root.Get("ticket");
        var records = new List<DeliveredRecord>();
        if (Happened(ticket, root.Find("article") is null, source) is { } happened) records.Add(new DeliveredRecord(happened, ticket.Pointer, WhenKnown.Keep));
        if (root.Find("article") is { } article)
        {
            if (AddressOf(ticket, article, source) is { } link) records.Add(link);
            records.Add(Article(article, ticket, source));
        }
        return records.Count == 0 ? DeliveryReading.Ignore("a ticket of which nothing is followed changed") : new DeliveryReading(records, []);
    }

    /// <summary>When the delivery was made: the last change of what it tells of. Zammad signs no time of its own.</summary>
    /// <returns>Null where it says none.</returns>
    public static Instant? SignedTime(JsonElement body)
    {
        var root = new JsonPart(body, "");
        var (ticket, article) = (root.Find("ticket")?.OptionalTime("updated_at"), root.Find("article")?.OptionalTime("updated_at"));
        return article is null || ticket > article ? ticket : article;
    }

    /// <summary>The channel of an article's type.</summary>
    public static Channel ChannelOf(string? type) => type?.ToLowerInvariant() switch
    {
        "email" => Channel.Email,
        "phone" => Channel.Phone,
        "web" or "note" => Channel.Web,
        "chat" or "sms" or "telegram personal-message" or "whatsapp message" => Channel.Chat,
        { } t when t.StartsWith("twitter", StringComparison.Ordinal) || t.StartsWith("facebook", StringComparison.Ordinal) => Channel.Social,
        _ => Channel.Other,
    };

    /// <summary>What a ticket as it now is says of its life: its creation and, where it is over, its end.</summary>
    internal static IEnumerable<DeliveredRecord> Lifetime(JsonPart ticket, DeliverySource source)
    {
        yield return new DeliveredRecord(EventOf(ticket, EventKind.Created, ticket.Time("created_at"), source), ticket.Pointer, WhenKnown.Keep);
        if (EndOf(ticket) is { } end) yield return new DeliveredRecord(EventOf(ticket, end.Kind, end.At, source), ticket.Pointer, WhenKnown.Keep);
    }

    /// <summary>The message that an article is.</summary>
    internal static DeliveredRecord Article(JsonPart article, JsonPart ticket, DeliverySource source)
    {
        var id = article.Required("id");
        var sender = article.Required("sender");
        var author = sender switch
        {
            "Customer" => Author.Customer,
            "Agent" => Author.Agent,
            "System" => Author.System,
            _ => throw new DeliveryException(article.Pointer + "/sender", $"sender: \"{sender}\" is none of Customer, Agent, System"),
        };
        var (at, text) = (article.Time("created_at"), article.LongText("body"));
        var isEdited = article.OptionalTime("updated_at") is { } updated && updated - at >= Duration.FromSeconds(1);
        return new DeliveredRecord(new Message
        {
            Id = $"{source.Source}/{id}",
            Source = source.Source,
            ExternalId = id,
            TicketId = source.Ticket(ticket.Required("id")),
            CustomerId = source.Customer(CustomerOf(ticket)),
            Channel = ChannelOf(article.Text("type")),
            Author = author,
            AgentId = author == Author.Agent ? UserOf(article, "created_by") : null,
            Team = author == Author.Agent ? source.TeamOf(GroupOf(ticket)) : null,
            Public = !article.Flag("internal", false),
            At = at,
            Subject = ticket.Text("title"),
            Text = article.Text("content_type") is "text/html" ? HtmlText.Of(text) : text,
        }, article.Pointer, isEdited ? WhenKnown.Replace : WhenKnown.Keep);
    }

    private static TicketEvent? Happened(JsonPart ticket, bool alone, DeliverySource source)
    {
        var (created, updated) = (ticket.Time("created_at"), ticket.Time("updated_at"));
        if (EndOf(ticket) is { } end) return EventOf(ticket, end.Kind, end.At, source);
        if (NameOf(ticket, "state") is "pending reminder" or "pending close") return EventOf(ticket, EventKind.WaitingCustomer, updated, source);
        if (ticket.Text("article_count") == "1") return EventOf(ticket, EventKind.Created, created, source);
        return alone ? EventOf(ticket, EventKind.StatusChanged, updated, source) : null;
    }

    /// <summary>How and when a ticket ended; null while it goes on.</summary>
    private static (EventKind Kind, Instant At)? EndOf(JsonPart ticket) => NameOf(ticket, "state") switch
    {
        "closed" => (EventKind.Resolved, ticket.OptionalTime("last_close_at") ?? ticket.OptionalTime("close_at") ?? ticket.Time("updated_at")),
        "merged" => (EventKind.Closed, ticket.OptionalTime("close_at") ?? ticket.Time("updated_at")),
        _ => null,
    };

    private static TicketEvent EventOf(JsonPart ticket, EventKind kind, Instant at, DeliverySource source)
    {
        var id = ticket.Required("id");
        var actor = UserOf(ticket, kind == EventKind.Created ? "created_by" : "updated_by") ?? "";
        return new TicketEvent
        {
            Id = FormattableString.Invariant($"{source.Source}/{id}/{Wire.Name(kind)}/{at.ToUnixTimeMilliseconds()}"),
            TicketId = source.Ticket(id),
            Kind = kind,
            At = at,
            Actor = new Actor(actor, actor is "" or "-" ? ActorKind.Robot : actor == UserOf(ticket, "customer") ? ActorKind.Customer : ActorKind.Human),
            Team = kind == EventKind.Created ? source.TeamOf(GroupOf(ticket)) : null,
            Status = NameOf(ticket, "state"),
            Priority = NameOf(ticket, "priority"),
        };
    }

    /// <summary>The mail address of the ticket's customer, as Zammad has it: made of the sender of any mail, so a person is asked.</summary>
    private static DeliveredRecord? AddressOf(JsonPart ticket, JsonPart article, DeliverySource source) =>
        ticket.Find("customer") is { IsObject: true } user && user.Text("email") is { } email && source.Customer(CustomerOf(ticket)) is { IsKnown: true } customer
            ? DeliverySource.Link(customer, Channel.Email, email.Trim().ToLowerInvariant(), article.Time("created_at"), false, user.Pointer + "/email") : null;

    private static string? CustomerOf(JsonPart ticket) => ticket.Text("customer_id") ?? ticket.Find("customer")?.Text("id");

    private static string? GroupOf(JsonPart ticket) => NameOf(ticket, "group");

    private static string? UserOf(JsonPart part, string name) => part.Find(name) is not { } user ? null : user.IsObject ? user.Text("login") ?? user.Text("email") ?? user.Text("id") : user.Word();

    /// <remarks>Older versions expand a state to its name and a priority to an object; newer ones may do either.</remarks>
    private static string? NameOf(JsonPart part, string name) => part.Find(name) is not { } value ? null : value.IsObject ? value.Text("name") : value.Word();
}
