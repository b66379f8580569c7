using Escalation.Core.Derived.Text;

namespace Escalation.Tests.Derived.Text;

public sealed class TextCleanerTests
{
    public static TheoryData<string, string> Quoted => new()
    {
        { "English attribution", "This is mine.\n\nOn Mon, 2 Mar 2026 at 10:00, Ann Smith <ann@example.com> wrote:\n> QUOTED words\n> more QUOTED\n" },
        { "attribution without marks", "This is mine.\n\nOn Mon, 2 Mar 2026 at 10:00, Ann Smith wrote:\n\nQUOTED words\nmore QUOTED\n" },
        { "attribution wrapped over two lines", "This is mine.\n\nOn Mon, 2 Mar 2026 at 10:00, Ann Smith\n<ann.smith@example.com> wrote:\n> QUOTED words\n" },
        { "German attribution", "This is mine.\n\nAm 02.03.2026 um 10:00 schrieb Anna Muster <anna@example.com>:\n> QUOTED words\n" },
        { "German attribution, verb last", "This is mine.\n\nAm Mo., 2. März 2026 um 10:00 Uhr schrieb:\n> QUOTED words\n" },
        { "French attribution", "This is mine.\n\nLe lun. 2 mars 2026 à 10:00, Anne Petit <anne@example.com> a écrit :\n> QUOTED words\n" },
        { "Spanish attribution", "This is mine.\n\nEl lun, 2 mar 2026 a las 10:00, Ana (<ana@example.com>) escribió:\n> QUOTED words\n" },
        { "Outlook divider", "This is mine.\n\n-----Original Message-----\nFrom: Ann Smith\nSent: Monday, March 2, 2026 10:00\nTo: Support\nSubject: hello\n\nQUOTED words\n" },
        { "Outlook header block", "This is mine.\n\nFrom: Ann Smith <ann@example.com>\nSent: Monday, March 2, 2026 10:00\nTo: Support\nSubject: hello\n\nQUOTED words\n" },
        { "Outlook rule", "This is mine.\n\n________________________________\nFrom: Ann Smith\nSent: Monday\nTo: Support\n\nQUOTED words\n" },
        { "German Outlook", "This is mine.\n\n-----Ursprüngliche Nachricht-----\nVon: Anna Muster\nGesendet: Montag, 2. März 2026 10:00\nAn: Support\nBetreff: hallo\n\nQUOTED words\n" },
        { "French Outlook", "This is mine.\n\nDe : Anne Petit\nEnvoyé : lundi 2 mars 2026 10:00\nÀ : Support\nObjet : bonjour\n\nQUOTED words\n" },
        { "marks only", "> QUOTED words\n>> deeper QUOTED\nThis is mine.\n" },
        { "Windows line ends", "This is mine.\r\n\r\nOn Mon, 2 Mar 2026, Ann wrote:\r\n> QUOTED words\r\n" },
    };

    [Theory, MemberData(nameof(Quoted))]
    public void Quoted_mail_is_taken_out_and_what_the_writer_wrote_stays(string style, string text)
    {
        var scored = TextCleaner.Clean(text);
        Assert.True(!scored.Text.Contains("QUOTED", StringComparison.Ordinal), $"{style}: {scored.Text}");
        Assert.Equal("This is mine.", scored.Text.Trim());
    }

    public static TheoryData<string, string> Signed => new()
    {
        { "dashes", "This is mine.\n\n-- \nSIGNED Ann Smith\nHead of Buying\n+1 555 0100\n" },
        { "English closing", "This is mine.\n\nKind regards,\nSIGNED Ann Smith\nHead of Buying\n" },
        { "German closing", "This is mine.\n\nMit freundlichen Grüßen\nSIGNED Anna Muster\nMuster GmbH\n" },
        { "German short closing", "This is mine.\n\nViele Grüße\nSIGNED Anna\n" },
        { "French closing", "This is mine.\n\nCordialement,\nSIGNED Anne Petit\n" },
        { "French closing, long", "This is mine.\n\nBien cordialement\nSIGNED Anne Petit\nDirectrice\n" },
        { "phone", "This is mine.\n\nSent from my SIGNEDphone\n" },
        { "German phone", "This is mine.\n\nVon meinem SIGNEDphone gesendet\n" },
        { "French phone", "This is mine.\n\nEnvoyé de mon SIGNEDphone\n" },
        { "phone under a name", "This is mine.\n\nBest regards\nSIGNED Ann\n\nSent from my phone\n" },
        { "signature above a quote", "This is mine.\n\nKind regards,\nSIGNED Ann\n\nOn Mon, 2 Mar 2026, Bob wrote:\n> quoted\n" },
    };

    [Theory, MemberData(nameof(Signed))]
    public void Signatures_are_taken_out(string style, string text)
    {
        var scored = TextCleaner.Clean(text);
        Assert.True(!scored.Text.Contains("SIGNED", StringComparison.Ordinal), $"{style}: {scored.Text}");
        Assert.Equal("This is mine.", scored.Text.Trim());
    }

    [Theory,
     InlineData("one line > with a mark inside"), InlineData("Prices > 100 are wrong\nand 5 > 3"), InlineData(">:( this is bad\nvery bad"), InlineData("On the bill you wrote:\nnothing at all"),
     InlineData("Regards the refund, I wait.\nPlease answer."), InlineData("From: what I see\nit is broken"), InlineData("first\n\n\nsecond"), InlineData("")]
    public void What_only_looks_like_mail_stays_whole(string text) => Assert.Same(text, TextCleaner.Clean(text).Text);

    [Fact]
    public void Answers_between_quotes_stay_with_their_original_offsets()
    {
        const string text = "Hello,\n> first QUOTED question\nfirst answer\n> second QUOTED question\nsecond answer\n";
        var scored = TextCleaner.Clean(text);
        Assert.Equal("Hello,\nfirst answer\nsecond answer\n", scored.Text);
        foreach (var word in (string[])["Hello", "first answer", "second"])
        {
            var (start, original) = (scored.Text.IndexOf(word, StringComparison.Ordinal), text.IndexOf(word == "second" ? "second answer" : word, StringComparison.Ordinal));
            Assert.Equal((original, original + word.Length), (scored.ToOriginal(start), scored.ToOriginalEnd(start + word.Length)));
        }
    }

    [Fact]
    public void Every_character_that_is_kept_points_to_itself_in_the_original()
    {
        string[] parts = ["This is mine.\n", "> QUOTED 😀\n", "On Mon, 2 Mar 2026, Ann wrote:\n", "und ÄÖ 👍🏽 mehr\r\n", "\n", "Cordialement,\n", "Anne\n", "-- \n", "From: a\n", "Sent: b\n", "ok\r"];
        var random = new Random(3);
        for (var round = 0; round < 3000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)]));
            var scored = TextCleaner.Clean(text);
            for (var i = 0; i < scored.Text.Length; i++)
            {
                Assert.Equal(scored.Text[i], text[scored.ToOriginal(i)]);
                Assert.Equal(scored.ToOriginal(i) + 1, scored.ToOriginalEnd(i + 1));
            }
        }
    }

    [Theory, InlineData("> all of it\n> is quoted\n"), InlineData("On Mon, 2 Mar 2026, Ann wrote:\n> hello\n")]
    public void Where_nothing_would_be_left_nothing_is_cut(string text) => Assert.Equal(text, TextCleaner.Clean(text).Text);
}
