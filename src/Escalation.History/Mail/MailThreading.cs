using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.Mail;

/// <summary>Whose mailbox is read.</summary>
/// <param name="Source">The source account, for example <c>mail/support</c>; ids of tickets and messages begin with it.</param>
/// <param name="Own">Our own addresses in lower case; <c>@acme.com</c> stands for all of a domain. Whoever writes from one is an agent.</param>
public sealed record MailAccount(string Source, IReadOnlyCollection<string> Own)
{
    /// <summary>Whether an address is one of ours.</summary>
    public bool IsOwn(string address) => address.LastIndexOf('@') is var at && at >= 0 && (Own.Contains(address) || Own.Contains(address[at..]));
}

/// <summary>A mail that was taken before.</summary>
public sealed record KnownMail(TicketId Ticket, CustomerId Customer);

/// <summary>Where a mail belongs.</summary>
/// <param name="Ticket">Its ticket.</param>
/// <param name="Customer">Whose ticket that is.</param>
/// <param name="Author">Who wrote it; the system, where a machine did.</param>
/// <param name="RefersTo">Another customer's ticket that it answers and does not join; null else.</param>
public sealed record MailPlace(TicketId Ticket, CustomerId Customer, Author Author, TicketId? RefersTo);

/// <summary>Threads of mails by Message-ID and References, with a check of who writes.</summary>
/// <remarks>
/// A reference alone joins nothing: whoever has seen a Message-ID can name it. A mail joins the ticket that it refers to where that ticket's own customer wrote it, or one of us,
/// and the receiving server did not find the writer forged; a forged mail is nobody's. Anybody else's is a ticket of its own that names the other. Source: FIELD.md, zammad#5064.
/// </remarks>
public static class MailThreading
{
    /// <summary>Where a mail belongs.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="account">The mailbox.</param>
    /// <param name="find">A mail taken before, by its Message-ID; null where there is none.</param>
    public static MailPlace Place(MailMessage mail, MailAccount account, Func<string, KnownMail?> find)
    {
        var isOwn = !mail.IsForged && account.IsOwn(mail.From);
        var author = mail.Kind != MailKind.Personal ? Author.System : isOwn ? Author.Agent : Author.Customer;
        var known = mail.Ancestors.Select(find).FirstOrDefault(k => k is not null);
        if (known is not null && MayJoin(mail, known, isOwn)) return new MailPlace(known.Ticket, known.Customer, author, null);
        var customer = isOwn ? mail.To.FirstOrDefault(a => !account.IsOwn(a)) : mail.IsForged ? null : mail.From;     // whoever it is, it is not the sender
        return new MailPlace(new TicketId($"{account.Source}/{mail.MessageId}"), string.IsNullOrEmpty(customer) ? CustomerId.Unknown : new CustomerId(customer), author, known?.Ticket);
    }

    /// <summary>The message that a mail is.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="place">Where it belongs.</param>
    /// <param name="account">The mailbox.</param>
    /// <param name="at">When it was written.</param>
    public static Message ToMessage(MailMessage mail, MailPlace place, MailAccount account, Instant at)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (mail.Kind != MailKind.Personal) attributes["mailKind"] = Wire.Name(mail.Kind);
        if (place.RefersTo is { } other) attributes["refersTo"] = other.Value;
        if (mail.IsForged) attributes["forged"] = "true";
        if (mail.Attachments.Count > 0) attributes["attachments"] = string.Join("; ", mail.Attachments);
        return new Message
        {
            Id = $"{account.Source}/{mail.MessageId}",
            Source = account.Source,
            ExternalId = mail.MessageId,
            TicketId = place.Ticket,
            CustomerId = place.Customer,
            Channel = Channel.Email,
            Author = place.Author,
            AgentId = place.Author == Author.Agent ? mail.From : null,
            At = at,
            Subject = mail.Subject,
            Text = mail.Text,
            ThreadId = mail.Ancestors.Count > 0 ? mail.Ancestors[^1] : mail.MessageId,
            InReplyTo = mail.Ancestors.Count > 0 ? mail.Ancestors[0] : null,
            Attributes = attributes.Count == 0 ? Message.NoAttributes : attributes,
        };
    }

    /// <remarks>A bounce comes from a machine that is neither; it answers what we sent, carries nobody's words, and belongs where that was sent from.</remarks>
    private static bool MayJoin(MailMessage mail, KnownMail known, bool isOwn) =>
        isOwn || mail.Kind == MailKind.Bounce || (!mail.IsForged && mail.From.Length > 0 && known.Customer == new CustomerId(mail.From));
}
