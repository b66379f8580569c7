using Escalation.Core.Tickets;
using Escalation.Service;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Web.Models;

/// <summary>A message as somebody who judges blindly sees it.</summary>
public sealed record AuditMessage(Instant At, Author Author, string Channel, string Text);

/// <summary>The next ticket for a blind look: its conversation as it was when it was drawn, and nothing of what the program made of it.</summary>
public sealed record AuditModel
{
    public required AuditedTicket? Ticket { get; init; }
    public required IReadOnlyList<AuditMessage> Messages { get; init; }
    public required long Waiting { get; init; }
    public required IReadOnlyList<string> Teams { get; init; }
    public required string Actor { get; init; }
    public required string? Said { get; init; }
    public required string? Problem { get; init; }
    public required Instant Now { get; init; }

    public static async Task<AuditModel> LoadAsync(EscalationService service, string actor, string? said, string? problem, CancellationToken cancellation)
    {
        var ticket = await service.Audit.NextAsync(cancellation);
        var messages = ticket is null ? [] : await service.Messages.OfTicketAsync(ticket.Ticket, cancellation);
        return new AuditModel
        {
            Ticket = ticket,
            Messages = [.. messages.Where(m => m.Received < ticket!.Until).Select(m => new AuditMessage(m.At, m.Author, Wire.Name(m.Channel), m.Text))],
            Waiting = await service.Audit.WaitingAsync(cancellation),
            Teams = [.. service.Configuration.Rules.Teams.Teams.Select(t => t.Id)],
            Actor = actor,
            Said = said,
            Problem = problem,
            Now = service.Now,
        };
    }
}
