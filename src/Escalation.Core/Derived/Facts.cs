using Escalation.Core.Decisions;
using Escalation.Core.Derived.Text;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Derived;

/// <summary>The message under decision, as rules see it.</summary>
/// <remarks>Text is the text as scored: quoted mail and signatures removed.</remarks>
public sealed class MessageFacts
{
    private static readonly string[] ChannelNames = [.. Wire.All<Channel>()];

    private readonly object source;         // a Message, or Given where there is none: small, for analyses that read a hundred thousand rows
    private readonly string? language;
    private readonly int start, length, wordCount;
    private readonly bool shouting;
    private string? text;

    /// <summary>The facts of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="scored">Its text as scored.</param>
    /// <param name="language">Given or detected; null = not known.</param>
    /// <param name="wordCount">Words of the text as scored.</param>
    /// <param name="shouting">Whether most of its letters are capitals.</param>
    internal MessageFacts(Message message, ScoredText scored, string? language, int wordCount, bool shouting)
    {
        (source, this.language, this.wordCount, this.shouting, start, length) = (message, language, wordCount, shouting, scored.Start, scored.Length);
        if (!ReferenceEquals(scored.Source, message.Text) || length == message.Text.Length) text = scored.Text;
    }

    /// <summary>Facts by value.</summary>
    public MessageFacts(string text, string? subject, string channel, string source, string? brand, string? language, int wordCount, bool shouting) =>
        (this.text, this.source, this.language, this.wordCount, this.shouting) = (text, new Given(subject, channel, source, brand), language, wordCount, shouting);

    /// <summary>The text as scored; may be empty.</summary>
    /// <remarks>Made when first asked for, where it is a part of the message's text: few rules read it.</remarks>
    public string Text => text ??= ((Message)source).Text.Substring(start, length);

    /// <summary>The subject line; empty where the channel has none.</summary>
    public string Subject => (source is Message message ? message.Subject : Others.Subject) ?? "";

    /// <summary>chat, email, social, phone, web, api or other.</summary>
    public string Channel => source is Message message ? ChannelNames[(int)message.Channel] : Others.Channel;

    /// <summary>The source account.</summary>
    public string Source => source is Message message ? message.Source : Others.Source;

    /// <summary>The brand addressed.</summary>
    [MayBeUnknown(nameof(BrandKnown))]
    public string Brand => FactUnavailableException.Read(BrandOrNull, "message.Brand");

    /// <summary>Whether <see cref="Brand"/> may be read.</summary>
    public bool BrandKnown => BrandOrNull is not null;

    /// <summary>ISO 639-1 code, given or detected.</summary>
    [MayBeUnknown(nameof(LanguageKnown))]
    public string Language => FactUnavailableException.Read(language, "message.Language");

    /// <summary>Whether <see cref="Language"/> may be read.</summary>
    public bool LanguageKnown => language is not null;

    /// <summary>Words of the text as scored.</summary>
    public int WordCount => wordCount;

    /// <summary>At least 60 % of at least 10 letters are capitals.</summary>
    public bool Shouting => shouting;

    private string? BrandOrNull => source is Message message ? message.Brand : Others.Brand;

    private Given Others => (Given)source;

    private sealed record Given(string? Subject, string Channel, string Source, string? Brand);
}

/// <summary>The ticket as of the message.</summary>
public sealed class TicketFacts(TicketAsOf ticket, double ageHours, double waitingHours)
{
    /// <summary>Facts by value.</summary>
    public TicketFacts(string id, string? status, string? priority, double ageHours, int messageCount, int reopenCount, double waitingHours, int ownerHops, IReadOnlyList<string> tags)
        : this(new TicketAsOf { Id = new TicketId(id), CreatedAt = default, Status = status, Priority = priority, MessageCount = messageCount, ReopenCount = reopenCount, OwnerHops = ownerHops, Tags = tags }, ageHours, waitingHours)
    {
    }

    /// <summary>The ticket, after merges.</summary>
    public string Id => ticket.Id.Value;

    /// <summary>Help-desk status.</summary>
    [MayBeUnknown(nameof(StatusKnown))]
    public string Status => FactUnavailableException.Read(ticket.Status, "ticket.Status");

    /// <summary>Whether <see cref="Status"/> may be read.</summary>
    public bool StatusKnown => ticket.Status is not null;

