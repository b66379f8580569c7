using Escalation.Core.Decisions;
using Escalation.Core.Observed;
using NodaTime;

namespace Escalation.Core.Derived;

/// <summary>From what was known to the facts that rules use.</summary>
public static class Derivation
{
    private static readonly string[] Weekdays = ["", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>Derives the facts of one message under a configuration. Pure: no clock, no disk, no random source.</summary>
    /// <param name="observed">What was known.</param>
    /// <param name="incidents">What earlier messages, derived under the same configuration, say of incidents; not changed here.</param>
    /// <param name="configuration">Rule set and models.</param>
    public static DerivedFacts Derive(ObservedFacts observed, IncidentHistory incidents, Configuration configuration)
    {
        var message = observed.Message.Message;
        var text = observed.Message.TextFacts(configuration.Analyzer);
        return new DerivedFacts
        {
            Message = text.Message,
            Ticket = TicketOf(observed.Ticket, message.At),
            Customer = CustomerOf(observed.Customer, configuration.Policy.HighValue),
            Contacts = Contacts.Count(observed, configuration),
            Frustration = FrustrationOf(observed, text.Frustration, configuration.Analyzer),
            Context = text.Context,
            Keywords = text.Keywords,
            Incident = incidents.FactsOf(message, text.Context, observed.Customer.Id),
            Team = text.Team,
            Attributes = AttributeFacts.Of(message),
            Clock = ClockOf(message.At, configuration),
            At = message.At,
            DecidedAt = observed.DecidedAt,
            MessageId = message.Id,
        };
    }

    private static TicketFacts TicketOf(TicketAsOf ticket, Instant at) => new(ticket, HoursBetween(ticket.CreatedAt, at), ticket.WaitingSince is { } since ? HoursBetween(since, at) : 0);

    private static double HoursBetween(Instant from, Instant to) => Math.Max(0, Rounding.Score((to - from).TotalHours));

    /// <remarks>A value without a currency is in the site's own; one in another currency is unknown.</remarks>
    private static CustomerFacts CustomerOf(CustomerAsOf customer, HighValuePolicy policy)
    {
        var comparable = customer.Currency is null || string.Equals(customer.Currency, policy.Currency, StringComparison.OrdinalIgnoreCase);
        return new CustomerFacts(customer, comparable, policy.Amount);
    }

    private static FrustrationFacts FrustrationOf(ObservedFacts observed, double score, TextAnalyzer analyzer)
    {
        var comparison = new FrustrationComparison(score);
        for (var earlier = new EarlierMessages(observed); earlier.MoveNext();)
        {
            var other = earlier.Current.EarlierFacts(analyzer).Frustration;
            if (comparison.Take(other) && earlier.IsOnTicket) comparison.TakeOnTicket(other);
        }
        return comparison.Facts;
    }

    /// <summary>The clock of a time in the default calendar.</summary>
    public static ClockFacts ClockOf(Instant at, Configuration configuration)
    {
        var calendar = configuration.DefaultCalendar;
        var local = at.InZone(calendar.Zone);
        return ClockFacts.Of(local.Hour, Weekdays[(int)local.DayOfWeek], calendar.IsOpenAt(local.LocalDateTime));
    }
}
