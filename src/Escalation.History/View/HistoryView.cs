using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using NodaTime;

namespace Escalation.History.View;

/// <summary>History as it was known at any message: takes records in order and answers what a decision may see.</summary>
/// <remarks>
/// A decision sees what has <c>at</c> not after its message's and stands before it, whatever came late or out of order; values that change are read
/// as of then. The live service, warmed from its database, and a replay use this same class, so that live facts equal replay facts.
/// Memory is bounded by <see cref="ViewRetention"/>. Not thread-safe: it belongs to the ordered writer. Source: "The three layers" in CONTRACTS.md.
/// </remarks>
public sealed class HistoryView
{
    private readonly ViewRetention retention;
    private readonly Dictionary<CustomerId, CustomerState> customers = [];
    private readonly Dictionary<TicketId, TicketState> tickets = [];
    private readonly RecentWindow window = new();
    private readonly List<TicketState> group = [];
    private readonly List<TicketEntry> groupEntries = [];
    private readonly IdentityBook identities = new();
    private readonly List<CustomerState> person = [];
    private readonly TicketChanges changes = new();
    private readonly ViewSweep sweep;

    /// <summary>An empty view.</summary>
    public HistoryView(ViewRetention? retention = null)
    {
        this.retention = retention ?? ViewRetention.Default;
        sweep = new ViewSweep(this.retention, Counters, tickets, customers);
    }

    /// <summary>What it holds.</summary>
    public ViewCounters Counters { get; } = new();

    /// <summary>What was known when a message was decided: everything taken so far that it may see. Changes nothing.</summary>
    /// <param name="message">A message that was not yet taken. One with a higher revision is seen at the time of its first.</param>
    /// <returns>Facts whose lists hold until the next record is taken.</returns>
    public ObservedFacts Observe(ObservedMessage message) =>
        message.Message.Revision > 0 && TimelineOf(message.Message)?.FirstAt(message.Message) is { } first
            ? Observe(message.MovedTo(first), revised: true, first)
            : Observe(message, revised: false, message.Message.At);

    /// <summary>What is known of a message that was taken before, if it were decided now: at its own time, by what has come since then of that time, and by who its customer is now.</summary>
    /// <param name="message">The message as it was taken.</param>
    /// <param name="now">Now; people are those of this instant.</param>
    /// <returns>Null where the message lies so far back that the view has let it go.</returns>
    public ObservedFacts? ObserveAgain(ObservedMessage message, Instant now) =>
        TimelineOf(message.Message)?.FirstAt(message.Message) is { } first
            ? Observe(message.ReceivedAs(message.Message with { At = first, ReceivedAt = now }), revised: true, now)
            : null;

    /// <param name="message">The message.</param>
    /// <param name="revised">Whether it, or an earlier revision of it, was taken before.</param>
    /// <param name="peopleAt">Customers are the persons that they were then.</param>
    private ObservedFacts Observe(ObservedMessage message, bool revised, Instant peopleAt)
    {
        var (at, received) = (message.Message.At, message.Message.Received);
        var ticket = Live(message.Message.TicketId, received);
        var canonical = ticket is null ? null : Canonical(ticket, at, received);
        var customer = message.Message.CustomerId.IsKnown ? customers.GetValueOrDefault(message.Message.CustomerId) : null;
        var id = CollectPerson(message.Message, customer, peopleAt);
        ShowRecent(message.Message, ticket, revised);
        return new ObservedFacts
        {
            Message = message,
            DecidedAt = received,
            Ticket = TicketOf(message.Message, canonical, revised),
            Customer = CustomerOf(id, message.Message, canonical),
            Recent = window,
            Merges = canonical != ticket || person.Exists(static c => c.HasMerges) ? MergesOf(ticket, at, received) : ObservedFacts.NoMerges,
        };
    }

    /// <summary>The one person that a message's customer is as of then.</summary>
    public CustomerId PersonOf(Message message) => PersonOf(message, message.At);

