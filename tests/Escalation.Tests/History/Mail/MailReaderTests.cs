using System.Text;
using Escalation.Core.Derived.Text;
using Escalation.History.Mail;
using NodaTime;

namespace Escalation.Tests.History.Mail;

public sealed class MailReaderTests
{
    [Fact]
    public void Headers_come_out_as_they_are_asked_for()
    {
        var mail = Read("""
            Message-ID: <m3@x>
            In-Reply-To: <m2@x>
            References: <m1@x> <m2@x>
            From: "Anna Ex" <Anna@Example.com>
            To: Support <support@acme.com>, <m@x>
            Cc: b@example.com
            Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
            Date: Mon, 2 Mar 2026 13:00:00 +0100

            Words.
            """);
        Assert.Equal(("m3@x", "anna@example.com", "Grüße", Instant.FromUtc(2026, 3, 2, 12, 0), "Words.", MailKind.Personal), (mail.MessageId, mail.From, mail.Subject, mail.Date, mail.Text, mail.Kind));
        Assert.Equal(["m2@x", "m1@x"], mail.Ancestors);
        Assert.Equal(["support@acme.com", "m@x", "b@example.com"], mail.To);
    }

    [Fact]
    public void A_mail_in_an_old_code_page_is_read_as_it_was_written()
    {
        // Written out: asking for the encoding here would need what this test is about.
        byte[] words = [0x92, 0x8D, 0x95, 0xB6, 0x82, 0xAA, 0x93, 0xCD, 0x82, 0xAB, 0x82, 0xDC, 0x82, 0xB9, 0x82, 0xF1];
        var mail = MailReader.Read((byte[])[.. "From: a@x\nMessage-ID: <a@x>\nContent-Type: text/plain; charset=shift_jis\nContent-Transfer-Encoding: 8bit\n\n"u8, .. words]);
        Assert.Equal("注文が届きません", mail.Text);
    }

    [Fact]
    public void The_plain_text_is_taken_else_that_of_the_HTML_with_its_quotes_marked()
    {
        const string boundary = "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nplain\n--b\nContent-Type: text/html\n\n<b>html</b>\n--b--\n";
        Assert.Equal("plain", Read("From: a@x\n" + boundary).Text);
        var html = Read("From: a@x\nContent-Type: text/html\n\n<div>Still broken!</div><div class=\"gmail_quote\"><div>On Mon, Mar 2, 2026 at 1:00 PM Support wrote:<br></div><blockquote><div>Did it help?</div></blockquote></div>");
        Assert.Equal("Still broken!\nOn Mon, Mar 2, 2026 at 1:00 PM Support wrote:\n> Did it help?", html.Text);
        Assert.Equal("Still broken!", TextCleaner.Clean(html.Text).Text.Trim());
    }

    [Fact]
    public void Quotes_and_signature_stay_in_the_original_and_are_not_scored()
    {
        var mail = Read("From: a@x\n\nIt is down again.\n\nOn Mon, 2 Mar 2026 at 12:00, Support wrote:\n> my lawyer said\n\n-- \nAnna\nLegal Inc.");
        Assert.Contains("my lawyer", mail.Text, StringComparison.Ordinal);
        Assert.Equal("It is down again.", TextCleaner.Clean(mail.Text).Text.Trim());
    }

    [Theory]
    [InlineData("Auto-Submitted: auto-replied", MailKind.AutoReply)]
    [InlineData("Auto-Submitted: auto-generated; owner-email=\"x\"", MailKind.AutoReply)]
    [InlineData("Auto-Submitted: no", MailKind.Personal)]
    [InlineData("Precedence: bulk", MailKind.AutoReply)]
    [InlineData("X-Autoreply: yes", MailKind.AutoReply)]
    [InlineData("X-Auto-Response-Suppress: All", MailKind.Personal)]
    [InlineData("Return-Path: <>", MailKind.Bounce)]
    [InlineData("Return-Path: <a@x>", MailKind.Personal)]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status; boundary=b", MailKind.Bounce)]
    [InlineData("Content-Type: multipart/report; report-type=disposition-notification; boundary=b", MailKind.AutoReply)]
    [InlineData("X-Loop: escalation.acme.com", MailKind.Loop)]
    [InlineData("Message-ID: <abc@escalation.acme.com>", MailKind.Loop)]
    [InlineData("X-Mailer: anything", MailKind.Personal)]
    public void What_a_machine_sent_is_told_from_what_somebody_wrote(string header, MailKind kind) =>
        Assert.Equal(kind, MailReader.Read(Encoding.UTF8.GetBytes($"From: a@x\n{header}\n\nwords\n"), ["escalation.acme.com"]).Kind);

    [Fact]
    public void A_mailer_daemon_bounces_and_a_mail_that_passed_too_many_servers_goes_round()
    {
        Assert.Equal(MailKind.Bounce, Read("From: MAILER-DAEMON@mx.example.com\n\nUndelivered").Kind);
        Assert.Equal(MailKind.Loop, Read(string.Concat(Enumerable.Repeat("Received: from a by b; Mon, 2 Mar 2026 12:00:00 +0000\n", 51)) + "From: a@x\n\nwords").Kind);
        Assert.Equal(MailKind.Personal, Read(string.Concat(Enumerable.Repeat("Received: from a by b; Mon, 2 Mar 2026 12:00:00 +0000\n", 12)) + "From: a@x\n\nwords").Kind);
    }

    [Theory]
    [InlineData("mx.acme.com; dmarc=fail header.from=x", true)]
    [InlineData("mx.acme.com; spf=fail; dkim=none", true)]
    [InlineData("mx.acme.com; spf=fail; dkim=pass; dmarc=pass", false)]
    [InlineData("mx.acme.com; spf=pass", false)]
    public void What_the_receiving_server_found_forged_is_known(string results, bool isForged) =>
        Assert.Equal(isForged, Read($"Authentication-Results: {results}\nAuthentication-Results: evil; dmarc=pass\nFrom: a@x\n\nwords").IsForged);

    [Fact]
    public void Without_a_date_the_last_server_says_when_and_without_an_id_the_bytes_give_one()
    {
        var mail = Read("Received: from a by b\n\twith SMTP; Mon, 2 Mar 2026 12:00:00 +0000\nReceived: from c by a; Sun, 1 Mar 2026 12:00:00 +0000\nFrom: a@x\nDate: never\n\nwords");
        Assert.Equal(Instant.FromUtc(2026, 3, 2, 12, 0), mail.Date);
        Assert.EndsWith("@no-message-id", mail.MessageId, StringComparison.Ordinal);
        Assert.Equal(mail.MessageId, Read("Received: from a by b\n\twith SMTP; Mon, 2 Mar 2026 12:00:00 +0000\nReceived: from c by a; Sun, 1 Mar 2026 12:00:00 +0000\nFrom: a@x\nDate: never\n\nwords").MessageId);
        Assert.Null(Read("From: a@x\n\nwords").Date);
    }

    [Theory, InlineData(""), InlineData("\n\nwords")]
    public void What_is_no_mail_is_refused(string text) => Assert.Throws<MailFormatException>(() => MailReader.Read(Encoding.UTF8.GetBytes(text)));

    private static MailMessage Read(string text) => MailReader.Read(Encoding.UTF8.GetBytes(text));
}
