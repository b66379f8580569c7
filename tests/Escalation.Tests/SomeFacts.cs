using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Tests;

/// <summary>Facts of an ordinary message, with what matters set.</summary>
internal static class SomeFacts
{
    public static DerivedFacts Of(
        double frustration = double.NaN, double trend = double.NaN, ContactFacts? contacts = null, double waitingHours = 0, CustomerFacts? customer = null, ContextFacts? context = null,
        KeywordFacts? keywords = null, IncidentFacts? incident = null, MessageFacts? message = null, Instant? at = null) => new()
        {
            Message = message ?? new MessageFacts("hello there", null, "email", "test", null, "en", 2, false),
            Ticket = new TicketFacts("t1", null, null, 0, 1, 0, waitingHours, 0, []),
            Customer = customer ?? new CustomerFacts("c1", null, null, null, 1),
            Contacts = contacts ?? new ContactFacts(1, 1, 1, 1, 1),
            Frustration = new FrustrationFacts(frustration, trend, frustration),
            Context = context ?? ContextFacts.Empty,
            Keywords = keywords ?? new KeywordFacts([], []),
            Incident = incident ?? IncidentFacts.None,
            Team = TeamFacts.None,
            Attributes = new AttributeFacts(Message.NoAttributes),
            Clock = ClockFacts.Of(12, "mon", true),
            At = at ?? Some.Noon,
            DecidedAt = at ?? Some.Noon,
            MessageId = "m1",
        };

    public static ContactFacts Contacts(int sameIssue) => new(1, sameIssue, sameIssue, sameIssue, 1);

    public static CustomerFacts Worth(double value, string currency = "USD") => new("c1", value, currency, null, 1);

    /// <summary>A keyword class of a rule set, found at the start of the text.</summary>
    public static KeywordFacts Keywords(IReadOnlyList<KeywordClass> classes, params string[] hit) =>
        new(classes, [.. hit.Select((name, i) => new KeywordHit(classes.ToList().FindIndex(c => c.Name == name), i * 10, i * 10 + 5))]);
}