    /// <summary>Everybody who is one person with a customer at an instant, itself among them.</summary>
    public IReadOnlyList<CustomerId> PersonAt(CustomerId customer, Instant now) => identities.MembersOf(identities.PersonOf(customer, now, now), now, now);

    /// <summary>Whether a ticket, or the one that it was merged into, is resolved or closed at an instant; one of which nothing is known is not.</summary>
    public bool HasEnded(TicketId ticket, Instant now) => Live(ticket, now) is { } known && Canonical(known, now, now).AsOf(now, now).Ended;

    private CustomerId PersonOf(Message message, Instant at) =>
        message.CustomerId.IsKnown && identities.Knows(message.CustomerId) ? identities.PersonOf(message.CustomerId, at, message.Received) : message.CustomerId;

    /// <summary>Takes the next record. Messages come wrapped, so that what is known of their text is kept; see <see cref="Add(ObservedMessage)"/>.</summary>
    public void Add(HistoryRecord record)
    {
        switch (record)
        {
            case Message message: Add(new ObservedMessage(message)); return;
            case TicketEvent happened: AddEvent(happened); break;
            case CustomerVersion version:
                var known = CustomerOf(version.CustomerId);
                known.Add(version);
                known.EvictVersions(sweep.UpTo);
                break;
            case IdentityLink link: identities.Take(link, customers.ContainsKey(new CustomerId(link.Address))); break;
        }
        Pass(record);
    }

    /// <summary>Takes the next message.</summary>
    public void Add(ObservedMessage observed)
    {
        var message = observed.Message;
        var ticket = TicketOf(message.TicketId, message.Received);
        var customer = !message.CustomerId.IsKnown || ticket.Owner?.Id == message.CustomerId ? ticket.Owner : CustomerOf(message.CustomerId);
        if (ticket.Owner is null && customer is not null) GiveOwner(ticket, customer);
        var timeline = customer?.Timeline ?? (ticket.Unowned ??= new Timeline());
        var kept = retention.KeepsTexts ? new Observation(observed) : Observation.WithoutText(observed, ticket.Id, Counters.Taken);
        if (message.Revision > 0 && timeline.Revise(kept))
        {
            Counters.Revisions++;
            Pass(message);
            return;
        }
        var late = timeline.Add(kept);
        late |= ticket.Add(new TicketEntry(message), sweep.UpTo);
        if (late) Counters.OutOfOrder++;
        sweep.Hold(customer);
        Pass(message);
    }

    private void AddEvent(TicketEvent happened)
    {
        var ticket = TicketOf(happened.TicketId, happened.Received);
        var late = ticket.Add(new TicketEntry(happened, changes), sweep.UpTo);
        late |= (ticket.Owner?.Timeline ?? (ticket.Unowned ??= new Timeline())).Add(retention.KeepsTexts ? new Observation(happened) : Observation.WithoutRecord(happened, ticket.Id, Counters.Taken));
        if (late) Counters.OutOfOrder++;
        sweep.Hold(ticket.Owner);
        if (happened.Kind != EventKind.Merged || happened.ToTicket is not { } to || to == happened.TicketId) return;
        var target = TicketOf(to, happened.Received);
        ticket.MergeInto(target, happened.At, happened.Received);
        if (target.Owner is null && ticket.Owner is { } owner) GiveOwner(target, owner);
        if (ticket.Owner is not null) ticket.Owner.HasMerges = true;
        if (target.Owner is not null) target.Owner.HasMerges = true;
    }

    private void Pass(HistoryRecord record)
    {
        Counters.Taken++;
        if (record.Received - record.At > retention.Late) Counters.TooLate++;
        sweep.Pass(record.Received);
    }

    private Timeline? TimelineOf(Message message) =>
        message.CustomerId.IsKnown ? customers.GetValueOrDefault(message.CustomerId)?.Timeline
        : tickets.GetValueOrDefault(message.TicketId) is { } ticket ? ticket.Owner?.Timeline ?? ticket.Unowned : null;

