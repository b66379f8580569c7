using Escalation.Core.Derived.Text;

namespace Escalation.Tests.Derived.Text;

public sealed class PhraseScannerTests
{
    private static readonly string[] Pieces =
    [
        "legal", "Legal's", "illegal", "sue", "sued", "issue", "i", "I'm", "it's", "don't", "don’t", "can't pay", "can", "pay", "2fa", "911", "1.5", "a1.5", "9,11", "9:11", "www.legal.com/sue", "https://a.b/legal", "(http://x/legal)",
        "légal", "é", "Grüße", "😀", "\ud83d", "注文", "_legal", "legal_", "c++", "-", "--", "'", "’", "'legal'", ".", ",", "!", "?", " ", "  ", "\n", "\t", "to", "court", "go", "see you in court", "e\u0301", "x", "wwwlegal", "h", "w", "action", "legal action", "to 911 days",
    ];

    public static TheoryData<string[]> Phrases => new()
    {
        new[] { "legal", "sue*", "can't pay", "see you in court", "go to court", "go court's", "legal's court" },
        new[] { "legal action", "legal to <number> days", "sue* to court", "go <word> court", "can pay!", "i'm to go" },
        new[] { "i", "911", "2fa", "1.5", "9:11", "x*", "don't", "grüße", "c++" },
        new[] { "légal", "注文", "é", "it", "it's", "_legal", "legal_" },
        new[] { "<number> days", "legal" },
        new[] { "!", "legal" },
    };

    [Theory, MemberData(nameof(Phrases))]
    public void Passing_over_words_finds_what_a_scan_of_every_word_finds(string[] phrases)
    {
        var scanner = new PhraseScanner([.. phrases.Select((p, i) => (p, i))]);
        var random = new Random(11);
        for (var round = 0; round < 4000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => Pieces[random.Next(Pieces.Length)] + (random.Next(3) == 0 ? "" : " ")));
            var whole = Spans(scanner.Scan(text));
            Assert.True(whole.SequenceEqual(Spans(scanner.ScanSparsely(text))), text);
        }
    }

    [Fact]
    public void Every_character_is_in_the_mask_what_it_is_to_the_scan()
    {
        var all = string.Create(char.MaxValue + 1, 0, static (span, _) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = (char)i;
        });
        for (var i = 0; i < all.Length; i++)
        {
            var expected = CharKinds.Of(all[i]) is CharKinds.Letter or CharKinds.Digit;
            Assert.Equal(expected, (WordMask.Of(all, i / WordMask.Width * WordMask.Width) >> (i % WordMask.Width) & 1) != 0);
            if (i < 1000) Assert.Equal(expected, WordMask.Of(all.AsSpan(i, 1), 0) != 0);
        }
    }

    private static List<(int, int, int)> Spans(ReadOnlySpan<PhraseHit> hits)
    {
        var spans = new List<(int, int, int)>();
        foreach (var hit in hits) spans.Add((hit.Phrase, hit.Start, hit.End));
        return spans;
    }
}
