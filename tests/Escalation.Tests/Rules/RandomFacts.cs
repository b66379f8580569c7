using Escalation.Core.Derived;
using Escalation.Core.Tickets;

namespace Escalation.Tests.Rules;

/// <summary>Seeded random facts: every fact is unknown now and then, and every usual threshold is met from both sides.</summary>
internal sealed class RandomFacts(int seed, IReadOnlyList<KeywordClass> classes)
{
    private readonly Random random = new(seed);

    public DerivedFacts Next() => new()
    {
        Message = new MessageFacts(Pick("", "thanks", "my order is late"), Maybe("subject"), Pick("chat", "email", "phone"), "test", Maybe("acme"), Maybe("en"), random.Next(0, 30), Chance(.2)),
        Ticket = new TicketFacts("t1", Maybe("open"), Maybe("high"), random.NextDouble() * 100, random.Next(1, 9), random.Next(0, 4), random.NextDouble() * 100, random.Next(0, 6), Chance(.3) ? ["vip"] : []),
        Customer = new CustomerFacts(Maybe(Pick("c1", "example-vip-account")), Chance(.3) ? null : random.NextDouble() * 20_000, Maybe("USD"), Maybe("gold"), random.Next(1, 5)),
        Contacts = new ContactFacts(random.Next(0, 5), random.Next(0, 6), random.Next(0, 9), random.Next(0, 5), random.Next(0, 5)),
        Frustration = new FrustrationFacts(Number(), Number() - .3, Number()),
        Context = new ContextFacts
        {
            ProductFound = new(Maybe("app"), 1),
            IssueTypeFound = new(Chance(.3) ? null : Pick(Enum.GetValues<IssueType>()), 1),
            ImpactFound = new(Pick(Enum.GetValues<BusinessImpact>()), 1),
            Severity = random.Next(0, 11),
            Urgency = [.. Wire.All<UrgencyCode>().Where(_ => Chance(.25))],
        },
        Keywords = new KeywordFacts(classes, [.. Enumerable.Range(0, classes.Count).Where(_ => Chance(.2)).Select(i => new KeywordHit(i, i * 10, i * 10 + 5))]),
        Incident = new IncidentFacts(Chance(.2), random.Next(0, 20), Maybe("product=app issueType=technical")),
        Team = new TeamFacts(Maybe("billing"), random.NextDouble()),
        Attributes = new AttributeFacts(Chance(.5) ? new Dictionary<string, string> { ["plan"] = Pick("gold", "free") } : Message.NoAttributes),
        Clock = ClockFacts.Of(random.Next(24), Pick("mon", "sat"), Chance(.5)),
        At = Some.Noon,
        DecidedAt = Some.Noon,
        MessageId = "m1",
    };

    private bool Chance(double probability) => random.NextDouble() < probability;

    private double Number() => Chance(.2) ? double.NaN : Math.Round(random.NextDouble(), 2);

    private string? Maybe(string value) => Chance(.3) ? null : value;

    private T Pick<T>(params T[] values) => values[random.Next(values.Length)];
}