    /// <summary>Collects all customers who are the message's one person as of then: the one whose id the person has, then the one who writes.</summary>
    /// <returns>The person's id.</returns>
    private CustomerId CollectPerson(Message message, CustomerState? customer, Instant peopleAt)
    {
        person.Clear();
        var id = PersonOf(message, peopleAt);
        if (!message.CustomerId.IsKnown || !identities.Knows(message.CustomerId))
        {
            if (customer is not null) person.Add(customer);
            return id;
        }
        foreach (var member in InOrder(identities.MembersOf(id, peopleAt, message.Received), id, message.CustomerId))
            if (customers.TryGetValue(member, out var state)) person.Add(state);
        return id;
    }

    private static IEnumerable<CustomerId> InOrder(List<CustomerId> members, CustomerId first, CustomerId second) =>
        members.OrderBy(m => m == first ? 0 : m == second ? 1 : 2).ThenBy(m => m.Value, StringComparer.Ordinal);

    private void ShowRecent(Message message, TicketState? ticket, bool revised)
    {
        var (at, received) = (message.At, message.Received);
        var from = Instant.Max(at - retention.Window, received - retention.Window - retention.Late);
        if (person.Count > 1)
        {
            foreach (var member in person) member.Timeline.Collect(from, at, received, message, null, window.Picked);
            window.Picked.Sort(static (a, b) => a.At.CompareTo(b.At) is var order && order != 0 ? order : a.IsAfter(b) ? 1 : b.IsAfter(a) ? -1 : 0);
            window.ShowPicked();
            return;
        }
        var timeline = person.Count == 1 ? person[0].Timeline : message.CustomerId.IsKnown ? null : ticket?.Owner?.Timeline ?? ticket?.Unowned;
        if (timeline is null)
        {
            window.Show([], 0, 0);
            return;
        }
        var onlyTicket = !message.CustomerId.IsKnown && ticket?.Owner is not null;
        if (!revised && !onlyTicket && timeline.TryWindow(from, at, received, window)) return;
        timeline.Collect(from, at, received, message, onlyTicket ? message.TicketId : null, window.Picked);
        window.ShowPicked();
    }

    private TicketAsOf TicketOf(Message message, TicketState? canonical, bool revised)
    {
        var (at, received) = (message.At, message.Received);
        if (canonical is null) return new TicketAsOf { Id = message.TicketId, CreatedAt = at };
        var fold = canonical.AsOf(at, received);
        var (messages, waiting, firstMessage) = (fold.Messages, fold.WaitingSince, fold.CreatedAt);
        if (canonical.MergedIn is not null) (messages, waiting, firstMessage) = FoldGroup(canonical, fold, at, received);
        if (revised)
        {
            messages--;
            if (waiting == at) waiting = null;
        }
        return new TicketAsOf
        {
            Id = canonical.Id,
            CreatedAt = firstMessage is { } created && created <= at ? created : at,
            Status = fold.Status,
            Priority = fold.Priority,
            Tags = fold.Tags,
            MessageCount = messages + 1,
            ReopenCount = fold.Reopened,
            OwnerHops = fold.OwnerHops,
            WaitingSince = waiting,
        };
    }

    /// <summary>Messages of all tickets that are this one as of then: their number, who waits since when, and the first.</summary>
    private (int Messages, Instant? Waiting, Instant? Created) FoldGroup(TicketState canonical, TicketFold own, Instant at, Instant received)
    {
        group.Clear();
        groupEntries.Clear();
        CollectGroup(canonical, canonical, at, received);
        if (group.Count == 1) return (own.Messages, own.WaitingSince, own.CreatedAt);
        var fold = default(TicketFold);
        foreach (var member in group) member.Collect(at, received, groupEntries, ref fold);
        groupEntries.Sort(static (a, b) => a.At.CompareTo(b.At) is var order && order != 0 ? order : a.Received.CompareTo(b.Received));
        foreach (var entry in groupEntries)
            if (entry.IsMessage) fold.TakeMessage(entry);
        return (fold.Messages, fold.WaitingSince, own.CreatedAt ?? fold.CreatedAt);
    }

