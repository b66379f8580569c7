using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.Core.Tickets;

namespace Escalation.Tests.Derived.Text;

public sealed class ContextExtractorTests
{
    private static readonly TextResources Small = new([], new ExtractionDefinition
    {
        IssueTypes = new Dictionary<IssueType, IReadOnlyList<Cue>>
        {
            [IssueType.Technical] = [new Cue(["crash*", "error"], 2) { Severity = 4 }, new Cue(["data corruption"], 2) { Severity = 9 }],
            [IssueType.Billing] = [new Cue(["invoice"], 2.5) { Severity = 3 }],
            [IssueType.Other] = [new Cue(["hello there"], 2)],
        },
        Urgency = new Dictionary<UrgencyCode, IReadOnlyList<Cue>>
        {
            [UrgencyCode.Asap] = [new Cue(["asap"], 1) { Severity = 5 }],
            [UrgencyCode.DataLoss] = [new Cue(["lost my files"], 1) { Severity = 7 }],
            [UrgencyCode.Outage] = [new Cue(["outage"], 1) { Severity = 6 }],
        },
        Impact = new Dictionary<BusinessImpact, IReadOnlyList<Cue>>
        {
            [BusinessImpact.Major] = [new Cue(["cannot work"], 1) { Severity = 6 }],
            [BusinessImpact.Critical] = [new Cue(["plant stands still"], 1) { Severity = 9 }],
        },
    }, [new ProductDefinition("photo-cloud", ["pix", "the photo app"]), new ProductDefinition("mail-box", ["mailer"])]);

    private static ContextFacts Extract(string text, string? product = null, TextResources? resources = null) =>
        (resources ?? Small).Context.Extract(TextCleaner.Clean(text), Some.Message(text, product: product));

    private static string[] Spans(ContextFacts facts, string text, ContextFields field) => [.. facts.Spans.Where(s => s.Field == field).Select(s => text[s.Start..s.End])];

    [Theory, InlineData("My PIX is gone"), InlineData("the photo app fails"), InlineData("Photo Cloud is slow"), InlineData("(pix)")]
    public void A_product_is_known_by_its_name_and_its_aliases(string text)
    {
        var facts = Extract(text);
        Assert.Equal(("photo-cloud", true), (facts.Product, facts.ProductKnown));
        Assert.InRange(facts.ProductFound.Confidence, .01, 1);
        Assert.Single(Spans(facts, text, ContextFields.Product));
    }

    [Fact]
    public void A_product_given_by_the_source_wins_over_the_text() => Assert.Equal(("toaster", 1d), (Extract("my pix crashed", "toaster").Product, Extract("my pix crashed", "toaster").ProductFound.Confidence));

    [Theory, InlineData("it crashed with an error", "technical"), InlineData("about the invoice", "billing"), InlineData("the invoice page crashes", "billing"), InlineData("crashing, error on the invoice", "technical")]
    public void The_issue_type_with_the_most_evidence_wins(string text, string expected) => Assert.Equal(expected, Extract(text).IssueType);

    [Fact]
    public void Other_is_found_but_not_recognised()
    {
        var facts = Extract("hello there");
        Assert.Equal((IssueType.Other, false), (facts.IssueTypeFound.Value, facts.IssueTypeKnown));
        Assert.Throws<FactUnavailableException>(() => facts.IssueType);
    }

    [Fact]
    public void Urgency_codes_are_lower_case_each_once_and_their_phrases_are_spans()
    {
        const string text = "I lost my files, fix it ASAP, asap!";
        var facts = Extract(text);
        Assert.Equal(["asap", "data_loss"], facts.Urgency);
        Assert.Equal(["lost my files", "ASAP", "asap"], Spans(facts, text, ContextFields.Urgency));
    }

    [Theory, InlineData("fine", "none"), InlineData("I cannot work", "major"), InlineData("the plant stands still and I cannot work", "critical")]
    public void The_highest_impact_with_words_holds(string text, string expected) => Assert.Equal(expected, Extract(text).BusinessImpact);

    [Theory, InlineData("nothing", 0), InlineData("an error", 4), InlineData("an error, asap", 5), InlineData("an error, asap, I cannot work", 6), InlineData("error and data corruption", 9), InlineData("about the invoice", 3)]
    public void Severity_is_the_highest_weight_of_the_evidence(string text, int expected) => Assert.Equal(expected, Extract(text).Severity);

    [Fact]
    public void Confidence_is_the_lowest_over_the_fields_found_and_0_without_any()
    {
        Assert.Equal(0, Extract("nothing of note").Confidence);
        foreach (var text in (string[])["pix", "pix crash", "pix crash asap", "pix crash asap, I cannot work", "asap", "invoice for pix"])
        {
            var facts = Extract(text);
            double[] fields = [facts.ProductFound.Confidence, facts.IssueTypeFound.Confidence, facts.UrgencyConfidence, facts.ImpactFound.Confidence, facts.SeverityConfidence];
            Assert.Equal(fields.Where(c => c > 0).Min(), facts.Confidence);
            Assert.All(fields, c => Assert.InRange(c, 0, 1));
        }
    }

    [Fact]
    public void Spans_point_into_the_original_text_behind_quoted_mail()
    {
        const string text = "> an error on my pix, asap\n😀 the invoice of the mailer is wrong\n";
        var facts = Extract(text);
        Assert.Equal(("billing", "mail-box"), (facts.IssueType, facts.Product));
        Assert.Empty(facts.Urgency);
        Assert.Equal(["invoice"], Spans(facts, text, ContextFields.IssueType));
        Assert.Equal(["mailer"], Spans(facts, text, ContextFields.Product));
    }

    [Fact]
    public void Every_span_of_the_default_extractor_lies_in_its_text_and_every_field_found_has_its_range()
    {
        foreach (var text in ((string[])["My iPhone 8 keeps crashing since the update, please fix it ASAP, I cannot work!", "Es gibt einen Ausfall, nichts geht", "outage in my area, internet is down",
            "I was charged twice and want my money back", "someone hacked into my account", "👍 thanks", ""]))
        {
            var facts = Extract(text, resources: SomeRules.Default.Text);
            Assert.All(facts.Spans, s => Assert.True(s.Start >= 0 && s.Start < s.End && s.End <= text.Length));
            Assert.InRange(facts.Severity, 0, 10);
            Assert.True(Wire.TryParse<BusinessImpact>(facts.BusinessImpact, out _));
            Assert.All(facts.Urgency, code => Assert.True(Wire.TryParse<UrgencyCode>(code, out _)));
        }
    }
}
