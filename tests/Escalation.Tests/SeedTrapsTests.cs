using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Metrics;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.Tests.History;
using Escalation.Tests.Metrics;
using NodaTime;

namespace Escalation.Tests;

/// <summary>The traps of the code that this product grew from, one test each, by the real rules and the whole path from text to decision.</summary>
/// <remarks>Source: the last paragraph of FIELD.md, section 3.</remarks>
public sealed class SeedTrapsTests
{
    private static (DerivedFacts Facts, Decision Decision) Decide(string text, double? frustration = null, string? product = null, params Message[] earlier)
    {
        var configuration = new Configuration(SomeRules.Default, frustration is { } score ? new FixedScore(score) : null, null);
        var message = Some.Message(text, product: product) with { Language = "en" };
        var facts = Derivation.Derive(new ObservedFacts
        {
            Message = new ObservedMessage(message),
            DecidedAt = message.At,
            Customer = new CustomerAsOf { Id = message.CustomerId },
            Ticket = new TicketAsOf { Id = message.TicketId, CreatedAt = message.At },
            Recent = [.. earlier.OrderBy(m => m.At).Select(m => new Observation(new ObservedMessage(m with { Language = "en" })))],
        }, new IncidentHistory(SomeRules.Default.Policy.Incident), configuration);
        return (facts, DecisionEngine.Decide(facts, configuration));
    }

    [Theory, InlineData("outage"), InlineData("Outage!"), InlineData("There is an outage"), InlineData("(outage)")]
    public void Outage_with_a_leading_space_is_never_looked_for(string text)
    {
        Assert.Contains("outage", Decide(text).Facts.Context.Urgency);
        Assert.All(Wire.All<UrgencyCode>(), code => Assert.Equal(code.Trim(), code));
    }

    [Fact]
    public void Outage_reaches_the_on_call_team() => Assert.Equal("on-call", Decide("There is an outage", frustration: .99).Decision.Route!.Team);

    [Theory, InlineData("They parked illegally."), InlineData("I work as a paralegal."), InlineData("The legalese is long.")]
    public void Keywords_are_no_substrings(string text) => Assert.Empty(Decide(text).Facts.Keywords.Hits);

    [Fact]
    public void Keywords_in_quoted_text_do_not_count() =>
        Assert.Empty(Decide("It is fine now.\n\nOn Mon, 2 Mar 2026 at 10:00, Ann wrote:\n> I will take legal action, my lawyer says\n").Decision.Signals);

    [Fact]
    public void Many_keywords_make_one_signal_not_one_each()
    {
        var decision = Decide("My lawyer and our solicitor prepare a lawsuit, a class action, legal proceedings and court papers.").Decision;
        Assert.Equal("keywords/legal", Assert.Single(decision.Signals, s => s.TriggerType == "legal_or_compliance").Rule);
        Assert.True(decision.Signals[0].Evidence.Count(e => e.HasSpan) >= 5, "its words are its evidence");
    }

    [Fact]
    public void A_deadline_is_not_now()
    {
        var route = Decide("My lawyer will write to you.").Decision.Route!;
        var opening = Instant.FromUtc(2026, 3, 2, 14, 0);               // 9 o'clock in New York, two hours after the message
        Assert.Equal(opening + Duration.FromHours(route.SlaHours), route.SlaDeadline);
        Assert.True(route.SlaHours > 0);
    }

    [Fact]
    public void Routing_rules_are_a_list_in_file_order_and_the_first_match_wins() =>
        Assert.Equal(["critical_impact", "severe_technical", "outage_or_incident", "recognised", "grave_unrecognised", "known_matter", "fallback"], SomeRules.Default.Describe().Where(r => r.Kind == "routing").Select(r => r.Name));

