using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Episodes;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.View;
using Escalation.Replay.Arms;
using Escalation.Replay.Collecting;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Pipeline;

/// <summary>What one record did: the decision on it, where it is a customer's message, and what changed in an episode.</summary>
internal readonly record struct LiveStep(TicketId Ticket, DerivedFacts? Facts, Decision? Decision, EpisodeChange? Change, Episode? Episode);

/// <summary>All that decisions rest on besides the configuration, in memory: the view of history, incidents, tickets, and the book of episodes.</summary>
/// <remarks>
/// Made of the same parts as a replay arm, so that live facts equal replay facts. Belongs to the ordered writer; not thread-safe.
/// After a failed commit it is thrown away and made again from the database. Memory is bounded but for merges: a pair of ids each.
/// </remarks>
internal sealed class LiveState
{
    private readonly HistoryView view = new(ViewRetention.WithoutTexts);
    private readonly TicketMerges merges = new();
    private readonly ArmRunner arm;
    private readonly HeldTickets held;

    private LiveState(Configuration configuration, int ticketsHeld)
    {
        arm = new(new ReplayArm("live", configuration, IsLive: true), keepsSignals: false);      // they are their decisions', which are recorded
        held = new(arm.Episodes, ticketsHeld);
    }

    /// <summary>Decides by the same configuration with other exceptions from here on: what was derived stays as it is.</summary>
    public void Use(Configuration next) => arm.Use(next);

    /// <summary>Makes the state that the database says, with everything recorded so far.</summary>
    public static async Task<LiveState> FromAsync(EscalationDatabase database, Configuration configuration, int ticketsHeld, FactsCache facts, CancellationToken cancellation)
    {
        var state = new LiveState(configuration, ticketsHeld);
        var shown = new HashSet<string>(StringComparer.Ordinal);
        await state.RestoreEpisodesAsync(database, r =>
        {
            if (r.Episode.IsOpen && r.LastDecision is { } decision) shown.Add(decision);
        }, cancellation);
        await foreach (var record in new HistoryStore(database).StreamAsync(null, cancellation)) state.Recall(record, shown, facts);
        return state;
    }

    /// <summary>The state of another configuration as of an instant (null = nothing was received), without its episodes; <see cref="CatchUpAsync"/> makes it whole.</summary>
    public static async Task<LiveState> PrepareAsync(EscalationDatabase database, Configuration configuration, int ticketsHeld, Instant? through, CancellationToken cancellation)
    {
        var state = new LiveState(configuration, ticketsHeld);
        if (through is null) return state;
        await foreach (var record in new HistoryStore(database).StreamAsync(through, cancellation)) state.Recall(record, null, null);
        return state;
    }

    /// <summary>Takes in what was received after an instant, and the episodes that are open.</summary>
    public async Task CatchUpAsync(EscalationDatabase database, Instant? after, CancellationToken cancellation)
    {
        await foreach (var record in new HistoryStore(database).StreamAsync(after, null, cancellation)) Recall(record, null, null);
        await RestoreEpisodesAsync(database, null, cancellation);
    }

    private async Task RestoreEpisodesAsync(EscalationDatabase database, Action<EpisodeRecord>? each, CancellationToken cancellation)
    {
        var restored = new HashSet<TicketId>();
        foreach (var record in await new EpisodeStore(database).OfOpenTicketsAsync(cancellation))
        {
            arm.Episodes.Restore(record.Episode);
            restored.Add(record.Episode.TicketId);
            each?.Invoke(record);
        }
        foreach (var ticket in restored) held.Note(ticket);
    }

    /// <summary>The facts of a recorded decision, derived again from everything that stands before its message.</summary>
    public static async Task<DerivedFacts?> FactsAsync(EscalationDatabase database, Configuration configuration, DecisionRecord decision, CancellationToken cancellation)
    {
        var state = new LiveState(configuration, ticketsHeld: 1);
        Message? again = null;
        await foreach (var record in new HistoryStore(database).StreamAsync(decision.DecidedAt, cancellation))
        {
            if (record is not Message message)
            {
                state.Take(record);
                continue;
            }
            var observed = state.Read(message);
            if (message.Author == Author.Customer)
            {
                var facts = state.arm.Recall(state.view.Observe(observed));
                if (message.Source == decision.Source && message.ExternalId == decision.ExternalId && message.Revision == decision.Revision)
                {
                    if (decision.Cause is null) return facts;
                    again = message;
                }
            }
            state.Take(observed);
        }
        return again is not null && state.view.ObserveAgain(state.Read(again), decision.DecidedAt) is { } seen ? state.arm.DeriveAgain(seen) : null;
    }

    /// <summary>Who is concerned where something was said of who a customer is: both sides as they are now.</summary>
    public IReadOnlyList<CustomerId> ConcernedBy(IdentityLink link) => [.. view.PersonAt(link.CustomerId, link.Received).Union(view.PersonAt(new CustomerId(link.Address), link.Received))];

