using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.Core.Derived;

/// <summary>What earlier messages of one configuration say of incidents: distinct customers by key in a sliding window, and the usual rate.</summary>
/// <remarks>
/// Holds 28 days and a window of (time, customer) pairs and no more. Not thread-safe: it belongs to the ordered writer.
/// Keys depend on extraction, so each configuration has its own. Source: "Incident" in CONTRACTS.md.
/// </remarks>
public sealed class IncidentHistory
{
    private readonly IncidentPolicy policy;
    private readonly Duration window;
    private readonly Duration baseline;
    private readonly IncidentKeys keys;
    private readonly Dictionary<string, KeyState> states = new(StringComparer.Ordinal);
    private readonly HashSet<CustomerId> distinct = [];
    private Instant? first;

    /// <summary>An empty history.</summary>
    public IncidentHistory(IncidentPolicy policy)
    {
        this.policy = policy;
        window = Duration.FromMinutes(policy.WindowMinutes);
        baseline = Duration.FromDays(policy.BaselineDays);
        keys = new IncidentKeys(policy);
    }

    /// <summary>Keys that have been seen and not yet forgotten.</summary>
    public int KeyCount => states.Count;

    /// <summary>The incident facts of a message, itself included. Changes nothing.</summary>
    /// <returns>The key of an active incident where one of the message's keys has one, else the key with most customers, else <see cref="IncidentFacts.None"/>.</returns>
    public IncidentFacts FactsOf(Message message, ContextFacts context)
    {
        var best = IncidentFacts.None;
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys.KeyOf(i, message, context) is not { } key) continue;
            var facts = Evaluate(key, states.GetValueOrDefault(key), message);
            if (facts.Active) return facts;
            if (!best.KeyKnown || facts.Customers > best.Customers) best = facts;
        }
        return best;
    }

    /// <summary>Takes a decided customer message in; from here on it counts for later ones.</summary>
    /// <returns>The incident that this message made active, or null.</returns>
    public IncidentStart? Add(Message message, ContextFacts context)
    {
        IncidentStart? started = null;
        if (first is null || message.At < first) first = message.At;
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys.KeyOf(i, message, context) is not { } key) continue;
            if (!states.TryGetValue(key, out var state)) states.Add(key, state = new KeyState());
            var facts = Evaluate(key, state, message);
            if (facts.Active)
            {
                if (!state.IsActive(message.At))
                {
                    started ??= new IncidentStart(key, message.At, state.TicketsIn(message.At - window, message.At, message.TicketId));
                    (state.ActiveFrom, state.ActiveUntil) = (message.At, message.At);
                }
                state.ActiveUntil = Instant.Max(state.ActiveUntil, message.At + window);
            }
            state.Add(message);
            state.Forget(message.At - window - baseline);
        }
        return started;
    }

    private IncidentFacts Evaluate(string key, KeyState? state, Message message)
    {
        distinct.Clear();
        if (message.CustomerId.IsKnown) distinct.Add(message.CustomerId);
        var from = message.At - window;
        state?.CollectCustomers(from, message.At, distinct);
        var customers = distinct.Count;
        var usual = UsualRate(state, from);
        var active = (state is not null && state.IsActive(message.At))
            || (customers >= policy.MinCount && (!policy.Rate || Poisson.Tail(customers, usual) < policy.MaxProbability));
        return new IncidentFacts(active, customers, key, Rounding.Score(usual));
    }

    private double UsualRate(KeyState? state, Instant windowStart)
    {
        var start = windowStart - baseline;
        var observed = first is { } since && windowStart > since ? (windowStart - Instant.Max(since, start)).TotalHours : 0;
        return (1 + (state?.CustomerHours(start, windowStart) ?? 0)) / (24 + observed) * policy.WindowMinutes / 60;
    }

    private readonly record struct Arrival(Instant At, CustomerId Customer, TicketId Ticket, bool FirstInHour);

    private sealed class KeyState
    {
        private readonly List<Arrival> arrivals = [];
        private readonly HashSet<(long Hour, CustomerId Customer)> customerHours = [];
        private int start;

        public Instant ActiveFrom { get; set; } = Instant.MaxValue;

        public Instant ActiveUntil { get; set; } = Instant.MinValue;

        /// <summary>Closed after a quiet window: ActiveUntil is the last message plus the window.</summary>
        public bool IsActive(Instant at) => at >= ActiveFrom && at <= ActiveUntil;

        public void Add(Message message)
        {
            if (!message.CustomerId.IsKnown) return;
            var isFirst = customerHours.Add((Hour(message.At), message.CustomerId));
            var arrival = new Arrival(message.At, message.CustomerId, message.TicketId, isFirst);
            var place = arrivals.Count;
            while (place > start && arrivals[place - 1].At > message.At) place--;
            arrivals.Insert(place, arrival);
        }

        public void CollectCustomers(Instant from, Instant to, HashSet<CustomerId> customers)
        {
            for (var i = arrivals.Count - 1; i >= start && arrivals[i].At > from; i--)
                if (arrivals[i].At <= to) customers.Add(arrivals[i].Customer);
        }

        public IReadOnlyList<TicketId> TicketsIn(Instant from, Instant to, TicketId except)
        {
            var tickets = new List<TicketId>();
            for (var i = start; i < arrivals.Count; i++)
                if (arrivals[i].At > from && arrivals[i].At <= to && arrivals[i].Ticket != except && !tickets.Contains(arrivals[i].Ticket)) tickets.Add(arrivals[i].Ticket);
            return tickets;
        }

        /// <summary>(customer, hour) pairs whose first message lies in (from, to].</summary>
        public int CustomerHours(Instant from, Instant to)
        {
            var count = customerHours.Count;
            for (var i = arrivals.Count - 1; i >= start && arrivals[i].At > to; i--)
                if (arrivals[i].FirstInHour) count--;
            for (var i = start; i < arrivals.Count && arrivals[i].At <= from; i++)
                if (arrivals[i].FirstInHour) count--;
            return Math.Max(0, count);
        }

        public void Forget(Instant upTo)
        {
            while (start < arrivals.Count && arrivals[start].At <= upTo)
            {
                var arrival = arrivals[start++];
                if (arrival.FirstInHour) customerHours.Remove((Hour(arrival.At), arrival.Customer));
            }
            if (start <= 256 || start * 2 <= arrivals.Count) return;
            arrivals.RemoveRange(0, start);
            start = 0;
        }

        private static long Hour(Instant at) => Math.DivRem(at.ToUnixTimeSeconds(), 3600).Quotient;
    }
}

/// <summary>An incident that became active.</summary>
/// <param name="Key">Its key.</param>
/// <param name="At">When.</param>
/// <param name="EarlierTickets">Tickets of the window before; they are linked now.</param>
public sealed record IncidentStart(string Key, Instant At, IReadOnlyList<TicketId> EarlierTickets);
