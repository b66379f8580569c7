using Escalation.Core.Episodes;
using Escalation.Core.Tickets;
using Escalation.Storage;

namespace Escalation.Service.Pipeline;

/// <summary>Keeps the book of episodes small: it holds the tickets that were asked for last, and those of which the store does not know all.</summary>
/// <remarks>Belongs to the ordered writer; not thread-safe. What is recorded of a ticket must be in the transaction before another is held.</remarks>
/// <param name="book">The book.</param>
/// <param name="most">So many tickets are held at least and twice as many at most, those that the book keeps apart not counted.</param>
internal sealed class HeldTickets(EpisodeBook book, int most)
{
    private HashSet<TicketId> recent = [];
    private HashSet<TicketId> before = [];

    /// <summary>Holds tickets: the book has everything of them until as many others are held.</summary>
    public async ValueTask HoldAsync(IEnumerable<TicketId> tickets, WriteTransaction transaction, CancellationToken cancellation)
    {
        HashSet<TicketId>? missing = null;
        foreach (var ticket in tickets)
            if (!IsHeld(ticket)) (missing ??= []).Add(ticket);
        if (missing is null) return;
        foreach (var episode in await EpisodeStore.OfTicketsAsync(transaction, missing, cancellation)) book.Recall(episode);
        foreach (var ticket in missing) Note(ticket);
    }

    /// <summary>Holds a ticket that was given to the book.</summary>
    public void Note(TicketId ticket)
    {
        if (!recent.Add(ticket) || recent.Count < most) return;
        foreach (var old in before)
            if (!recent.Contains(old)) book.Forget(old);
        (before, recent) = (recent, []);
    }

    private bool IsHeld(TicketId ticket)
    {
        if (recent.Contains(ticket)) return true;
        if (!before.Contains(ticket) && !book.Holds(ticket)) return false;
        Note(ticket);
        return true;
    }
}