    /// <summary>Decides the last message of a ticket again, because who its customer is has changed.</summary>
    /// <returns>Null where the ticket has ended, or the message lies too far back.</returns>
    public async ValueTask<LiveStep?> DecideAgainAsync(Message message, Instant now, WriteTransaction transaction, CancellationToken cancellation)
    {
        if (view.HasEnded(message.TicketId, now) || view.ObserveAgain(Read(message), now) is not { } observed) return null;
        await held.HoldAsync([observed.Ticket.Id], transaction, cancellation);
        var (facts, decision, change) = arm.DecideAgain(observed);
        return new LiveStep(observed.Ticket.Id, facts, decision, change, change?.Episode ?? arm.Episodes.OpenOn(observed.Ticket.Id));
    }

    /// <summary>Reads what the tickets of a batch need in one go; <see cref="ApplyAsync"/> would else read each alone.</summary>
    public ValueTask ReadyAsync(IEnumerable<HistoryRecord> batch, WriteTransaction transaction, CancellationToken cancellation) =>
        held.HoldAsync(batch.SelectMany(TicketsOf), transaction, cancellation);

    /// <summary>Takes the next record in the total order, and decides it where it is a customer's message.</summary>
    /// <param name="record">The record.</param>
    /// <param name="seen">What is known of its text, at whatever time of receipt; null = nothing.</param>
    /// <param name="transaction">Has everything that was recorded before.</param>
    /// <param name="cancellation">Ends it.</param>
    public async ValueTask<LiveStep> ApplyAsync(HistoryRecord record, ObservedMessage? seen, WriteTransaction transaction, CancellationToken cancellation)
    {
        switch (record)
        {
            case Message { Author: Author.Customer } message: return await DecideAsync(seen?.ReceivedAs(message) ?? Read(message), transaction, cancellation);
            case Message message:
                Take(new ObservedMessage(message));
                return default;
            case TicketEvent happened:
                Take(happened);
                var ticket = merges.Canonical(happened.TicketId);
                await held.HoldAsync(TicketsOf(happened), transaction, cancellation);
                var customer = happened.Kind == EventKind.Escalated ? await MessageStore.OwnerAsync(transaction, ticket, happened, cancellation) : CustomerId.Unknown;
                return Step(ticket, arm.Episodes.OnEvent(happened, ticket, customer));
            case Label label:
                var labelled = merges.Canonical(label.TicketId);
                await held.HoldAsync([labelled], transaction, cancellation);
                return Step(labelled, arm.Episodes.OnLabel(label, labelled));
            default:
                Take(record);
                return default;
        }
    }

    private IEnumerable<TicketId> TicketsOf(HistoryRecord record) => record switch
    {
        Message { Author: Author.Customer } message => [merges.Canonical(message.TicketId)],
        TicketEvent { ToTicket: { } to } happened => [merges.Canonical(happened.TicketId), happened.TicketId, to],
        TicketEvent happened => [merges.Canonical(happened.TicketId)],
        Label label => [merges.Canonical(label.TicketId)],
        _ => [],
    };

    /// <summary>A message of whose text is known what later decisions ask: before it is decided, since of a later revision only a copy is, and the text is let go.</summary>
    private ObservedMessage Read(Message message)
    {
        var observed = new ObservedMessage(message);
        if (message.Author == Author.Customer) observed.TextFacts(arm.Arm.Configuration.Analyzer);
        return observed;
    }

    private async ValueTask<LiveStep> DecideAsync(ObservedMessage message, WriteTransaction transaction, CancellationToken cancellation)
    {
        var observed = view.Observe(message);
        await held.HoldAsync([observed.Ticket.Id], transaction, cancellation);
        var (facts, decision, change) = arm.Decide(observed);
        Take(message);
        return new LiveStep(observed.Ticket.Id, facts, decision, change, change?.Episode ?? arm.Episodes.OpenOn(observed.Ticket.Id));
    }

    private void Recall(HistoryRecord record, HashSet<string>? shown, FactsCache? cache)
    {
        if (record is not Message message)
        {
            Take(record);
            return;
        }
        var observed = Read(message);
        if (message.Author == Author.Customer)
        {
            var facts = arm.Recall(view.Observe(observed));
            if (shown is { Count: > 0 } && DecisionIds.Of(message, arm.Arm.Configuration.At(message.Received).Id) is var decision && shown.Contains(decision)) cache!.Keep(decision, facts);
        }
        Take(observed);
    }

    private LiveStep Step(TicketId ticket, EpisodeChange? change) => new(ticket, null, null, change, change?.Episode ?? arm.Episodes.LatestOn(ticket));

    private void Take(ObservedMessage message) => view.Add(message);

    private void Take(HistoryRecord record)
    {
        view.Add(record);
        if (record is TicketEvent happened) merges.Take(happened);
    }
}
