using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Episodes;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.View;
using Escalation.Storage;

namespace Escalation.Service.Pipeline;

/// <summary>What one record did: the decision on it, where it is a customer's message, and what changed in an episode.</summary>
internal readonly record struct LiveStep(TicketId Ticket, DerivedFacts? Facts, Decision? Decision, EpisodeChange? Change, Episode? Episode);

/// <summary>All that decisions rest on besides the configuration, in memory: the view of history, incidents, and the book of episodes.</summary>
/// <remarks>Belongs to the ordered writer; not thread-safe. After a failed commit it is thrown away and made again from the database.</remarks>
internal sealed class LiveState(Configuration configuration)
{
    private readonly HistoryView view = new();
    private readonly IncidentHistory incidents = new(configuration.Policy.Incident);
    private readonly EpisodeBook book = new(configuration.Policy, isLive: true);
    private readonly Dictionary<TicketId, TicketId> merges = [];
    private readonly Dictionary<TicketId, CustomerId> customers = [];

    /// <summary>What the view holds.</summary>
    public ViewCounters Counters => view.Counters;

    /// <summary>Makes the state that the database says, with everything recorded so far.</summary>
    public static async Task<LiveState> FromAsync(EscalationDatabase database, Configuration configuration, FactsCache facts, CancellationToken cancellation)
    {
        var state = new LiveState(configuration);
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var episode in await new EpisodeStore(database).AllAsync(cancellation))
        {
            state.book.Restore(episode);
            if (episode.IsOpen && episode.OpenedByMessage is { } message) open.Add(message.Value);
        }
        await foreach (var record in new HistoryStore(database).StreamAsync(null, cancellation))
        {
            if (record is not Message { Author: Author.Customer } message)
            {
                state.Take(record);
                continue;
            }
            var derived = state.Derive(message, out var observed, out _);
            if (open.Contains(message.Id)) facts.Keep(DecisionIds.Of(message, configuration.Id), derived);
            state.incidents.Add(message, derived.Context);
            state.Take(observed);
        }
        return state;
    }

    /// <summary>Takes the next record in the total order, and decides it where it is a customer's message.</summary>
    public LiveStep Apply(HistoryRecord record)
    {
        switch (record)
        {
            case Message { Author: Author.Customer } message: return Decide(message);
            case TicketEvent happened:
                Take(happened);
                return Step(happened.TicketId, ticket => book.OnEvent(happened, ticket, customers.GetValueOrDefault(ticket, CustomerId.Unknown)));
            case Label label: return Step(label.TicketId, ticket => book.OnLabel(label, ticket));
            default:
                Take(record);
                return default;
        }
    }

    private LiveStep Decide(Message message)
    {
        var derived = Derive(message, out var observed, out var ticket);
        var decision = DecisionEngine.Decide(derived, configuration);
        var started = incidents.Add(message, derived.Context);
        Take(observed);
        var change = book.OnDecision(message, ticket, derived, decision, started);
        return new LiveStep(ticket, derived, decision, change, change?.Episode ?? book.OpenOn(ticket));
    }

    private DerivedFacts Derive(Message message, out ObservedMessage wrapped, out TicketId ticket)
    {
        wrapped = new ObservedMessage(message);
        var observed = view.Observe(wrapped);
        ticket = observed.Ticket.Id;
        return Derivation.Derive(observed, incidents, configuration);
    }

    private LiveStep Step(TicketId named, Func<TicketId, EpisodeChange?> take)
    {
        var ticket = Canonical(named);
        var change = take(ticket);
        return new LiveStep(ticket, null, null, change, change?.Episode ?? book.LatestOn(ticket));
    }

    private void Take(ObservedMessage observed)
    {
        view.Add(observed);
        if (observed.Message.CustomerId.IsKnown) customers.TryAdd(observed.Message.TicketId, observed.Message.CustomerId);
    }

    private void Take(HistoryRecord record)
    {
        if (record is Message message)
        {
            Take(new ObservedMessage(message));
            return;
        }
        view.Add(record);
        if (record is TicketEvent { Kind: EventKind.Merged, ToTicket: { } target } merged && target != merged.TicketId) merges[merged.TicketId] = target;
    }

    private TicketId Canonical(TicketId ticket)
    {
        for (var steps = 0; steps < 16 && merges.TryGetValue(ticket, out var next); steps++) ticket = next;
        return ticket;
    }
}
