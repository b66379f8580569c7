using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.View;

/// <summary>Lets go what no window of a view reaches any more: only tickets and customers that are due are looked at.</summary>
internal sealed class ViewSweep(ViewRetention retention, ViewCounters counters, Dictionary<TicketId, TicketState> tickets, Dictionary<CustomerId, CustomerState> customers)
{
    private readonly DueQueue<TicketState> dueTickets = new(retention.SweepEvery);
    private readonly DueQueue<CustomerState> dueCustomers = new(retention.SweepEvery);
    private Instant? swept;
    private Instant now = Instant.MinValue;

    /// <summary>What happened at or before this is in no window any more, however late a message may come.</summary>
    public Instant UpTo => now == Instant.MinValue ? Instant.MinValue : now - retention.Window - retention.Late;

    /// <summary>Notes how far history has come, and sweeps where that is due.</summary>
    public void Pass(Instant received)
    {
        if (received > now) now = received;
        swept ??= now;
        if (now - swept.Value < retention.SweepEvery) return;
        swept = now;
        Sweep();
    }

    /// <summary>Counts an entry in; where it is a customer's, it will be let go when it is due.</summary>
    public void Hold(CustomerState? customer)
    {
        counters.Held++;
        if (customer is not null) SetDue(customer);
    }

    /// <summary>Notes that something of a customer is held.</summary>
    public void SetDue(CustomerState customer)
    {
        if (customer.IsDue || customer.Timeline.First is not { } first) return;
        customer.IsDue = true;
        dueCustomers.Add(customer, DueOf(first));
    }

    /// <summary>Notes that a ticket is held.</summary>
    public void SetDue(TicketState ticket, Instant received) => dueTickets.Add(ticket, DueOf(received));

    private void Sweep()
    {
        Release(dueTickets, Release);
        Release(dueCustomers, Release);
        (counters.Tickets, counters.Customers) = (tickets.Count, customers.Count);
    }

    private void Release<T>(DueQueue<T> queue, Func<T, Instant?> release)
    {
        var again = new List<(T Item, Instant Due)>();
        while (queue.Take(now) is { } due)
            foreach (var item in due)
                if (release(item) is { } next) again.Add((item, next));
        foreach (var (item, next) in again) queue.Add(item, next);
    }

    /// <returns>When to look again; null where the ticket was forgotten.</returns>
    private Instant? Release(TicketState ticket)
    {
        if (ticket.Unowned is { } unowned) Evict(unowned);
        ticket.Settle(UpTo);
        if (!ticket.IsIdle(now, retention.TicketIdle))
        {
            var idle = After(ticket.LastReceived, retention.TicketIdle);
            return ticket.Unowned is { First: { } first } ? Instant.Min(idle, DueOf(first)) : idle;
        }
        tickets.Remove(ticket.Id);
        counters.TicketsForgotten++;
        counters.Held -= ticket.Unowned?.Count ?? 0;
        ticket.LeaveMerges();
        if (ticket.Owner is not { } owner) return null;
        owner.Tickets.Remove(ticket);
        RemoveIfEmpty(owner);
        return null;
    }

    /// <returns>When to look again; null where nothing is held of the customer until the next message or event.</returns>
    private Instant? Release(CustomerState customer)
    {
        Evict(customer.Timeline);
        customer.EvictVersions(UpTo);
        if (customer.Timeline.First is { } first) return DueOf(first);
        customer.IsDue = false;
        RemoveIfEmpty(customer);
        return null;
    }

    private void Evict(Timeline timeline)
    {
        var evicted = timeline.Evict(UpTo);
        counters.Evicted += evicted;
        counters.Held -= evicted;
    }

    private void RemoveIfEmpty(CustomerState customer)
    {
        if (customer.IsEmpty) customers.Remove(customer.Id);
    }

    private Instant DueOf(Instant at) => After(at, retention.Window + retention.Late);

    private static Instant After(Instant time, Duration span) => time > Instant.MaxValue - span ? Instant.MaxValue : time + span;
}
