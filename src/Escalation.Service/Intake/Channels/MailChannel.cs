using Escalation.Core.Tickets;
using Escalation.History.HelpDesks;
using Escalation.History.Mail;
using Escalation.Rules.Channels;

namespace Escalation.Service.Intake.Channels;

/// <summary>A mailbox: each delivery is one mail as it lies on the server.</summary>
/// <param name="settings">The channel as channels.json has it.</param>
internal sealed class MailChannel(ChannelSettings settings) : IIntakeChannel
{
    /// <summary>Ancestors that are looked for: a thread of more lost mails in a row is begun anew.</summary>
    private const int MostAncestors = 30;

    private readonly MailAccount account = new(settings.Source, [.. settings.Mailbox!.Own.Select(a => a.ToLowerInvariant())]);

    public string Name => settings.Name;

    public string Kind => Wire.Name(settings.Kind);

    public string Source => settings.Source;

    /// <summary>Where its mails lie.</summary>
    public MailboxSettings Mailbox => settings.Mailbox!;

    public async Task<DeliveryReading> ReadAsync(ReadOnlyMemory<byte> body, ChannelSurroundings around, CancellationToken cancellation)
    {
        var mail = Parse(body);
        var known = await AncestorAsync(mail, around, cancellation);
        var place = MailThreading.Place(mail, account, id => id == known?.Id ? known?.Mail : null);
        var at = mail.Date is { } date && date < around.Now ? date : around.Now;      // a clock that runs ahead must not put a mail into our future
        return DeliveryReading.Of(new DeliveredRecord(MailThreading.ToMessage(mail, place, account, at), ""));
    }

    private MailMessage Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return MailReader.Read(body, settings.Mailbox!.LoopMarks);
        }
        catch (MailFormatException bad)
        {
            throw new DeliveryException("/" + bad.Part, $"{bad.Part}: {bad.Message}");
        }
        catch (Exception odd) when (odd is ArgumentException or InvalidOperationException or IndexOutOfRangeException or NotSupportedException or IOException)
        {
            throw new DeliveryException("", $"the mail could not be read: {odd.Message}");      // one mail must not keep those after it from being read
        }
    }

    private async Task<(string Id, KnownMail Mail)?> AncestorAsync(MailMessage mail, ChannelSurroundings around, CancellationToken cancellation)
    {
        foreach (var id in mail.Ancestors.Take(MostAncestors))
            if (await around.FindAsync(settings.Source, id, cancellation) is { } message)
            {
                var writer = new CustomerId(mail.From);
                var isSame = message.CustomerId != writer && await around.AreOneAsync(message.CustomerId, writer, cancellation);
                return (id, new KnownMail(message.TicketId, isSame ? writer : message.CustomerId));
            }
        return null;
    }
}
