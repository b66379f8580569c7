using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Episodes;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Tests;

/// <summary>Builders that default to the ordinary and show only what matters.</summary>
internal static class Some
{
    public static readonly Instant Noon = Instant.FromUtc(2026, 3, 2, 12, 0);

    private static int count;

    public static Message Message(
        string text = "Where is my order?", Instant? at = null, string ticket = "t1", string customer = "c1", Channel channel = Channel.Email,
        Author author = Author.Customer, string? product = null, string? id = null, Instant? receivedAt = null)
    {
        var number = Interlocked.Increment(ref count).ToString("00000", System.Globalization.CultureInfo.InvariantCulture);
        return new Message
        {
            Id = id ?? "m" + number,
            Source = "test",
            ExternalId = id ?? "m" + number,
            TicketId = new TicketId(ticket),
            CustomerId = new CustomerId(customer),
            Channel = channel,
            Author = author,
            At = at ?? Noon,
            ReceivedAt = receivedAt,
            Text = text,
            Product = product,
        };
    }

    public static TicketEvent Event(EventKind kind, Instant? at = null, string ticket = "t1", ActorKind actor = ActorKind.Human) => new()
    {
        Id = "e" + Interlocked.Increment(ref count),
        TicketId = new TicketId(ticket),
        Kind = kind,
        Actor = new Actor("a1", actor),
        At = at ?? Noon,
    };

    /// <summary>An open escalation of ticket t1.</summary>
    public static Episode Episode(Instant? at = null) => new()
    {
        Id = new EpisodeId("t1#1"),
        TicketId = new TicketId("t1"),
        CustomerId = new CustomerId("c1"),
        OpenedAt = at ?? Noon,
        OpenedBy = ActorKind.Robot,
        Band = Band.PriorityEscalation,
    };

    public static Signal Signal(string trigger, double confidence, Band? recommendation = null, params Evidence[] evidence)
    {
        var policy = Policy.Default;
        return new Signal(trigger, policy.Triggers[policy.TriggerIndex(trigger)].Group, confidence,
            recommendation ?? policy.Thresholds.RecommendationOf(confidence), "rule/" + trigger, evidence);
    }

    /// <summary>The signals as the default rules make them: frustration recommends immediate, repeat contact priority.</summary>
    public static Signal Frustrated(double score) => Signal("high_frustration", score, Band.ImmediateEscalation);

    public static Signal Repeat(double confidence = .85) => Signal("repeat_contact", confidence, Band.PriorityEscalation);

    public static Decision Decision(params Signal[] signals)
    {
        var recommendation = Combination.Recommend(signals, Policy.Default);
        return new Decision
        {
            Signals = signals,
            Recommendation = recommendation,
            ScoreWithoutIncident = Combination.Recommend(signals, Policy.Default, without: DecisionEngine.IncidentTrigger).Score,
            Route = recommendation.Band > Band.Monitor ? new Route("senior-support", TicketPriority.High, 4, "always", Noon + Duration.FromHours(4), "test") : null,
            Configuration = new ConfigurationId("test"),
        };
    }

    public static ContextFacts Context(string? product = null, IssueType? issue = null) => new()
    {
        ProductFound = new(product, product is null ? 0 : 1),
        IssueTypeFound = new(issue, issue is null ? 0 : 1),
    };

    public static Evidence Span(int start, int end) => Evidence.Span(EvidenceKind.Keyword, "keywords.test", start, end);
}