    /// <summary>Help-desk priority.</summary>
    [MayBeUnknown(nameof(PriorityKnown))]
    public string Priority => FactUnavailableException.Read(ticket.Priority, "ticket.Priority");

    /// <summary>Whether <see cref="Priority"/> may be read.</summary>
    public bool PriorityKnown => ticket.Priority is not null;

    /// <summary>Wall-clock hours since the ticket was created.</summary>
    public double AgeHours => ageHours;

    /// <summary>Messages so far, this one included.</summary>
    public int MessageCount => ticket.MessageCount;

    /// <summary>Times it was reopened.</summary>
    public int ReopenCount => ticket.ReopenCount;

    /// <summary>Wall-clock hours since the oldest customer message without a public reply, this one excluded; 0 where none waits.</summary>
    public double WaitingHours => waitingHours;

    /// <summary>Team changes so far.</summary>
    public int OwnerHops => ticket.OwnerHops;

    /// <summary>Help-desk tags.</summary>
    public IReadOnlyList<string> Tags => ticket.Tags;

    /// <summary>The same ticket, had it waited for so many hours.</summary>
    internal TicketFacts WithWaitingHours(double hours) => new(ticket, Math.Max(ageHours, hours), hours);
}

/// <summary>The customer as of the message.</summary>
public sealed class CustomerFacts
{
    private readonly CustomerAsOf customer;
    private readonly double highValueAmount;
    private readonly bool isComparable;

    /// <summary>The facts of a customer as of then.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="isComparable">Whether the lifetime value is in the policy's currency.</param>
    /// <param name="highValueAmount">Above it a value is high.</param>
    public CustomerFacts(CustomerAsOf customer, bool isComparable, double highValueAmount) =>
        (this.customer, this.isComparable, this.highValueAmount) = (customer, isComparable, highValueAmount);

    /// <summary>Facts by value.</summary>
    public CustomerFacts(string? id, double? lifetimeValue, string? currency, string? tier, int openTickets, double highValueAmount = 10_000)
        : this(new CustomerAsOf { Id = new CustomerId(id ?? ""), LifetimeValue = lifetimeValue, Currency = currency, Tier = tier, OpenTickets = openTickets }, true, highValueAmount)
    {
    }

    /// <summary>The customer.</summary>
    [MayBeUnknown(nameof(IdKnown))]
    public string Id => FactUnavailableException.Read(IdKnown ? customer.Id.Value : null, "customer.Id");

    /// <summary>Whether the source named somebody.</summary>
    public bool IdKnown => customer.Id.IsKnown;

    /// <summary>Money expected over all time, in policy.json's currency; a value in another currency is unknown.</summary>
    [MayBeUnknown(nameof(LifetimeValueKnown))]
    public double LifetimeValue => FactUnavailableException.Read(Value, "customer.LifetimeValue");

    /// <summary>Whether <see cref="LifetimeValue"/> may be read.</summary>
    public bool LifetimeValueKnown => !double.IsNaN(Value);

    /// <summary>Whether <see cref="LifetimeValue"/> is known and strictly above policy.json's <c>highValue.amount</c>.</summary>
    public bool HighValue => Value > highValueAmount;

    /// <summary>ISO 4217 code of the recorded value.</summary>
    [MayBeUnknown(nameof(CurrencyKnown))]
    public string Currency => FactUnavailableException.Read(customer.Currency, "customer.Currency");

    /// <summary>Whether <see cref="Currency"/> may be read.</summary>
    public bool CurrencyKnown => customer.Currency is not null;

    /// <summary>The organisation's own word for the tier.</summary>
    [MayBeUnknown(nameof(TierKnown))]
    public string Tier => FactUnavailableException.Read(customer.Tier, "customer.Tier");

    /// <summary>Whether <see cref="Tier"/> may be read.</summary>
    public bool TierKnown => customer.Tier is not null;

    /// <summary>Tickets not resolved or closed, this one included.</summary>
    public int OpenTickets => customer.OpenTickets;

    private double Value => isComparable ? customer.LifetimeValue ?? double.NaN : double.NaN;

    /// <summary>The same customer with another value.</summary>
    internal CustomerFacts WithLifetimeValue(double other) => new(customer with { LifetimeValue = other }, true, highValueAmount);
}

