using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;

namespace Escalation.Tests.Derived.Text;

public sealed class IssueWordsTests
{
    private static readonly ExtractionDefinition Cues = new()
    {
        IssueTypes = new Dictionary<IssueType, IReadOnlyList<Cue>>
        {
            [IssueType.Technical] = [new Cue(["error"], 2)],
            [IssueType.Billing] = [new Cue(["invoice"], 2.5)],
            [IssueType.Fraud] = [new Cue(["hacked"], 9)],
        },
    };

    private static readonly IssueWordTable Learned = new()
    {
        Words = new Dictionary<string, IReadOnlyList<double>>
        {
            ["wifi"] = Weights(IssueType.Technical, 3),
            ["my pizza"] = Weights(IssueType.Delivery, 3),
            ["refund*"] = Weights(IssueType.Billing, 3),
            ["selfie"] = Weights(IssueType.Other, 3),
            ["please"] = Weights(IssueType.Service, .01),
        },
        Products = new Dictionary<string, IReadOnlyList<double>> { ["mailer"] = Weights(IssueType.Account, 3) },
        Leans = new Dictionary<IssueType, IReadOnlyList<double>> { [IssueType.Service] = Weights(IssueType.Service, 3) },
    };

    private static readonly ProductCatalogue Catalogue = new([new ProductDefinition("mailer", []), new ProductDefinition("flight", []) { Leans = IssueType.Service }, new ProductDefinition("toaster", [])]);

    private static readonly ContextExtractor CuesAlone = new(Cues, Catalogue);
    private static readonly ContextExtractor WithWords = new(Cues with { IssueWords = Learned }, Catalogue);

    private static ContextFacts Extract(ContextExtractor extractor, string text, string? subject = null) =>
        extractor.Extract(TextCleaner.Clean(text), Some.Message(text) with { Subject = subject });

    [Theory, InlineData("the WiFi is out", IssueType.Technical), InlineData("where on earth is my  pizza", IssueType.Delivery), InlineData("refunding takes ages", IssueType.Billing)]
    public void Words_pairs_and_beginnings_speak_where_no_cue_does(string text, IssueType expected)
    {
        Assert.Null(Extract(CuesAlone, text).IssueTypeFound.Value);
        var (found, confidence) = Extract(WithWords, text).IssueTypeFound;
        Assert.Equal(expected, found);
        Assert.InRange(confidence, .2, .99);
    }

    [Theory, InlineData("pizza, my good man"), InlineData("my big pizza, refu"), InlineData("see https://wifi.example/wifi")]
    public void What_is_no_known_word_leaves_the_cues_alone(string text) => Assert.Same(ContextFacts.Empty, Extract(WithWords, text));

    [Fact]
    public void A_sure_cue_is_not_overruled_by_words() =>
        Assert.Equal(Extract(CuesAlone, "hacked wifi").IssueTypeFound, Extract(WithWords, "hacked wifi").IssueTypeFound);

    [Fact]
    public void Words_settle_what_cues_leave_open()
    {
        const string text = "an error on the invoice and in the wifi";
        Assert.Equal("billing", Extract(CuesAlone, text).IssueType);
        Assert.Equal("technical", Extract(WithWords, text).IssueType);
    }

    [Theory, InlineData("please, the wifi and my refunds"), InlineData("please, the toaster")]
    public void Words_that_pull_both_ways_or_hardly_name_no_type(string text) => Assert.Null(Extract(WithWords, text).IssueTypeFound.Value);

    [Fact]
    public void A_word_counts_once_however_often_it_stands_there() =>
        Assert.Equal(Extract(WithWords, "wifi and please").IssueTypeFound, Extract(WithWords, "wifi and wifi and please please wifi").IssueTypeFound);

    [Fact]
    public void The_subject_counts_too_but_evidence_points_into_the_text()
    {
        var facts = Extract(WithWords, "please look", subject: "wifi");
        Assert.Equal("technical", facts.IssueType);
        Assert.DoesNotContain(facts.Spans, s => s.Value == "technical");
    }

    [Fact]
    public void The_strongest_words_are_evidence_where_no_cue_is()
    {
        const string text = "please: the wifi in the hall, please";
        var span = Assert.Single(Extract(WithWords, text).Spans, s => s.Field == ContextFields.IssueType);
        Assert.Equal(("technical", "wifi"), (span.Value, text[span.Start..span.End]));
        Assert.Equal("invoice", Assert.Single(Extract(WithWords, "invoice for wifi, refund").Spans.Select(s => "invoice for wifi, refund"[s.Start..s.End])));
    }

    [Fact]
    public void Small_talk_is_found_but_not_recognised() => Assert.Equal((IssueType.Other, false), (Extract(WithWords, "a selfie").IssueTypeFound.Value, Extract(WithWords, "a selfie").IssueTypeKnown));

    [Theory, InlineData("please, the mailer", "account"), InlineData("please, the flight", "service")]
    public void The_product_speaks_along_with_the_words(string text, string expected) => Assert.Equal(expected, Extract(WithWords, text).IssueType);

    [Theory,
     InlineData("Don’t WORK!", "don't|don'*|work|don't work|!|work !"),
     InlineData("a payment", "a|payment|a payment|paym*|paymen*"),
     InlineData("see http://a.example now", "see|now"),
     InlineData("aaaaaaaaaabbbbbbbbbbccccccccccd x", "x"),
     InlineData("€5 - 'tis it", "5|tis|5 tis|it|tis it")]
    public void A_text_is_cut_the_same_way_in_training_and_in_decisions(string text, string expected)
    {
        var sink = new Collected([]);
        IssueWordFeatures.Enumerate(text, ref sink);
        Assert.Equal(expected, string.Join('|', sink.Features.Select(f => f.Feature)));
        Assert.All(sink.Features, f => Assert.Equal(WordHashTable.HashOf(f.Feature), f.Hash));
        Assert.All(sink.Features, f => Assert.StartsWith(f.Feature.TrimEnd('*').Split(' ')[0], text[f.Start..f.End].Replace('’', '\''), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Asking_the_words_allocates_nothing()
    {
        var (scorer, work) = (new IssueWordScorer(Learned, Catalogue), new IssueWordScratch());
        Ask();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Ask();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(3, work.Count);

        void Ask()
        {
            work.Begin(scorer.Count);
            scorer.Find("please, the wifi and two refunds for it, wifi", work, hasPlaces: true);
            scorer.Score(work, product: 1);
        }
    }

    private static double[] Weights(IssueType type, double weight)
    {
        var weights = new double[IssueWordTable.Types];
        weights[(int)type] = weight;
        return weights;
    }

    private readonly struct Collected(List<(string Feature, ulong Hash, int Start, int End)> features) : IIssueWordSink
    {
        public List<(string Feature, ulong Hash, int Start, int End)> Features => features;

        public static bool ReadsCharacters => true;

        public void Take(ulong hash, scoped ReadOnlySpan<char> feature, int start, int end) => features.Add((feature.ToString(), hash, start, end));
    }
}
