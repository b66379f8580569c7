using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Observed;
using Escalation.Rules;
using NodaTime;

namespace Escalation.Tests.Rules;

/// <summary>The default rules on real texts, with the score that a test wants.</summary>
public sealed class DefaultRulesTests
{
    private static readonly RuleSet Rules = RuleSetLoader.Load().RuleSet!;

    private static Decision Decide(string text, double frustration = .1, CustomerAsOf? customer = null, Instant? waitingSince = null, int earlierContacts = 0)
    {
        var configuration = new Configuration(Rules, new FixedScore(frustration), null);
        var message = Some.Message(text) with { Language = "en" };
        var observed = new ObservedFacts
        {
            Message = new ObservedMessage(message),
            DecidedAt = message.At,
            Customer = customer ?? new CustomerAsOf { Id = message.CustomerId },
            Ticket = new TicketAsOf { Id = message.TicketId, CreatedAt = message.At, WaitingSince = waitingSince },
            Recent = [.. Enumerable.Range(0, earlierContacts).Select(i => new Observation(new ObservedMessage(Some.Message("hello", message.At - Duration.FromDays(earlierContacts - i) / 2))))],
        };
        return DecisionEngine.Decide(Derivation.Derive(observed, new IncidentHistory(Rules.Policy.Incident), configuration), configuration);
    }

    [Theory, InlineData(.75, Band.None), InlineData(.76, Band.PriorityEscalation), InlineData(.95, Band.ImmediateEscalation)]
    public void Frustration_counts_strictly_above_three_quarters(double score, Band band) => Assert.Equal(band, Decide("hello there", score).Recommendation.Band);

    [Theory, InlineData(1, Band.None), InlineData(2, Band.PriorityEscalation)]
    public void More_than_two_contacts_about_the_same_issue_are_a_repeat(int earlier, Band band) =>
        Assert.Equal(band, Decide("hello there", earlierContacts: earlier).Recommendation.Band);

    [Fact]
    public void Legal_is_a_whole_word_and_quoted_mail_does_not_count()
    {
        Assert.Contains(Decide("My lawyer will write to you.").Signals, s => s.TriggerType == "legal_or_compliance");
        Assert.DoesNotContain(Decide("The paralegal parked illegally.").Signals, s => s.TriggerType == "legal_or_compliance");
        Assert.DoesNotContain(Decide("Thanks, all fine now.\n\nOn Mon, 2 Mar 2026 at 10:00, Ann wrote:\n> My lawyer will write to you.").Signals, s => s.TriggerType == "legal_or_compliance");
    }

    [Theory]
    [InlineData("That's stupid", Band.Monitor)]
    [InlineData("You lot are useless clowns, really the worst", Band.PriorityEscalation)]
    [InlineData("Your useless app shows an error and I cannot log in to my account", Band.ImmediateEscalation)]
    public void Anger_that_names_no_trouble_comes_after_anger_that_does(string text, Band band) => Assert.Equal(band, Decide(text, .95).Recommendation.Band);

    [Theory]
    [InlineData("Our lawyer uses the app too and is happy with it.", Band.Monitor)]
    [InlineData("Our lawyer will write to you.", Band.ImmediateEscalation)]
    public void A_lawyer_in_passing_is_no_threat(string text, Band band) => Assert.Equal(band, Decide(text).Recommendation.Band);

    [Theory]
    [InlineData("Works like a charm now, brilliant", Band.Monitor)]
    [InlineData("This is my question again", Band.PriorityEscalation)]
    public void Praise_ends_a_repeat(string text, Band band) => Assert.Equal(band, Decide(text, earlierContacts: 3).Recommendation.Band);

    [Fact]
    public void Many_words_of_one_class_give_one_signal()
    {
        var decision = Decide("This is ridiculous, pathetic and disgraceful. I am fed up and furious.");
        Assert.Single(decision.Signals, s => s.Rule == "keywords/angry");
    }

    [Fact]
    public void An_outage_is_found_wherever_it_stands()
    {
        foreach (var text in (string[])["outage", "Is there an outage?", "Another OUTAGE today, the service is down for everyone"])
            Assert.Contains("outage", Facts(text).Context.Urgency);
    }

    [Fact]
    public void A_deadline_adds_its_hours_in_business_time()
    {
        var decision = Decide("My lawyer will write to you.");
        Assert.True(decision.Route!.SlaDeadline > Some.Noon, "a deadline that adds nothing");
        var opening = Instant.FromUtc(2026, 3, 2, 14, 0);
        Assert.Equal(opening + Duration.FromHours(decision.Route.SlaHours), decision.Route.SlaDeadline);
    }

    [Fact]
    public void Value_alone_is_no_reason_and_joins_others()
    {
        var rich = new CustomerAsOf { Id = new("c1"), LifetimeValue = 50_000, Currency = "USD" };
        Assert.Equal(Band.None, Decide("hello there", customer: rich).Recommendation.Band);
        var plain = Decide("The app crashes with an error message", .8).Recommendation.Score;
        Assert.True(Decide("The app crashes with an error message", .8, rich).Recommendation.Score > plain);
    }

    [Fact]
    public void A_broken_model_leaves_the_rules_deciding()
    {
        var configuration = new Configuration(Rules, null, null);
        var decision = DecisionEngine.Decide(Facts("My lawyer will write to you.", configuration), configuration);
        Assert.Equal(Band.ImmediateEscalation, decision.Recommendation.Band);
        Assert.Empty(decision.Unavailable);
    }

    private static DerivedFacts Facts(string text, Configuration? configuration = null)
    {
        configuration ??= new Configuration(Rules, null, null);
        var message = Some.Message(text) with { Language = "en" };
        return Derivation.Derive(new ObservedFacts
        {
            Message = new ObservedMessage(message),
            DecidedAt = message.At,
            Customer = new CustomerAsOf { Id = message.CustomerId },
            Ticket = new TicketAsOf { Id = message.TicketId, CreatedAt = message.At },
            Recent = [],
        }, new IncidentHistory(Rules.Policy.Incident), configuration);
    }

    private sealed class FixedScore(double score) : IFrustrationModel
    {
        public ModelVersion Version => new("fixed");

        public bool Supports(string language) => language == "en";

        public float Score(ReadOnlySpan<char> text) => (float)score;

        public TextExplanation Explain(ReadOnlySpan<char> text) => new(0, 0, [], 0);
    }
}
