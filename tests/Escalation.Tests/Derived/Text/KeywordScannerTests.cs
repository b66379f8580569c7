using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;

namespace Escalation.Tests.Derived.Text;

public sealed class KeywordScannerTests
{
    private static string[] Find(string text, params string[] words)
    {
        var scanner = new KeywordScanner([new KeywordClass("test", null, .5, null, words)]);
        return [.. scanner.Scan(TextCleaner.Clean(text)).Hits.Select(h => text[h.Start..h.End])];
    }

    [Theory,
     InlineData("legal", "The legal team", "legal"), InlineData("legal", "LEGAL!", "LEGAL"), InlineData("legal", "(legal)", "legal"), InlineData("legal", "legal", "legal"),
     InlineData("legal", "para-legal", "legal"), InlineData("legal", "my \"legal\" rights", "legal"), InlineData("Grüße", "viele GRÜSSE grüße", "grüße"), InlineData("ÉCHEC", "un échec total", "échec"),
     InlineData("can't pay", "I CAN’T   pay", "CAN’T   pay"), InlineData("see you in court", "See you\nin\tcourt.", "See you\nin\tcourt"), InlineData("refund", "refund's late", "refund"),
     InlineData("C++", "we use c++ here", "c++"), InlineData("outage", "yes: outage", "outage")]
    public void Whole_words_and_phrases_are_found_in_any_case(string word, string text, string found) => Assert.Equal([found], Find(text, word));

    [Theory,
     InlineData("legal", "illegally"), InlineData("legal", "paralegal"), InlineData("legal", "legally"), InlineData("legal", "illegal legalese"), InlineData("legal", "legal_id"), InlineData("legal", "légal"),
     InlineData("sue", "issue, tissue, pursue, sued"), InlineData("go to court", "go to the court"), InlineData("go to court", "court to go"), InlineData("fire", "https://example.com/fire/fire"),
     InlineData("art*", "start smart")]
    public void Parts_of_words_are_not(string word, string text) => Assert.Empty(Find(text, word));

    [Theory, InlineData("sue", 1), InlineData("sues", 1), InlineData("suing", 0), InlineData("SUED", 1), InlineData("issue", 0)]
    public void A_star_stands_for_any_ending_also_none(string text, int hits) => Assert.Equal(hits, Find(text, "sue*").Length);

    [Fact]
    public void A_star_inside_a_phrase_belongs_to_its_word() => Assert.Equal(["threatens to sue"], Find("he threatens to sue us", "threat* to sue"));

    [Theory, InlineData("my playlists are all gone", 1), InlineData("Playlist gone", 1), InlineData("playlists that I made are all gone", 0), InlineData("playlist gone and my playlist is gone", 2)]
    public void Three_dots_stand_for_up_to_three_words(string text, int hits) => Assert.Equal(hits, Find(text, "playlist* ... gone").Length);

    [Theory, InlineData("go <number> now", "go 12 now"), InlineData("to <word> it", "to mend it"), InlineData("at <time>", "at 15:30")]
    public void Few_words_with_placeholders_are_found_behind_the_filter(string word, string text) => Assert.Equal([text], Find(text, word));

    [Fact]
    public void Quoted_mail_and_signatures_do_not_count() =>
        Assert.Equal(["refund"], Find("My refund please.\n\nKind regards,\nAnn of Refund Ltd\n\nOn Mon, 2 Mar 2026, Bob wrote:\n> refund refund\n", "refund"));

    [Fact]
    public void Overlapping_words_of_one_class_are_one_hit_the_longest()
    {
        Assert.Equal(["class action lawsuit"], Find("a class action lawsuit", "class action", "class action lawsuit", "lawsuit"));
        Assert.Equal(["lawsuit", "lawsuit"], Find("lawsuit after lawsuit", "lawsuit"));
    }

    [Fact]
    public void Offsets_are_UTF16_offsets_of_the_original_text_in_order_of_their_start()
    {
        const string text = "> quoted 😀 legal\n😀👍🏽 legal threat 🙂 and fire\n";
        var scanner = new KeywordScanner([new("fire", null, .5, null, ["fire"]), new("legal", null, .5, null, ["legal"]), new("threat", null, .5, null, ["legal threat"])]);
        var hits = scanner.Scan(TextCleaner.Clean(text)).Hits;
        Assert.Equal(["legal threat", "legal", "fire"], hits.OrderBy(h => h.Start).ThenByDescending(h => h.End).Select(h => text[h.Start..h.End]));
        Assert.Equal(hits.Select(h => h.Start).Order(), hits.Select(h => h.Start));
        Assert.All(hits, h => Assert.True(h.Start > text.IndexOf('\n', StringComparison.Ordinal)));
    }

    [Fact]
    public void A_plain_reading_word_by_word_finds_the_same()
    {
        string[] words = ["legal", "sue", "court", "my lawyer", "legal action now", "act*"];
        string[] tokens = ["legal", "Legal", "illegal", "sue", "issue", "court", "my", "lawyer", "action", "now", "acting", "act", "react", ",", "!", "\n", "😀", "don't"];
        var random = new Random(5);
        for (var round = 0; round < 3000; round++)
        {
            var picked = Enumerable.Range(0, random.Next(1, 14)).Select(_ => tokens[random.Next(tokens.Length)]).ToArray();
            var text = string.Join(' ', picked);
            foreach (var word in words) Assert.Equal(Plain(picked, word), Find(text, word).Length);
        }
    }

    /// <summary>How often a phrase stands in a row of tokens without overlap.</summary>
    private static int Plain(string[] tokens, string phrase)
    {
        var (parts, count) = (phrase.Split(' '), 0);
        var words = tokens.Where(t => t != "\n").ToArray();
        for (var i = 0; i + parts.Length <= words.Length; i++)
            if (parts.Select((part, k) => Matches(words[i + k].ToLowerInvariant(), part)).All(m => m)) (count, i) = (count + 1, i + parts.Length - 1);
        return count;

        static bool Matches(string word, string part) => part.EndsWith('*') ? word.StartsWith(part[..^1], StringComparison.Ordinal) : word == part;
    }
}
