using System.Text;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Inference;
using Escalation.Inference.Registry;

namespace Escalation.Tests.Derived.Text;

/// <summary>Texts that are long or made to hurt end in time that grows with their length, whatever they hold.</summary>
[Collection(nameof(LongTextTests))]
public sealed class LongTextTests
{
    private const int Short = 150_000;
    private static readonly IFrustrationModel Model = ModelRegistry.Open(null).Choose(FrustrationModel.Target, null).Entry!.Load();
    private static readonly TextAnalyzer Analyzer = new(SomeRules.Default.Text, Policy.Default.DefaultLanguage, Model, null);

    public static TheoryData<string, string> Pathological => new()
    {
        { "prose", "I have been waiting for my order since Monday and nobody answers. " }, { "one letter", "a" }, { "one word", "legal " }, { "quotes", "> legal\n" }, { "marks", ">" },
        { "attributions", "On 1 March Ann wrote:\n" }, { "attributions and blanks", "On 1 March Ann wrote:\n\n\n\n" }, { "half attributions", "on 1 \n" }, { "headers", "From: a\nSent: b\n" },
        { "dividers", "-----Original Message-----\n" }, { "closings", "Regards\n" }, { "blank lines", "\n" }, { "returns", "\r" }, { "dashes", "-- \n" }, { "spaces", " " }, { "underlines", "________________\n" },
        { "negations", "not no never crash not working " }, { "phrase beginnings", "see you in see you in legal take legal my my my " }, { "apostrophes", "'s't'n'" }, { "addresses", "https://example.com/a " },
        { "handles", "@legal #legal " }, { "numbers", "1.2,3:4 " }, { "faces", "😀👍🏽" }, { "half a pair", "\ud83d" }, { "accents", "é́ñü" }, { "products", "iphone ipad mac app phone " }, { "capitals", "OUTAGE ASAP " },
        { "signs", "?!.,;:" }, { "zero width", "\u200b\u200d" }, { "Japanese", "注文を待っています" },
    };

    /// <remarks>A study of time, thus among the long tests: on a busy machine even processor time varies with what the caches hold.</remarks>
    [Theory, MemberData(nameof(Pathological)), Trait("Category", "Long")]
    public void Time_grows_with_the_length_and_no_faster(string name, string unit)
    {
        var (once, fourfold) = (Text(unit, Short), Text(unit, Short * 4));
        Best(once, 1);
        var ratio = double.PositiveInfinity;
        for (var attempt = 0; attempt < 4 && ratio > 9; attempt++) ratio = Math.Min(ratio, Best(fourfold, 2) / Math.Max(Best(once, 3), 1e-4));
        Assert.True(ratio <= 9, $"{name}: four times the text took {ratio:0.0} times as long; quadratic is 16");
    }

    [Theory, MemberData(nameof(Pathological))]
    public void Whatever_a_long_text_holds_its_frustration_is_a_probability_or_unknown(string name, string unit)
    {
        var frustration = Analyzer.Analyze(Some.Message(Text(unit, Short))).Frustration;
        Assert.True(double.IsNaN(frustration) || frustration is >= 0 and <= 1, $"{name}: {frustration}");
    }

    [Fact]
    public void Five_megabytes_are_analyzed_whole()
    {
        var text = Text("I have been waiting for my order since Monday. ", 5_000_000 - 20) + " my lawyer will call";
        var facts = Analyzer.Analyze(Some.Message(text));
        Assert.True(facts.Keywords.Has("legal"), "a word at the very end");
        Assert.Equal(text.Length - " will call".Length, facts.Keywords.Hits[^1].End);
        Assert.InRange(facts.Frustration, 0, 1);
        Assert.Equal("en", facts.Message.Language);
    }

    private static string Text(string unit, int length)
    {
        var text = new StringBuilder(length + unit.Length);
        while (text.Length < length) text.Append(unit);
        return text.ToString();
    }

    /// <summary>Shortest processor time of some runs, in seconds: what others do on the machine counts little.</summary>
    private static double Best(string text, int runs)
    {
        var best = double.PositiveInfinity;
        for (var i = 0; i < runs; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            Analyzer.Analyze(Some.Message(text));
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        return best;
    }
}

/// <summary>Measures, so that it runs alone.</summary>
[CollectionDefinition(nameof(LongTextTests), DisableParallelization = true)]
public sealed class LongTextCollection;
