using Escalation.Core.Decisions;

namespace Escalation.Tests.Decisions;

public sealed class ReasonWordsTests
{
    private const string Original = "I spoke to my\nlawyer, yes MY LAWYER, and it is 😡";

    [Theory]
    [InlineData("high_frustration", "frustration.Score", "0.976", "Frustrated tone: 97 % likely")]
    [InlineData("worsening_sentiment", "frustration.Trend", "0.35", "Tone is getting worse: 35 points above the earlier messages")]
    [InlineData("repeat_contact", "contacts.SameIssue7d", "4", "Keeps coming back: 4 contacts about the same issue in 7 days")]
    [InlineData("repeat_contact", "ticket.OwnerHops", "1", "Keeps coming back: moved 1 time between teams")]
    [InlineData("slow_response", "ticket.WaitingHours", "30.25", "Slow response: waiting for 30.3 hours")]
    [InlineData("multi_user_incident", "incident.Customers", "7", "Many customers hit: 7 customers with the same problem")]
    [InlineData("high_frustration", "context.IssueType", "billing", "Frustrated tone: about billing")]
    [InlineData("repeat_contact", "message.Channel", "social", "Keeps coming back: by social")]
    [InlineData("high_value_customer", "customer.LifetimeValue", "12500", "High-value customer: lifetime value 12,500")]
    [InlineData("high_value_customer", "context.Severity", "0", "High-value customer (rule/high_value_customer)")]
    [InlineData("high_value_customer", "context.Severity", "3", "High-value customer: severity 3 of 10")]
    [InlineData("high_value_customer", "customer.HighValue", "true", "High-value customer: lifetime value above the threshold")]
    [InlineData("keyword_match", "message.WordCount", "12", "Telling words: message.WordCount 12")]
    public void A_fact_is_said_in_words(string trigger, string fact, string value, string expected) =>
        Assert.Equal(expected, Said(Some.Signal(trigger, .9, null, Evidence.Of(EvidenceKind.Fact, "frustration.Available", "true"), Evidence.Of(EvidenceKind.Fact, fact, value))));

    [Fact]
    public void Words_of_the_text_are_quoted_once_and_on_one_line() =>
        Assert.Equal("Legal or compliance: “my lawyer”, “MY LAWYER”", Said(Some.Signal("legal_or_compliance", .9, null, Some.Span(11, 20), Some.Span(26, 35), Some.Span(26, 35))));

    [Fact]
    public void Words_that_are_only_a_condition_are_no_reason() =>
        Assert.Equal("High-value customer (rule/high_value_customer)", Said(Some.Signal("high_value_customer", .5, null, Some.Span(11, 20))));

    [Fact]
    public void A_span_that_the_text_does_not_hold_is_left_out() =>
        Assert.Equal("Telling words (rule/keyword_match)", Said(Some.Signal("keyword_match", .9, null, Some.Span(100, 200))));

    [Fact]
    public void A_trigger_of_a_site_is_shown_by_its_own_name() => Assert.Equal("Vip on the phone", ReasonWords.Name("vip_on_the_phone"));

    private static string Said(Signal signal) => ReasonWords.Text(Some.Decision(signal, Some.Signal("churn_threat", .8)).Recommendation.Contributions.First(c => c.Trigger == signal.TriggerType), [signal], Original);
}