/// <summary>Contacts (not messages) of the customer over all channels, this one included.</summary>
public sealed class ContactFacts(int last24h, int last7d, int last30d, int sameIssue7d, int channels7d)
{
    /// <summary>Contacts in the last 24 hours.</summary>
    public int Last24h => last24h;

    /// <summary>Contacts in the last 7 days.</summary>
    public int Last7d => last7d;

    /// <summary>Contacts in the last 30 days.</summary>
    public int Last30d => last30d;

    /// <summary>Contacts in the last 7 days about the same issue: same ticket, or product and issue type both known and equal.</summary>
    public int SameIssue7d => sameIssue7d;

    /// <summary>Different channels among the contacts of the last 7 days.</summary>
    public int Channels7d => channels7d;
}

/// <summary>What this configuration's model makes of the tone.</summary>
public sealed class FrustrationFacts(double score, double trend, double max7d)
{
    /// <summary>Whether the message was scored: it has text, in a language that the model supports.</summary>
    public bool Available => !double.IsNaN(score);

    /// <summary>Calibrated probability that the writer is frustrated, 0 to 1.</summary>
    [MayBeUnknown(nameof(Available))]
    public double Score => FactUnavailableException.Read(score, "frustration.Score");

    /// <summary>Twin of <see cref="Score"/>; the same as <see cref="Available"/>.</summary>
    public bool ScoreKnown => Available;

    /// <summary>Score minus the mean of up to 3 earlier customer messages of the ticket in 7 days, -1 to 1.</summary>
    [MayBeUnknown(nameof(TrendKnown))]
    public double Trend => FactUnavailableException.Read(trend, "frustration.Trend");

    /// <summary>Whether there is an earlier scored message to compare with.</summary>
    public bool TrendKnown => !double.IsNaN(trend);

    /// <summary>Highest score of the customer in 7 days, this message included.</summary>
    [MayBeUnknown(nameof(Max7dKnown))]
    public double Max7d => FactUnavailableException.Read(max7d, "frustration.Max7d");

    /// <summary>Whether any message of the customer in 7 days was scored.</summary>
    public bool Max7dKnown => !double.IsNaN(max7d);
}

/// <summary>One problem hitting many users, as of the message.</summary>
public sealed class IncidentFacts(bool active, int customers, string? key, double usualRate = 0)
{
    /// <summary>No incident, no key.</summary>
    public static readonly IncidentFacts None = new(false, 0, null);

    /// <summary>Whether an incident of this message's key is going on.</summary>
    public bool Active => active;

    /// <summary>Distinct customers with the key in the window, this one included; 0 without a key.</summary>
    public int Customers => customers;

    /// <summary>The key, for example <c>product=checkout issueType=technical</c>.</summary>
    [MayBeUnknown(nameof(KeyKnown))]
    public string Key => FactUnavailableException.Read(key, "incident.Key");

    /// <summary>Whether the message has all fields of a key.</summary>
    public bool KeyKnown => key is not null;

    /// <summary>Customers that the window usually holds; explains why a count is or is not an incident.</summary>
    public double UsualRate => usualRate;
}

/// <summary>What the team model predicts.</summary>
public sealed class TeamFacts(string? predicted, double confidence)
{
    /// <summary>No team model, or one that is not sure enough to say.</summary>
    public static readonly TeamFacts None = new(null, 0);

    /// <summary>Whether there is a prediction.</summary>
    public bool Available => predicted is not null;

    /// <summary>A team id.</summary>
    [MayBeUnknown(nameof(Available))]
    public string Predicted => FactUnavailableException.Read(predicted, "team.Predicted");

    /// <summary>0 to 1; 0 without a prediction.</summary>
    public double Confidence => confidence;
}

/// <summary>Further fields of the message: <c>attributes["x"]</c>.</summary>
public sealed class AttributeFacts(IReadOnlyDictionary<string, string> values)
{
    /// <summary>No further field.</summary>
    public static readonly AttributeFacts None = new(Tickets.Message.NoAttributes);

    /// <summary>Those of a message.</summary>
    public static AttributeFacts Of(Message message) => message.Attributes.Count == 0 ? None : new AttributeFacts(message.Attributes);

