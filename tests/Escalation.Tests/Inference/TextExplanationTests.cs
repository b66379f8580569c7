using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.Inference;
using Escalation.Inference.Features;
using Escalation.Inference.Registry;

namespace Escalation.Tests.Inference;

public sealed class TextExplanationTests
{
    private const string Mail = "Hello,\n\nthis is the THIRD time that I ask, and still not working!!!\n\nOn Mon, Mar 2, 2026 at 9:00 AM Ann <ann@example.com> wrote:\n> we are sorry for the useless answer\n";
    private static readonly FrustrationModel Champion = Bundled();

    public static TheoryData<string> Texts => new(
        "ok", "thanks a lot, that solved it :)", "STILL no answer!!! this is the third time I am asking, I am done with you", "  two\n\n\tlines  ",
        "漢字 😀😀 \uD800 x\0y http://t.co/a?b=c&d \u2028 don’t Ärger…", "...", "?!?!", "aaaa", string.Concat(Enumerable.Repeat("Where is my refund, why is nobody helping? ", 45)));

    [Theory, MemberData(nameof(Texts))]
    public void The_parts_add_up_to_the_log_odds_of_the_score(string text)
    {
        var explanation = Champion.Explain(text);
        double score = Champion.Score(text);
        Assert.Equal(Math.Log(1 / (1 / score - 1)), explanation.LogOdds, 1e-4 + (Math.Pow(2, -24) / (score * (1 - score))));      // a float's logarithm
        Assert.Equal(explanation.LogOdds, explanation.Base + explanation.Strongest.Sum(w => w.Contribution) + explanation.Others, 1e-5);
        Assert.Equal(Champion.Explain("").LogOdds, explanation.Base, 1e-9);
        Assert.All(explanation.Strongest, w => Assert.False(string.IsNullOrWhiteSpace(text[w.Start..w.End])));
        Assert.Equal(explanation.Strongest.Count, explanation.Strongest.DistinctBy(w => w.Start).Count());
    }

    [Fact]
    public void Texts_of_any_characters_add_up()
    {
        const string odd = "ab \n\t\0.!!''’ⒶⓐⒷ éÉß漢\uD83D\uDE00\uD800_7\u2028\u00A0\u0301";
        var random = new Random(7);
        for (var i = 0; i < 3000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(600)).Select(_ => odd[random.Next(odd.Length)]));
            var explanation = Champion.Explain(text);
            Assert.Equal(explanation.LogOdds, explanation.Base + explanation.Strongest.Sum(w => w.Contribution) + explanation.Others, 1e-4);
        }
    }

    [Fact]
    public void Everything_but_the_length_of_a_text_is_given_to_its_words()
    {
        const string text = "I want my money\n  back now!!";
        var scorer = SomeModel.Content(planes: 4).ToScorer();
        var shares = scorer.Shares(text, 1);
        Assert.Equal(scorer.Score(text) - scorer.Bias - shares.Unplaced, shares.OfTokens.Sum(), 1e-5);
        Assert.Equal(["I", "want", "my", "money", "back", "now", "!!"], shares.Tokens.Select(t => text[t.Start..t.End]));
    }

    [Fact]
    public void Angry_words_speak_for_it_and_thanks_against_and_neighbours_are_one_phrase()
    {
        const string text = "Absolutely terrible service, I hate it. Thank you for the parcel.";
        var words = Champion.Explain(text).Strongest;
        var (hate, thanks) = (words.Single(w => text[w.Start..w.End].Contains("terrible", StringComparison.Ordinal)), words.Single(w => text[w.Start..w.End].Contains("Thank", StringComparison.Ordinal)));
        Assert.True(hate.Contribution > 0 && thanks.Contribution < 0);
        Assert.Contains(words, w => text[w.Start..w.End].Contains(' ', StringComparison.Ordinal));
    }

    [Fact]
    public void Spans_point_into_the_original_text_and_quoted_mail_has_none()
    {
        var scored = TextCleaner.Clean(Mail);
        Assert.NotEqual(Mail, scored.Text);
        var original = Champion.Explain(scored.Text).InOriginal(scored).Strongest;
        Assert.Equal(Champion.Explain(scored.Text).Strongest.Select(w => scored.Text[w.Start..w.End]), original.Select(w => Mail[w.Start..w.End]));
        Assert.DoesNotContain(original, w => w.Start > Mail.IndexOf("wrote:", StringComparison.Ordinal));
    }

    [Fact]
    public void A_text_of_a_million_characters_is_explained_as_far_as_it_is_read()
    {
        var text = string.Concat(Enumerable.Repeat("why is it still broken? ", 42_000));
        var explanation = Champion.Explain(text);
        Assert.All(explanation.Strongest, w => Assert.InRange(w.End, 1, NgramEnumerator.LongestRead));
        Assert.Equal(explanation.LogOdds, explanation.Base + explanation.Strongest.Sum(w => w.Contribution) + explanation.Others, 1e-2);     // float sums over 100,000 n-grams
    }

    [Fact]
    public void A_message_that_was_not_scored_has_no_explanation()
    {
        Assert.Null(TextExplanation.Of(SomeFacts.Of(), null, "text"));
        Assert.Null(TextExplanation.Of(SomeFacts.Of(), Champion, null));
    }

    private static FrustrationModel Bundled() => ModelRegistry.Open(Path.Combine(SomeModel.Repository, "models")).Choose(FrustrationModel.Target).Entry!.Load();
}
