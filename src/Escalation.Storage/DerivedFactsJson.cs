using System.Buffers;
using System.Text.Json;
using Escalation.Core.Derived;

using Escalation.Core.Tickets;
namespace Escalation.Storage;

/// <summary>Derived facts as JSON, for records and explanations: numbers, codes and places; no words of the message.</summary>
public static class DerivedFactsJson
{
    /// <summary>A JSON object by DESIGN's names; what is unknown is null.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="textDigest">Salted digest of the text they rest on.</param>
    public static JsonElement Write(DerivedFacts facts, string textDigest)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("textDigest", textDigest);
            Message(json, facts.Message);
            Ticket(json, facts.Ticket);
            Customer(json, facts.Customer);
            Contacts(json, facts.Contacts);
            json.WriteStartObject("frustration");
            Number(json, "score", facts.Frustration.Available ? facts.Frustration.Score : null);
            Number(json, "trend", facts.Frustration.TrendKnown ? facts.Frustration.Trend : null);
            Number(json, "max7d", facts.Frustration.Max7dKnown ? facts.Frustration.Max7d : null);
            json.WriteEndObject();
            Context(json, facts.Context);
            json.WriteStartObject("incident");
            json.WriteBoolean("active", facts.Incident.Active);
            json.WriteNumber("customers", facts.Incident.Customers);
            json.WriteString("key", facts.Incident.KeyKnown ? facts.Incident.Key : null);
            json.WriteNumber("usualRate", facts.Incident.UsualRate);
            json.WriteEndObject();
            json.WriteStartObject("team");
            json.WriteString("predicted", facts.Team.Available ? facts.Team.Predicted : null);
            json.WriteNumber("confidence", facts.Team.Confidence);
            json.WriteEndObject();
            json.WriteStartObject("clock");
            json.WriteNumber("hour", facts.Clock.Hour);
            json.WriteString("dayOfWeek", facts.Clock.DayOfWeek);
            json.WriteBoolean("inBusinessHours", facts.Clock.InBusinessHours);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    /// <summary>The facts of a recorded decision again, as far as they are recorded: keywords, attributes, places of context, and how sure it was are not.</summary>
    /// <param name="record">The decision.</param>
    public static DerivedFacts Read(DecisionRecord record)
    {
        var facts = record.Facts;
        var (message, ticket, customer, contacts, frustration, context, incident, team, clock) = (
            facts.GetProperty("message"), facts.GetProperty("ticket"), facts.GetProperty("customer"), facts.GetProperty("contacts"), facts.GetProperty("frustration"),
            facts.GetProperty("context"), facts.GetProperty("incident"), facts.GetProperty("team"), facts.GetProperty("clock"));
        return new DerivedFacts
        {
            Message = new MessageFacts(record.MessageText, null, Text(message, "channel") ?? "", Text(message, "source") ?? "", Text(message, "brand"), Text(message, "language"), Count(message, "wordCount"), message.GetProperty("shouting").GetBoolean()),
            Ticket = new TicketFacts(record.TicketId.Value, Text(ticket, "status"), Text(ticket, "priority"), ticket.GetProperty("ageHours").GetDouble(), Count(ticket, "messageCount"), Count(ticket, "reopenCount"),
                ticket.GetProperty("waitingHours").GetDouble(), Count(ticket, "ownerHops"), [.. ticket.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!)]),
            Customer = new CustomerFacts(Text(customer, "id"), Number(customer, "lifetimeValue"), Text(customer, "currency"), Text(customer, "tier"), Count(customer, "openTickets")),
            Contacts = new ContactFacts(Count(contacts, "last24h"), Count(contacts, "last7d"), Count(contacts, "last30d"), Count(contacts, "sameIssue7d"), Count(contacts, "channels7d")),
            Frustration = new FrustrationFacts(Number(frustration, "score") ?? double.NaN, Number(frustration, "trend") ?? double.NaN, Number(frustration, "max7d") ?? double.NaN),
            Context = new ContextFacts
            {
                ProductFound = new Extracted<string>(Text(context, "product"), 0),
                IssueTypeFound = new Extracted<IssueType?>(Columns.ValueOrNull<IssueType>(Text(context, "issueType")), 0),
                Urgency = [.. context.GetProperty("urgency").EnumerateArray().Select(u => u.GetString()!)],
                ImpactFound = new Extracted<BusinessImpact>(Columns.Value<BusinessImpact>(Text(context, "businessImpact") ?? ""), 0),
                Severity = Count(context, "severity"),
            },
            Keywords = new KeywordFacts([], []),
            Incident = new IncidentFacts(incident.GetProperty("active").GetBoolean(), Count(incident, "customers"), Text(incident, "key"), incident.GetProperty("usualRate").GetDouble()),
            Team = new TeamFacts(Text(team, "predicted"), team.GetProperty("confidence").GetDouble()),
            Attributes = new AttributeFacts(Core.Tickets.Message.NoAttributes),
            Clock = ClockFacts.Of(Count(clock, "hour"), Text(clock, "dayOfWeek")!, clock.GetProperty("inBusinessHours").GetBoolean()),
            At = record.DecidedAt,
            DecidedAt = record.DecidedAt,
            MessageId = record.MessageId.Value,
        };
    }

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static int Count(JsonElement of, string name) => of.GetProperty(name).GetInt32();

    private static double? Number(JsonElement of, string name) => of.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    private static void Message(Utf8JsonWriter json, MessageFacts message)
    {
        json.WriteStartObject("message");
        json.WriteString("channel", message.Channel);
        json.WriteString("source", message.Source);
        json.WriteString("brand", message.BrandKnown ? message.Brand : null);
        json.WriteString("language", message.LanguageKnown ? message.Language : null);
        json.WriteNumber("wordCount", message.WordCount);
        json.WriteBoolean("shouting", message.Shouting);
        json.WriteEndObject();
    }

    private static void Ticket(Utf8JsonWriter json, TicketFacts ticket)
    {
        json.WriteStartObject("ticket");
        json.WriteString("id", ticket.Id);
        json.WriteString("status", ticket.StatusKnown ? ticket.Status : null);
        json.WriteString("priority", ticket.PriorityKnown ? ticket.Priority : null);
        json.WriteNumber("ageHours", ticket.AgeHours);
        json.WriteNumber("messageCount", ticket.MessageCount);
        json.WriteNumber("reopenCount", ticket.ReopenCount);
        json.WriteNumber("waitingHours", ticket.WaitingHours);
        json.WriteNumber("ownerHops", ticket.OwnerHops);
        Texts(json, "tags", ticket.Tags);
        json.WriteEndObject();
    }

    private static void Customer(Utf8JsonWriter json, CustomerFacts customer)
    {
        json.WriteStartObject("customer");
        json.WriteString("id", customer.IdKnown ? customer.Id : null);
        Number(json, "lifetimeValue", customer.LifetimeValueKnown ? customer.LifetimeValue : null);
        json.WriteString("currency", customer.CurrencyKnown ? customer.Currency : null);
        json.WriteString("tier", customer.TierKnown ? customer.Tier : null);
        json.WriteNumber("openTickets", customer.OpenTickets);
        json.WriteEndObject();
    }

    private static void Contacts(Utf8JsonWriter json, ContactFacts contacts)
    {
        json.WriteStartObject("contacts");
        json.WriteNumber("last24h", contacts.Last24h);
        json.WriteNumber("last7d", contacts.Last7d);
        json.WriteNumber("last30d", contacts.Last30d);
        json.WriteNumber("sameIssue7d", contacts.SameIssue7d);
        json.WriteNumber("channels7d", contacts.Channels7d);
        json.WriteEndObject();
    }

    private static void Context(Utf8JsonWriter json, ContextFacts context)
    {
        json.WriteStartObject("context");
        json.WriteString("product", context.ProductKnown ? context.Product : null);
        json.WriteString("issueType", context.IssueTypeFound.Value is { } type ? Wire.Name(type) : null);
        Texts(json, "urgency", context.Urgency);
        json.WriteString("businessImpact", context.BusinessImpact);
        json.WriteNumber("severity", context.Severity);
        json.WriteNumber("confidence", context.Confidence);
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }
}
