using System.Globalization;
using System.Text.Json;
using Escalation.Core.Tickets;

namespace Escalation.History.HelpDesks;

/// <summary>Formats of this product's own for what has no help desk: a chat transcript, a social post, a phone note. Unknown keys are refused.</summary>
public static class OwnDeliveries
{
    /// <summary>A whole chat: <c>{conversationId, customerId, subject?, brand?, product?, language?, messages[{id?, at, author, agentId?, team?, text}]}</c>.</summary>
    /// <remarks>A line that cannot be taken is a problem of its own and the others go on. A transcript that grew is sent again as a whole.</remarks>
    /// <exception cref="DeliveryException">The conversation itself is not named.</exception>
    public static DeliveryReading Transcript(JsonElement body, DeliverySource source)
    {
        var root = new JsonPart(body, "");
        root.AllowOnly("conversationId", "customerId", "subject", "brand", "product", "language", "messages");
        var (conversation, customer) = (root.Required("conversationId"), source.Customer(root.Text("customerId")));
        var (records, problems) = (new List<DeliveredRecord>(), new List<DeliveryProblem>());
        root.Get("messages");
        foreach (var (index, line) in root.Items("messages").Index())
            try
            {
                line.AllowOnly("id", "at", "author", "agentId", "team", "text");
                var id = string.Create(CultureInfo.InvariantCulture, $"{conversation}/{line.Text("id") ?? (index + 1).ToString(CultureInfo.InvariantCulture)}");
                records.Add(new DeliveredRecord(new Message
                {
                    Id = $"{source.Source}/{id}",
                    Source = source.Source,
                    ExternalId = id,
                    TicketId = source.Ticket(conversation),
                    CustomerId = customer,
                    Channel = Channel.Chat,
                    Author = line.Enum<Author>("author") ?? throw new DeliveryException(line.Pointer + "/author", $"author: is missing; say one of {string.Join(", ", Wire.All<Author>())}"),
                    AgentId = line.Text("agentId"),
                    Team = TeamOf(line, source),
                    At = line.Time("at"),
                    Subject = root.Text("subject"),
                    Text = line.LongText("text"),
                    Brand = root.Text("brand"),
                    Product = root.Text("product"),
                    Language = root.Text("language"),
                }, line.Pointer));
            }
            catch (DeliveryException bad)
            {
                problems.Add(new DeliveryProblem(bad.Pointer, bad.Message));
            }
        return new DeliveryReading(records, problems);
    }

    /// <summary>A post: <c>{network, id, authorId, at, text, author?, agentId?, conversationId?, inReplyTo?, public?, brand?, product?, language?}</c>.</summary>
    /// <remarks>The network goes to the source. Without a conversation a post is a ticket of its own.</remarks>
    /// <exception cref="DeliveryException">A field that is needed is missing or wrong.</exception>
    public static DeliveryReading Post(JsonElement body, DeliverySource source)
    {
        var root = new JsonPart(body, "");
        root.AllowOnly("network", "id", "authorId", "at", "text", "author", "agentId", "customerId", "conversationId", "inReplyTo", "public", "brand", "product", "language");
        var network = new DeliverySource($"{source.Source}/{root.Required("network")}", source.TeamOf);
        var (id, author) = (root.Required("id"), root.Enum<Author>("author") ?? Author.Customer);
        return DeliveryReading.Of(new DeliveredRecord(new Message
        {
            Id = $"{network.Source}/{id}",
            Source = network.Source,
            ExternalId = id,
            TicketId = network.Ticket(root.Text("conversationId") ?? id),
            CustomerId = network.Customer(root.Text("customerId") ?? (author == Author.Customer ? root.Required("authorId") : null)),
            Channel = Channel.Social,
            Author = author,
            AgentId = author == Author.Agent ? root.Text("agentId") ?? root.Text("authorId") : null,
            Public = root.Flag("public", true),
            At = root.Time("at"),
            Text = root.LongText("text"),
            ThreadId = root.Text("conversationId"),
            InReplyTo = root.Text("inReplyTo"),
            Brand = root.Text("brand"),
            Product = root.Text("product"),
            Language = root.Text("language"),
        }, ""));
    }

    /// <summary>A note on a call, or its transcript: <c>{callId, customerId, at, text, ticketId?, agentId?, subject?, brand?, product?, language?}</c>.</summary>
    /// <remarks>The text is taken as the customer's own words. Without a ticket a call is one of its own.</remarks>
    /// <exception cref="DeliveryException">A field that is needed is missing or wrong.</exception>
    public static DeliveryReading PhoneNote(JsonElement body, DeliverySource source)
    {
        var root = new JsonPart(body, "");
        root.AllowOnly("callId", "customerId", "at", "text", "ticketId", "agentId", "subject", "brand", "product", "language");
        var id = root.Required("callId");
        return DeliveryReading.Of(new DeliveredRecord(new Message
        {
            Id = $"{source.Source}/{id}",
            Source = source.Source,
            ExternalId = id,
            TicketId = source.Ticket(root.Text("ticketId") ?? id),
            CustomerId = source.Customer(root.Text("customerId")),
            Channel = Channel.Phone,
            Author = Author.Customer,
            AgentId = root.Text("agentId"),
            At = root.Time("at"),
            Subject = root.Text("subject"),
            Text = root.LongText("text"),
            Brand = root.Text("brand"),
            Product = root.Text("product"),
            Language = root.Text("language"),
        }, ""));
    }

    private static string? TeamOf(JsonPart line, DeliverySource source) => line.Text("team") is not { } name ? null
        : source.TeamOf(name) ?? throw new DeliveryException(line.Pointer + "/team", $"team: \"{name}\" is no team, specialty or help-desk group of teams.json");
}
