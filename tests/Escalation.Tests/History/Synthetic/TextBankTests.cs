using System.Text;
using System.Text.RegularExpressions;
using Escalation.History.Synthetic;
using Escalation.History.Synthetic.Texts;

namespace Escalation.Tests.History.Synthetic;

public sealed partial class TextBankTests
{
    private const int Run = 6;

    public static TheoryData<string> Languages => [.. TextBank.Languages];

    [Theory, MemberData(nameof(Languages))]
    public void Train_and_test_share_no_wording_and_no_run_of_six_words(string language)
    {
        var train = Runs(TextBank.Load(language, "train"));
        var test = Runs(TextBank.Load(language, "test"));
        Assert.Empty(train.Intersect(test, StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Languages))]
    public void Both_parts_have_wordings_for_everything_a_case_may_ask_for(string language)
    {
        foreach (var part in (string[])["train", "test"])
        {
            var bank = TextBank.Load(language, part);
            foreach (var topic in Catalogue.Topics)
            {
                Assert.NotEmpty(bank[topic.FactSection]);
                Assert.NotEmpty(bank[topic.SubjectSection]);
            }
            foreach (var need in Enum.GetValues<Need>()) Assert.NotEmpty(bank[Catalogue.Section(need)]);
            foreach (var section in (string[])["greet.casual", "greet.formal", "bye.casual", "bye.formal", "phone", "disclaimer", "open0", "open1", "open2", "open3", "open4",
                "close0", "close1", "close2", "close3", "close4", "sarcasm", "ask0", "ask2", "ask3", "history.calm", "history.hot", "chase.calm", "chase.annoyed", "chase.hot",
                "urgent", "decoy", "thanks", "thanks.past", "answer", "auto", "agent.ack", "agent.reply", "agent.ask", "agent.fix", "agent.note"])
                Assert.NotEmpty(bank[section]);
        }
    }

    [Fact]
    public void English_has_hundreds_of_wordings_in_either_part()
    {
        foreach (var part in (string[])["train", "test"])
        {
            var bank = TextBank.Load("en", part);
            Assert.True(bank.Sections.Sum(s => bank[s].Length) > 450);
        }
    }

    [Fact]
    public void Generated_texts_of_train_and_test_are_never_the_same_sentence()
    {
        var history = Generated.History;
        var train = Long(history, false);
        var test = Long(history, true);
        Assert.True(train.Count > 1000 && test.Count > 400);
        Assert.Empty(train.Intersect(test, StringComparer.Ordinal));
    }

    [Fact]
    public void Texts_differ()
    {
        var texts = Generated.History.CustomerMessages.Where(m => m.Text.Length > 60).Select(m => m.Text).ToList();
        Assert.True(texts.Distinct(StringComparer.Ordinal).Count() > texts.Count * .93);
    }

    [Theory, InlineData("a {nothing} here"), InlineData("not {p closed"), InlineData("(one) choice"), InlineData("(a|{p}) blank in a choice")]
    public void A_wording_that_cannot_be_read_is_refused(string line) => Assert.Throws<FormatException>(() => Template.Parse(line));

    [Fact]
    public void Blanks_and_choices_are_filled()
    {
        var blanks = new Blanks { Weekdays = ["Monday"] };
        blanks.Values[0] = "Ledgerline";
        var text = new StringBuilder();
        Template.Parse("{p} (fails|breaks) since {day}\\nok").Append(text, blanks, new SyntheticRandom(1));
        Assert.Matches("^Ledgerline (fails|breaks) since Monday\nok$", text.ToString());
    }

    // Whole wordings that are shorter than a run count as one run of their own; blanks are not words.
    private static HashSet<string> Runs(TextBank bank)
    {
        var runs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var template in bank.Sections.SelectMany(s => bank[s]).DistinctBy(t => t.Source))
        {
            var words = Words().Matches(template.Source.Replace("\\n", " ", StringComparison.Ordinal).ToLowerInvariant()).Select(m => m.Value).ToArray();
            if (words.Any(w => w[0] != '{')) runs.Add(string.Join(' ', words));
            for (var i = 0; i + Run <= words.Length; i++) runs.Add(string.Join(' ', words[i..(i + Run)]));
        }
        return runs;
    }

    private static HashSet<string> Long(Generated history, bool isTest) =>
        history.CustomerMessages.Where(m => history.Truths[m.Id].IsTest == isTest)
            .SelectMany(m => m.Text.Split(['.', '!', '?', '\n'], StringSplitOptions.TrimEntries)).Where(s => s.Split(' ').Length >= 6 && !s.Contains("Quayside Support wrote", StringComparison.Ordinal))
            .ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\w+\}|[\w']+")]
    private static partial Regex Words();
}
