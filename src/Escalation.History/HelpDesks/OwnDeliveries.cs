using System.Globalization;
using System.Text.Json;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.HelpDesks;

/// <summary>Formats of this product's own for what has no help desk: a chat transcript, a social post, a phone note. Unknown keys are refused.</summary>
/// <remarks>
/// <c>loginId</c> is the customer's id everywhere on the site, <c>email</c> an address that the sender has verified. In a signed delivery they make one person of the ids;
/// in an unsigned one they are suggestions.
/// </remarks>
public static class OwnDeliveries
{
    /// <summary>A whole chat: <c>{conversationId, customerId, loginId?, email?, subject?, brand?, product?, language?, messages[{id?, at, author, agentId?, team?, text}]}</c>.</summary>
    /// <remarks>A line that cannot be taken is a problem of its own and the others go on. A transcript that grew is sent again as a whole.</remarks>
    /// <exception cref="DeliveryException">The conversation itself is not named.</exception>
    public static DeliveryReading Transcript(JsonElement body, DeliverySource source)
    {
        var root = new JsonPart(body, "");
        root.AllowOnly("conversationId", "customerId", "loginId", "email", "subject", "brand", "product", "language", "messages");
        var (conversation, customer) = (root.Required("conversationId"), CustomerOf(root, source, root.Text("customerId")));
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
        return new DeliveryReading(records.Count == 0 ? records : [.. LinksOf(root, source, customer, records.Min(r => r.Record.At)), .. records], problems);
    }

    /// <summary>A post: <c>{network, id, authorId, at, text, loginId?, email?, author?, agentId?, conversationId?, inReplyTo?, public?, brand?, product?, language?}</c>.</summary>
    /// <remarks>The network goes to the source. Without a conversation a post is a ticket of its own.</remarks>
    /// <exception cref="DeliveryException">A field that is needed is missing or wrong.</exception>
    public static DeliveryReading Post(JsonElement body, DeliverySource source)
    {
        var root = new JsonPart(body, "");
        root.AllowOnly("network", "id", "authorId", "at", "text", "author", "agentId", "customerId", "loginId", "email", "conversationId", "inReplyTo", "public", "brand", "product", "language");
        var network = source with { Source = $"{source.Source}/{root.Required("network")}" };
        var (id, author) = (root.Required("id"), root.Enum<Author>("author") ?? Author.Customer);
        var customer = CustomerOf(root, network, root.Text("customerId") ?? (author == Author.Customer ? root.Required("authorId") : null));
        return DeliveryReading.Of([.. LinksOf(root, network, customer, root.Time("at")), new DeliveredRecord(new Message
        {
            Id = $"{network.Source}/{id}",
            Source = network.Source,
            ExternalId = id,
            TicketId = network.Ticket(root.Text("conversationId") ?? id),
            CustomerId = customer,
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
        }, "")]);
    }

    /// <summary>A note on a call, or its transcript: <c>{callId, customerId, at, text, loginId?, email?, ticketId?, agentId?, subject?, brand?, product?, language?}</c>.</summary>
    /// <remarks>The text is taken as the customer's own words. Without a ticket a call is one of its own.</remarks>
    /// <exception cref="DeliveryException">A field that is needed is missing or wrong.</exception>
    public static DeliveryReading PhoneNote(JsonElement body, DeliverySource source)
    {
        var root = new JsonPart(body, "");
        root.AllowOnly("callId", "customerId", "loginId", "email", "at", "text", "ticketId", "agentId", "subject", "brand", "product", "language");
        var (id, customer) = (root.Required("callId"), CustomerOf(root, source, root.Text("customerId")));
        return DeliveryReading.Of([.. LinksOf(root, source, customer, root.Time("at")), new DeliveredRecord(new Message
        {
            Id = $"{source.Source}/{id}",
            Source = source.Source,
            ExternalId = id,
            TicketId = source.Ticket(root.Text("ticketId") ?? id),
            CustomerId = customer,
            Channel = Channel.Phone,
            Author = Author.Customer,
            AgentId = root.Text("agentId"),
            At = root.Time("at"),
            Subject = root.Text("subject"),
            Text = root.LongText("text"),
            Brand = root.Text("brand"),
            Product = root.Text("product"),
            Language = root.Text("language"),
        }, "")]);
    }

    /// <remarks>Where only a login is named, whose sender is not proven, nobody is: else anybody could write as anybody.</remarks>
    private static CustomerId CustomerOf(JsonPart root, DeliverySource source, string? number) =>
        number is null && source.IsSigned && root.Text("loginId") is { } login ? new CustomerId(login) : source.Customer(number);

    private static IEnumerable<DeliveredRecord> LinksOf(JsonPart root, DeliverySource source, CustomerId customer, Instant at)
    {
        var (login, email) = (root.Text("loginId"), root.Text("email")?.Trim().ToLowerInvariant());
        if (email?.Contains('@', StringComparison.Ordinal) == false) throw new DeliveryException("/email", $"email: \"{email}\" is no mail address");
        var person = login is null ? customer : new CustomerId(login);
        if (login is not null && customer.IsKnown && customer != person) yield return DeliverySource.Link(person, Channel.Other, customer.Value, at, source.IsSigned, "/loginId");
        if (email is not null && person.IsKnown) yield return DeliverySource.Link(person, Channel.Email, email, at, source.IsSigned, "/email");
    }

    private static string? TeamOf(JsonPart line, DeliverySource source) => line.Text("team") is not { } name ? null
        : source.TeamOf(name) ?? throw new DeliveryException(line.Pointer + "/team", $"team: \"{name}\" is no team, specialty or help-desk group of teams.json");
}
