using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Benchmarks.Rules.Planes;

/// <summary>Seeded facts as a support desk has them: most customers write once, most tickets are young, a fifth of the facts is unknown.</summary>
internal static class PlaneFacts
{
    private static readonly Instant At = Instant.FromUtc(2026, 3, 2, 15, 0);

    /// <summary>So many messages' facts, the same at every call.</summary>
    public static DerivedFacts[] Of(int count)
    {
        var random = new Random(11);
        var texts = Enumerable.Range(0, 2_000).Select(_ => Text(random)).ToArray();
        return [.. Enumerable.Range(0, count).Select(i => Facts(random, texts[random.Next(texts.Length)], i))];
    }

    private static DerivedFacts Facts(Random random, string text, int number)
    {
        int Few(int most) => (int)(Math.Pow(random.NextDouble(), 3) * most);
        bool Chance(double share) => random.NextDouble() < share;
        string Pick(params string[] values) => values[random.Next(values.Length)];
        var score = Chance(.2) ? double.NaN : random.NextDouble();
        return new DerivedFacts
        {
            Message = new MessageFacts(text, Chance(.3) ? null : "subject", Pick("chat", "email", "email", "phone", "web"), "desk", null, "en", random.Next(3, 60), Chance(.03)),
            Ticket = new TicketFacts($"t{number}", "open", Chance(.5) ? "normal" : null, Few(200), 1 + Few(8), Few(4), Few(90), Few(5), Chance(.1) ? ["vip", "mobile"] : Chance(.3) ? ["mobile"] : []),
            Customer = new CustomerFacts($"c{number % 40_000}", Chance(.3) ? null : Few(20_000), "USD", Chance(.3) ? null : Pick("gold", "silver", "free"), 1 + Few(4)),
            Contacts = new ContactFacts(Few(4), Few(6), Few(8), Few(12), 1 + Few(3)),
            Frustration = new FrustrationFacts(score, score - .3, score),
            Context = new ContextFacts
            {
                IssueTypeFound = new(Chance(.4) ? null : (IssueType)random.Next(Enum.GetValues<IssueType>().Length), 1),
                Severity = random.Next(0, 11),
            },
            Keywords = new KeywordFacts([], []),
            Incident = IncidentFacts.None,
            Team = TeamFacts.None,
            Attributes = new AttributeFacts(Message.NoAttributes),
            Clock = ClockFacts.Of(random.Next(24), "mon", true),
            At = At,
            DecidedAt = At,
            MessageId = $"m{number}",
        };
    }

    private static string Text(Random random)
    {
        string[] words = ["the", "order", "that", "came", "last", "week", "again1", "again3", "is", "not", "what", "was", "shown", "nobody", "answered", "my", "mail", "please", "tell", "me", "when", "it", "can", "be", "sent"];
        var text = string.Join(' ', Enumerable.Range(0, 60).Select(_ => words[random.Next(words.Length)]));
        return text[..Math.Min(200, text.Length)];
    }
}
