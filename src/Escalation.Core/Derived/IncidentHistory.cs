using System.Runtime.InteropServices;
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
    /// <param name="message">The message.</param>
    /// <param name="context">What it is about.</param>
    /// <param name="person">Whom to count where its customer is known under several ids; null = the message's own.</param>
    /// <returns>The key of an active incident where one of the message's keys has one, else the key with most customers, else <see cref="IncidentFacts.None"/>.</returns>
    public IncidentFacts FactsOf(Message message, ContextFacts context, CustomerId? person = null)
    {
        var customer = Counted(message, person);
        var best = IncidentFacts.None;
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys.KeyOf(i, message, context) is not { } key) continue;
            var facts = Evaluate(key, states.GetValueOrDefault(key), message, customer);
            if (facts.Active) return facts;
            if (!best.KeyKnown || facts.Customers > best.Customers) best = facts;
        }
        return best;
    }

    /// <summary>Takes a decided customer message in; from here on it counts for later ones.</summary>
    /// <param name="message">The message.</param>
    /// <param name="context">What it is about.</param>
    /// <param name="person">As for <see cref="FactsOf"/>.</param>
    /// <returns>The incident that this message made active, or null.</returns>
    public IncidentStart? Add(Message message, ContextFacts context, CustomerId? person = null)
    {
        var customer = Counted(message, person);
        IncidentStart? started = null;
        if (first is null || message.At < first) first = message.At;
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys.KeyOf(i, message, context) is not { } key) continue;
            if (!states.TryGetValue(key, out var state)) states.Add(key, state = new KeyState());
            var facts = Evaluate(key, state, message, customer);
            if (facts.Active)
            {
                if (!state.IsActive(message.At))
                {
                    started ??= new IncidentStart(key, message.At, state.TicketsIn(message.At - window, message.At, message.TicketId));
                    (state.ActiveFrom, state.ActiveUntil) = (message.At, message.At);
                }
                state.ActiveUntil = Instant.Max(state.ActiveUntil, message.At + window);
            }
            state.Add(message, customer);
            state.Forget(message.At - window - baseline);
        }
        return started;
    }

    private static CustomerId Counted(Message message, CustomerId? person) => person is { IsKnown: true } known ? known : message.CustomerId;

    private IncidentFacts Evaluate(string key, KeyState? state, Message message, CustomerId customer)
    {
        var from = message.At - window;
        state?.MoveTo(from, message.At);
        var customers = (state?.Customers ?? 0) + (customer.IsKnown && state?.Has(customer) != true ? 1 : 0);
        var usual = UsualRate(state, from);
        var active = (state is not null && state.IsActive(message.At))
            || (customers >= policy.MinCount && (!policy.Rate || Poisson.Tail(customers, usual) < policy.MaxProbability));
        return new IncidentFacts(active, customers, key, Rounding.Score(usual));
    }

    private double UsualRate(KeyState? state, Instant windowStart)
    {
        var start = windowStart - baseline;
        var observed = first is { } since && windowStart > since ? (windowStart - Instant.Max(since, start)).TotalHours : 0;
        return (1 + (state?.CustomerHours(start) ?? 0)) / (24 + observed) * policy.WindowMinutes / 60;
    }

    private readonly record struct Arrival(Instant At, CustomerId Customer, TicketId Ticket, bool FirstInHour);

    /// <summary>The arrivals of one key, and a window over them that moves with the messages: a storm costs each of them a step, not the whole hour.</summary>
    private sealed class KeyState
    {
        private readonly List<Arrival> arrivals = [];
        private readonly HashSet<(long Hour, CustomerId Customer)> customerHours = [];
        private readonly Dictionary<CustomerId, int> inWindow = [];
        private int start;
        private int windowStart;            // the window is [windowStart, windowEnd) of the arrivals
        private int windowEnd;
        private int firstsFromWindow;       // arrivals from windowStart on that are the first of their customer and hour

        public Instant ActiveFrom { get; set; } = Instant.MaxValue;

        public Instant ActiveUntil { get; set; } = Instant.MinValue;

        /// <summary>Distinct customers in the window.</summary>
        public int Customers => inWindow.Count;

        /// <summary>Closed after a quiet window: ActiveUntil is the last message plus the window.</summary>
        public bool IsActive(Instant at) => at >= ActiveFrom && at <= ActiveUntil;

        /// <summary>Whether a customer stands in the window.</summary>
        public bool Has(CustomerId customer) => inWindow.ContainsKey(customer);

        /// <summary>Moves the window to (from, to].</summary>
        public void MoveTo(Instant from, Instant to)
        {
            while (windowEnd < arrivals.Count && arrivals[windowEnd].At <= to) Enter(arrivals[windowEnd++]);
            while (windowEnd > start && arrivals[windowEnd - 1].At > to)
            {
                windowEnd--;
                if (windowEnd >= windowStart) Leave(arrivals[windowEnd]);
            }
            while (windowStart < arrivals.Count && arrivals[windowStart].At <= from) PassStart();
            while (windowStart > start && arrivals[windowStart - 1].At > from)
            {
                windowStart--;
                if (arrivals[windowStart].FirstInHour) firstsFromWindow++;
                if (windowStart < windowEnd) Enter(arrivals[windowStart]);
            }
        }

        public void Add(Message message, CustomerId customer)
        {
            if (!customer.IsKnown) return;
            var isFirst = customerHours.Add((Hour(message.At), customer));
            var arrival = new Arrival(message.At, customer, message.TicketId, isFirst);
            var place = arrivals.Count;
            while (place > start && arrivals[place - 1].At > message.At) place--;
            arrivals.Insert(place, arrival);
            if (place < windowStart) windowStart++;
            else if (isFirst) firstsFromWindow++;
            if (place >= windowEnd) return;         // the window reaches it when it next moves
            windowEnd++;
            if (place >= windowStart) Enter(arrival);
        }

        public IReadOnlyList<TicketId> TicketsIn(Instant from, Instant to, TicketId except)
        {
            var (tickets, seen) = (new List<TicketId>(), new HashSet<TicketId> { except });
            for (var i = start; i < arrivals.Count; i++)
                if (arrivals[i].At > from && arrivals[i].At <= to && seen.Add(arrivals[i].Ticket)) tickets.Add(arrivals[i].Ticket);
            return tickets;
        }

        /// <summary>(customer, hour) pairs whose first message lies in (from, start of the window].</summary>
        public int CustomerHours(Instant from)
        {
            var count = customerHours.Count - firstsFromWindow;
            for (var i = start; i < windowStart && arrivals[i].At <= from; i++)
                if (arrivals[i].FirstInHour) count--;
            return Math.Max(0, count);
        }

        public void Forget(Instant upTo)
        {
            while (start < arrivals.Count && arrivals[start].At <= upTo)
            {
                var arrival = arrivals[start];
                if (windowStart == start) PassStart();
                start++;
                windowEnd = Math.Max(windowEnd, start);
                if (arrival.FirstInHour) customerHours.Remove((Hour(arrival.At), arrival.Customer));
            }
            if (start <= 256 || start * 2 <= arrivals.Count) return;
            arrivals.RemoveRange(0, start);
            (windowStart, windowEnd, start) = (windowStart - start, windowEnd - start, 0);
        }

        private void PassStart()
        {
            var arrival = arrivals[windowStart];
            if (arrival.FirstInHour) firstsFromWindow--;
            if (windowStart < windowEnd) Leave(arrival);
            windowStart++;
        }

        private void Enter(in Arrival arrival) => CollectionsMarshal.GetValueRefOrAddDefault(inWindow, arrival.Customer, out _)++;

        private void Leave(in Arrival arrival)
        {
            if (--CollectionsMarshal.GetValueRefOrAddDefault(inWindow, arrival.Customer, out _) == 0) inWindow.Remove(arrival.Customer);
        }

        private static long Hour(Instant at) => Math.DivRem(at.ToUnixTimeSeconds(), 3600).Quotient;
    }
}

/// <summary>An incident that became active.</summary>
/// <param name="Key">Its key.</param>
/// <param name="At">When.</param>
/// <param name="EarlierTickets">Tickets of the window before; they are linked now.</param>
public sealed record IncidentStart(string Key, Instant At, IReadOnlyList<TicketId> EarlierTickets);