    /// <summary>A field's value; unknown where the message has none of that name.</summary>
    [MayBeUnknown(nameof(Has))]
    public string this[string name] => values.TryGetValue(name, out var value) ? value : throw new FactUnavailableException($"attributes[\"{name}\"]");

    /// <summary>Whether the message has the field.</summary>
    public bool Has(string name) => values.ContainsKey(name);
}

/// <summary>The message's own time in policy.json's default calendar.</summary>
public sealed class ClockFacts(int hour, string dayOfWeek, bool inBusinessHours)
{
    private static readonly Dictionary<string, ClockFacts[]> Shared = new[] { "mon", "tue", "wed", "thu", "fri", "sat", "sun" }
        .ToDictionary(d => d, d => Enumerable.Range(0, 48).Select(i => new ClockFacts(i % 24, d, i >= 24)).ToArray(), StringComparer.Ordinal);

    /// <summary>One shared instance per hour, weekday and opening state.</summary>
    public static ClockFacts Of(int hour, string dayOfWeek, bool inBusinessHours) => Shared[dayOfWeek][hour + (inBusinessHours ? 24 : 0)];

    /// <summary>Hour of the day, 0 to 23.</summary>
    public int Hour => hour;

    /// <summary>mon, tue, wed, thu, fri, sat or sun.</summary>
    public string DayOfWeek => dayOfWeek;

    /// <summary>Whether the default calendar is open.</summary>
    public bool InBusinessHours => inBusinessHours;
}

/// <summary>Lists of the rule set, as of the message: <c>lists.Has("vip", customer.Id)</c>.</summary>
public interface IListFacts
{
    /// <summary>Whether the list holds the value at the message's time; false for an unknown list (the loader refuses such rules).</summary>
    bool Has(string list, string value);
}

/// <summary>What routing rules see of the recommendation.</summary>
public sealed class RecommendationFacts(double score, Band band, IReadOnlyList<Signal> signals)
{
    /// <summary>0 to 1.</summary>
    public double Score => score;

    /// <summary>none, monitor, priority_escalation or immediate_escalation.</summary>
    public string Band => Tickets.Wire.Name(band);

    /// <summary>Whether a signal of this trigger counts.</summary>
    public bool Has(string triggerType)
    {
        foreach (var signal in signals)
            if (string.Equals(signal.TriggerType, triggerType, StringComparison.Ordinal)) return true;
        return false;
    }
}

/// <summary>Every fact that rules may use about one message, under one configuration.</summary>
/// <remarks>Immutable. Source: "Derived facts that rules may use" in DESIGN.md; members are the parameters of rule expressions, by their names in lower case.</remarks>
public sealed record DerivedFacts
{
    /// <summary><c>message</c></summary>
    public required MessageFacts Message { get; init; }

    /// <summary><c>ticket</c></summary>
    public required TicketFacts Ticket { get; init; }

    /// <summary><c>customer</c></summary>
    public required CustomerFacts Customer { get; init; }

    /// <summary><c>contacts</c></summary>
    public required ContactFacts Contacts { get; init; }

    /// <summary><c>frustration</c></summary>
    public required FrustrationFacts Frustration { get; init; }

    /// <summary><c>context</c></summary>
    public required ContextFacts Context { get; init; }

    /// <summary><c>keywords</c></summary>
    public required KeywordFacts Keywords { get; init; }

    /// <summary><c>incident</c></summary>
    public required IncidentFacts Incident { get; init; }

    /// <summary><c>team</c></summary>
    public required TeamFacts Team { get; init; }

    /// <summary><c>attributes</c></summary>
    public required AttributeFacts Attributes { get; init; }

    /// <summary><c>clock</c></summary>
    public required ClockFacts Clock { get; init; }

    private readonly long at, decidedAt;        // an Instant is twice as wide

    /// <summary>When the message was written; lists are read as of then.</summary>
    public required Instant At
    {
        get => Instant.FromUnixTimeTicks(at);
        init => at = value.ToUnixTimeTicks();
    }

    /// <summary>When it was decided; the service level starts here.</summary>
    public required Instant DecidedAt
    {
        get => Instant.FromUnixTimeTicks(decidedAt);
        init => decidedAt = value.ToUnixTimeTicks();
    }

    /// <summary>The name of the message for errors and records.</summary>
    public required string MessageId { get; init; }
}
