using System.Globalization;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;

namespace Escalation.Core.Decisions;

/// <summary>A fact that could have been another: how it is read, changed and called.</summary>
/// <param name="Fact">Its name, as <c>root.Member</c>.</param>
/// <param name="Words">What people call it.</param>
/// <param name="Unit">The smallest change that is worth a word.</param>
/// <param name="Least">The lowest value tried.</param>
/// <param name="Most">The highest value tried.</param>
/// <param name="Read">The value; null where it is unknown.</param>
/// <param name="With">The facts with another value.</param>
internal sealed record FactScale(
    string Fact, string Words, double Unit, double Least, Func<Policy, double> Most, Func<DerivedFacts, double?> Read, Func<DerivedFacts, double, DerivedFacts> With)
{
    private const double MostContacts = 20;
    private const double MostWaitingHours = 14 * 24;
    private const double MostOfHighValue = 10;

    /// <summary>Facts on a scale.</summary>
    public static readonly IReadOnlyList<FactScale> All =
    [
        new("frustration.Score", "the frustration score", 0.01, 0, _ => 1, d => d.Frustration.Available ? d.Frustration.Score : null, (d, v) => d with { Frustration = Frustrated(d.Frustration, v) }),
        new("contacts.SameIssue7d", "the contacts about the same issue in 7 days", 1, 1, _ => MostContacts, d => d.Contacts.SameIssue7d, (d, v) => d with { Contacts = Contacted(d.Contacts, (int)v, d.Contacts.Last7d) }),
        new("contacts.Last7d", "the contacts in 7 days", 1, 1, _ => MostContacts, d => d.Contacts.Last7d, (d, v) => d with { Contacts = Contacted(d.Contacts, d.Contacts.SameIssue7d, (int)v) }),
        new("ticket.WaitingHours", "the hours without an answer", 1, 0, _ => MostWaitingHours, d => d.Ticket.WaitingHours, (d, v) => d with { Ticket = d.Ticket.WithWaitingHours(v) }),
        new("customer.LifetimeValue", "the customer's lifetime value", 1, 0, p => p.HighValue.Amount * MostOfHighValue, d => d.Customer.LifetimeValueKnown ? d.Customer.LifetimeValue : null,
            (d, v) => d with { Customer = d.Customer.WithLifetimeValue(v) }),
        new("context.Severity", "the severity", 1, 0, _ => 10, d => d.Context.Severity, (d, v) => d with { Context = d.Context.With(ContextFields.Severity, severity: (int)v) }),
        new(Impact, "the business impact", 1, 0, _ => (double)BusinessImpact.Critical, d => (double)d.Context.ImpactFound.Value,
            (d, v) => d with { Context = d.Context.With(ContextFields.BusinessImpact, impact: (BusinessImpact)(int)v) }),
    ];

    /// <summary>What might not have been recognised: the fact, the change in words, and the facts without it; null where there is nothing to leave out.</summary>
    public static readonly IReadOnlyList<(string Fact, string Words, Func<DerivedFacts, DerivedFacts?> Without)> Recognitions =
    [
        ("context.IssueType", "if no issue type were recognised", d => d.Context.IssueTypeKnown ? d with { Context = d.Context.With(ContextFields.IssueType) } : null),
        ("context.Product", "if no product were recognised", d => d.Context.ProductKnown ? d with { Context = d.Context.With(ContextFields.Product) } : null),
        ("context.Urgency", "if nothing were urgent", d => d.Context.Urgency.Count > 0 ? d with { Context = d.Context.With(ContextFields.Urgency) } : null),
        ("incident.Active", "if no incident were going on", d => d.Incident.Active ? d with { Incident = new IncidentFacts(false, d.Incident.Customers, d.Incident.KeyKnown ? d.Incident.Key : null, d.Incident.UsualRate) } : null),
    ];

    private const string Impact = "context.BusinessImpact";

    /// <summary>A value as people read it.</summary>
    public string Describe(double value) => Fact == Impact ? Wire.Name((BusinessImpact)(int)value) : value.ToString("0.##", CultureInfo.InvariantCulture);

    private static FrustrationFacts Frustrated(FrustrationFacts was, double score) => new(
        score, was.TrendKnown ? was.Trend + score - was.Score : double.NaN, was.Max7dKnown && was.Max7d > was.Score ? Math.Max(was.Max7d, score) : score);

    /// <remarks>What is about the same issue is among the week's, and the week's are among the month's.</remarks>
    private static ContactFacts Contacted(ContactFacts was, int sameIssue, int week)
    {
        if (sameIssue != was.SameIssue7d) week = Math.Max(week, sameIssue);
        return new ContactFacts(Math.Min(was.Last24h, week), week, Math.Max(was.Last30d, week), Math.Min(sameIssue, week), Math.Min(was.Channels7d, week));
    }
}
