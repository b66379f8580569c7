using Escalation.Core.Tickets;
using Escalation.History.Mail;

namespace Escalation.Tests.History.Mail;

public sealed class MailThreadingTests
{
    private static readonly MailAccount Account = new("mail/support", ["@acme.com"]);
    private static readonly KnownMail Annas = new(new TicketId("mail/support/m1@x"), new CustomerId("anna@x"));

    [Fact]
    public void A_first_mail_is_a_ticket_of_its_writers() =>
        Assert.Equal(new MailPlace(new("mail/support/m9@x"), new("bob@y"), Author.Customer, null), Place(Mail("bob@y")));

    [Fact]
    public void The_customers_reply_joins_the_ticket_and_so_does_ours()
    {
        Assert.Equal(new MailPlace(Annas.Ticket, Annas.Customer, Author.Customer, null), Place(Mail("anna@x", "m1@x")));
        Assert.Equal(new MailPlace(Annas.Ticket, Annas.Customer, Author.Agent, null), Place(Mail("support@acme.com", "m1@x")));
    }

    [Fact]
    public void A_strangers_reply_never_joins_another_customers_ticket_and_names_it() =>
        Assert.Equal(new MailPlace(new("mail/support/m9@x"), new("bob@y"), Author.Customer, Annas.Ticket), Place(Mail("bob@y", "m1@x")));

    [Theory, InlineData("anna@x"), InlineData("support@acme.com")]
    public void Nor_does_a_mail_whose_writer_is_forged(string from)
    {
        var place = Place(Mail(from, "m1@x") with { IsForged = true });
        Assert.Equal((new TicketId("mail/support/m9@x"), Author.Customer, Annas.Ticket), (place.Ticket, place.Author, place.RefersTo));
        Assert.Equal(CustomerId.Unknown, place.Customer);
    }

    [Fact]
    public void A_mail_without_a_writer_joins_nothing_even_where_nobody_is_the_customer()
    {
        var nobodys = new KnownMail(new("mail/support/m1@x"), CustomerId.Unknown);
        Assert.Equal(nobodys.Ticket, MailThreading.Place(Mail("", "m1@x"), Account, _ => nobodys).RefersTo);
    }

    [Fact]
    public void A_nearer_ancestor_that_is_not_known_is_passed_over() => Assert.Equal(Annas.Ticket, Place(Mail("anna@x", "gone@x", "m1@x")).Ticket);

    [Fact]
    public void What_machines_send_is_the_systems_and_a_bounce_belongs_where_it_was_sent_from()
    {
        Assert.Equal(new MailPlace(Annas.Ticket, Annas.Customer, Author.System, null), Place(Mail("anna@x", "m1@x") with { Kind = MailKind.AutoReply }));
        Assert.Equal(new MailPlace(Annas.Ticket, Annas.Customer, Author.System, null), Place(Mail("mailer-daemon@mx", "m1@x") with { Kind = MailKind.Bounce }));
        Assert.Equal(Annas.Ticket, Place(Mail("bob@y", "m1@x") with { Kind = MailKind.AutoReply }).RefersTo);
    }

    [Fact]
    public void Our_own_first_mail_is_a_ticket_of_whom_it_went_to() =>
        Assert.Equal(new MailPlace(new("mail/support/m9@x"), new("bob@y"), Author.Agent, null), Place(Mail("support@acme.com") with { To = ["sales@acme.com", "bob@y"] }));

    [Theory, InlineData("a@acme.com", true), InlineData("a@evil-acme.com", false), InlineData("a@acme.com.evil.org", false), InlineData("acme.com", false)]
    public void Only_addresses_of_the_very_domain_are_ours(string address, bool isOwn) => Assert.Equal(isOwn, Account.IsOwn(address));

    private static MailPlace Place(MailMessage mail) => MailThreading.Place(mail, Account, id => id == "m1@x" ? Annas : null);

    private static MailMessage Mail(string from, params string[] ancestors) => new() { MessageId = "m9@x", Ancestors = ancestors, From = from, To = ["support@acme.com"], Text = "words" };
}