    private void CollectGroup(TicketState member, TicketState canonical, Instant at, Instant received)
    {
        if (group.Contains(member) || Canonical(member, at, received) != canonical || (member != canonical && IsIdle(member, received))) return;
        group.Add(member);
        if (member.MergedIn is null) return;
        foreach (var merged in member.MergedIn) CollectGroup(merged, canonical, at, received);
    }

    private static TicketState Canonical(TicketState ticket, Instant at, Instant received)
    {
        for (var steps = 0; steps < 16 && ticket.MergedTo(at, received) is { } next; steps++) ticket = next;
        return ticket;
    }

    private Dictionary<TicketId, TicketId> MergesOf(TicketState? ticket, Instant at, Instant received)
    {
        var merges = new Dictionary<TicketId, TicketId>();
        foreach (var customer in person)
            foreach (var owned in customer.Tickets) Note(owned);
        if (ticket is not null) Note(ticket);
        return merges;

        void Note(TicketState from)
        {
            for (var steps = 0; steps < 16 && from.MergedTo(at, received) is { } to && merges.TryAdd(from.Id, to.Id); steps++) from = to;
        }
    }

    /// <remarks>What is known of the person's own id counts; only where that is nothing, what is known of the one who writes, then of the others.</remarks>
    private CustomerAsOf CustomerOf(CustomerId id, Message message, TicketState? canonical)
    {
        if (person.Count == 0) return id.IsKnown ? new CustomerAsOf { Id = id } : CustomerAsOf.Unknown;
        var (at, received) = (message.At, message.Received);
        var open = 1;
        foreach (var customer in person)
            foreach (var ticket in customer.Tickets)
            {
                if (ReferenceEquals(ticket, canonical) || ticket.Id == message.TicketId || IsIdle(ticket, received)) continue;
                var fold = ticket.AsOf(at, received);
                if (fold.Exists && !fold.Ended) open++;
            }
        var known = person.Count == 1 ? person[0] : FirstKnown(at, received);
        var seen = known.AsOf(at, received, open);
        return known.Id == id ? seen : seen with { Id = id };
    }

    private CustomerState FirstKnown(Instant at, Instant received) => person.Find(c => c.IsKnownAsOf(at, received)) ?? person[0];

    private CustomerState CustomerOf(CustomerId id)
    {
        if (customers.TryGetValue(id, out var customer)) return customer;
        customers.Add(id, customer = new CustomerState(id));
        identities.Show(id);
        return customer;
    }

    private void GiveOwner(TicketState ticket, CustomerState customer)
    {
        ticket.Owner = customer;
        customer.Tickets.Add(ticket);
        if (ticket.Merges is not null || ticket.MergedIn is not null) customer.HasMerges = true;
        if (ticket.Unowned is null) return;
        customer.Timeline.TakeOver(ticket.Unowned);
        ticket.Unowned = null;
        sweep.SetDue(customer);
    }

    private bool IsIdle(TicketState ticket, Instant received) => ticket.IsIdle(received, retention.TicketIdle);

    private TicketState? Live(TicketId id, Instant received) =>
        tickets.TryGetValue(id, out var ticket) && !IsIdle(ticket, received) ? ticket : null;

    private TicketState TicketOf(TicketId id, Instant received)
    {
        if (!tickets.TryGetValue(id, out var ticket))
        {
            tickets.Add(id, ticket = new TicketState(id));
            sweep.SetDue(ticket, received);
        }
        else if (IsIdle(ticket, received)) ticket.Restart();
        ticket.Touch(received);
        return ticket;
    }
}
