using Escalation.Core.Derived;
using Escalation.Core.Tickets;

namespace Escalation.History.Facts;

/// <summary>The rows of each column: what is written of the facts, and the facts that are made of it again.</summary>
internal static class FactCodec
{
    public static void Write(RowWriter row, FactColumns column, Message message, DerivedFacts facts, bool startsIncident)
    {
        switch (column)
        {
            case FactColumns.Text:
                row.Text(facts.Message.Text);
                row.Name(facts.Message.Subject);
                break;
            case FactColumns.Message: Write(row, facts.Message); break;
            case FactColumns.Ticket: Write(row, facts.Ticket); break;
            case FactColumns.Customer: Write(row, facts.Customer); break;
            case FactColumns.Contacts: Write(row, facts.Contacts); break;
            case FactColumns.Frustration: Write(row, facts.Frustration); break;
            case FactColumns.Context: ContextCodec.Write(row, facts.Context); break;
            case FactColumns.Keywords: Write(row, facts.Keywords); break;
            case FactColumns.Incident:
                Write(row, facts.Incident);
                row.Flag(startsIncident);
                break;
            case FactColumns.Team: Write(row, facts.Team); break;
            case FactColumns.Attributes: WritePairs(row, message.Attributes); break;
            case FactColumns.Clock:
                row.Int(facts.Clock.Hour);
                row.Name(facts.Clock.DayOfWeek);
                row.Flag(facts.Clock.InBusinessHours);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(column), column, "no single column");
        }
        row.EndRow();
    }

    public static MessageFacts ReadMessage(RowReader row, string text, string? subject) =>
        new(text, subject, row.Name()!, row.Name()!, row.Name(), row.Name(), row.Int(), row.Flag());

    public static TicketFacts ReadTicket(RowReader row) =>
        new(row.Text(), row.Name(), row.Name(), row.Double(), row.Int(), row.Int(), row.Double(), row.Int(), ReadNames(ref row));

    public static CustomerFacts ReadCustomer(RowReader row)
    {
        var id = row.Name();
        var value = row.Double();
        return new CustomerFacts(id, double.IsNaN(value) ? null : value, row.Name(), row.Name(), row.Int(), row.Double());
    }

    public static ContactFacts ReadContacts(RowReader row) => new(row.Int(), row.Int(), row.Int(), row.Int(), row.Int());

    public static FrustrationFacts ReadFrustration(RowReader row) => new(row.Double(), row.Double(), row.Double());

    public static KeywordFacts ReadKeywords(RowReader row, IReadOnlyList<KeywordClass> classes)
    {
        var hits = row.Int() is var count && count == 0 ? [] : new KeywordHit[count];
        for (var i = 0; i < hits.Length; i++) hits[i] = new KeywordHit(row.Int(), row.Int(), row.Int());
        return new KeywordFacts(classes, hits);
    }

    public static IncidentFacts ReadIncident(RowReader row) => new(row.Flag(), row.Int(), row.Name(), row.Double());

    public static bool ReadStartsIncident(RowReader row)
    {
        row.Flag();
        row.Int();
        row.Name();
        row.Double();
        return row.Flag();
    }

    public static TeamFacts ReadTeam(RowReader row) => new(row.Name(), row.Double());

    public static AttributeFacts ReadAttributes(RowReader row) => new(ReadPairs(ref row));

    public static IReadOnlyDictionary<string, string> ReadPairs(ref RowReader row)
    {
        var count = row.Int();
        if (count == 0) return Message.NoAttributes;
        var values = new Dictionary<string, string>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++) values.Add(row.Name()!, row.Name()!);
        return values;
    }

    public static ClockFacts ReadClock(RowReader row) => ClockFacts.Of(row.Int(), row.Name()!, row.Flag());

    public static void WriteNames(ValueWriter row, IReadOnlyList<string> names)
    {
        row.Int(names.Count);
        foreach (var name in names) row.Name(name);
    }

    public static IReadOnlyList<string> ReadNames(ref RowReader row)
    {
        var names = row.Int() is var count && count == 0 ? [] : new string[count];
        for (var i = 0; i < names.Length; i++) names[i] = row.Name()!;
        return names;
    }

    public static void Write(RowWriter row, FrustrationFacts facts)
    {
        row.Double(facts.Available ? facts.Score : double.NaN);
        row.Double(facts.TrendKnown ? facts.Trend : double.NaN);
        row.Double(facts.Max7dKnown ? facts.Max7d : double.NaN);
    }

    public static void Write(RowWriter row, KeywordFacts facts)
    {
        row.Int(facts.Hits.Count);
        foreach (var hit in facts.Hits)
        {
            row.Int(hit.Class);
            row.Int(hit.Start);
            row.Int(hit.End);
        }
    }

    public static void Write(RowWriter row, TeamFacts facts)
    {
        row.Name(facts.Available ? facts.Predicted : null);
        row.Double(facts.Confidence);
    }

    private static void Write(RowWriter row, MessageFacts facts)
    {
        row.Name(facts.Channel);
        row.Name(facts.Source);
        row.Name(facts.BrandKnown ? facts.Brand : null);
        row.Name(facts.LanguageKnown ? facts.Language : null);
        row.Int(facts.WordCount);
        row.Flag(facts.Shouting);
    }

    private static void Write(RowWriter row, TicketFacts facts)
    {
        row.Text(facts.Id);
        row.Name(facts.StatusKnown ? facts.Status : null);
        row.Name(facts.PriorityKnown ? facts.Priority : null);
        row.Double(facts.AgeHours);
        row.Int(facts.MessageCount);
        row.Int(facts.ReopenCount);
        row.Double(facts.WaitingHours);
        row.Int(facts.OwnerHops);
        WriteNames(row, facts.Tags);
    }

    private static void Write(RowWriter row, CustomerFacts facts)
    {
        row.Name(facts.IdKnown ? facts.Id : null);
        row.Double(facts.LifetimeValueKnown ? facts.LifetimeValue : double.NaN);
        row.Name(facts.CurrencyKnown ? facts.Currency : null);
        row.Name(facts.TierKnown ? facts.Tier : null);
        row.Int(facts.OpenTickets);
        // What counts as high value is the policy's; above or below is all that a row must tell.
        row.Double(facts.HighValue ? double.NegativeInfinity : double.PositiveInfinity);
    }

    private static void Write(RowWriter row, ContactFacts facts)
    {
        row.Int(facts.Last24h);
        row.Int(facts.Last7d);
        row.Int(facts.Last30d);
        row.Int(facts.SameIssue7d);
        row.Int(facts.Channels7d);
    }

    private static void Write(RowWriter row, IncidentFacts facts)
    {
        row.Flag(facts.Active);
        row.Int(facts.Customers);
        row.Name(facts.KeyKnown ? facts.Key : null);
        row.Double(facts.UsualRate);
    }

    public static void WritePairs(ValueWriter row, IReadOnlyDictionary<string, string> attributes)
    {
        row.Int(attributes.Count);
        foreach (var (name, value) in attributes)
        {
            row.Name(name);
            row.Name(value);
        }
    }
}