    [Fact]
    public void Repeated_contact_means_the_same_issue()
    {
        Message Earlier(int days, string ticket, string text) => Some.Message(text, Some.Noon - Duration.FromDays(days), ticket, channel: Channel.Phone, product: "app");
        Message[] others = [Earlier(1, "t2", "Please send me the invoice"), Earlier(2, "t3", "Where is my parcel"), Earlier(3, "t4", "How do I change my password")];
        var different = Decide("The app crashes with an error", product: "app", earlier: others);
        Assert.Equal((4, 1), (different.Facts.Contacts.Last7d, different.Facts.Contacts.SameIssue7d));
        Assert.DoesNotContain(different.Decision.Signals, s => s.Rule == "repeat_contact");
        Message[] same = [Earlier(1, "t2", "The app crashes with an error"), Earlier(2, "t3", "An error, the app crashes")];
        Assert.Contains(Decide("The app crashes with an error", product: "app", earlier: same).Decision.Signals, s => s.Rule == "repeat_contact");
    }

    [Fact]
    public void Times_are_never_naive()
    {
        var (record, problem) = Lines.Read("""{"type":"message","id":"m","source":"s","externalId":"m","ticketId":"t","customerId":"c","channel":"email","at":"2026-03-02T12:00:00","author":"customer","text":"x"}""");
        Assert.Null(record);
        Assert.Equal("at", problem!.Field);
        Assert.Equal("2026-03-02T12:00:00.000Z", DecisionJson.Format(Some.Noon));
    }

    [Fact]
    public void A_pending_escalation_does_not_crash_the_metrics()
    {
        var metrics = SomeOutcomes.Measure(SomeOutcomes.Episode("t1"), SomeOutcomes.Episode("t2").Resolved(5));
        Assert.Equal((5d, 1), metrics.Of("averageResolutionHours"));
        Assert.Equal((1d, 2), metrics.Of("pending"));
    }

    [Fact]
    public void A_dismissed_escalation_is_not_pending() =>
        Assert.Equal(new EpisodeBalance(2, 0, 1, 1, 0), SomeOutcomes.Measure(SomeOutcomes.Episode("t1"), SomeOutcomes.Episode("t2").Ended(Core.Episodes.EpisodeStatus.Dismissed, 1)).Balance);

    [Theory, InlineData(.8, "priority_escalation"), InlineData(.6, "monitor"), InlineData(.3, "none")]
    public void A_threshold_that_is_met_exactly_is_not_passed(double score, string band) => Assert.Equal(band, Wire.Name(Policy.Default.Thresholds.BandOf(score)));

    [Fact]
    public void Frustration_of_exactly_three_quarters_makes_no_signal()
    {
        Assert.Empty(Decide("hello there", frustration: .75).Decision.Signals);
        Assert.Single(Decide("hello there", frustration: .750001).Decision.Signals);
    }

    [Fact]
    public void Severity_of_exactly_eight_is_not_severe()
    {
        Route(8, "senior-support");
        Route(9, "senior-engineer");

        static void Route(int severity, string team) => Assert.Equal(team, DecisionEngine.Decide(
            SomeFacts.Of(.95, context: new ContextFacts { IssueTypeFound = new(IssueType.Technical, 1), Severity = severity }), SomeRules.Configuration).Route!.Team);
    }

    [Fact]
    public void Critical_impact_beats_a_technical_issue() => Assert.Equal("executive", DecisionEngine.Decide(
        SomeFacts.Of(.95, context: new ContextFacts { IssueTypeFound = new(IssueType.Technical, 1), Severity = 10, ImpactFound = new(BusinessImpact.Critical, 1), Urgency = ["outage"] }), SomeRules.Configuration).Route!.Team);

    [Fact]
    public void Without_the_model_the_rules_go_on()
    {
        var (facts, decision) = Decide("My lawyer will write to you.");
        Assert.False(facts.Frustration.Available);
        Assert.Equal(Band.ImmediateEscalation, decision.Recommendation.Band);
        Assert.Empty(decision.Unavailable);
    }

    private sealed class FixedScore(double score) : IFrustrationModel
    {
        public ModelVersion Version => new("fixed");

        public bool Supports(string language) => language == "en";

        public float Score(ReadOnlySpan<char> text) => (float)score;

        public TextExplanation Explain(ReadOnlySpan<char> text) => new(0, 0, [], 0);
    }
}
