using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Episodes;
using Escalation.Core.Metrics;
using Escalation.Core.Observed;
using Escalation.Core.Tickets;
using Escalation.History.View;
using Escalation.Replay.Arms;
using Escalation.Replay.Changes;
using Escalation.Replay.Collecting;
using NodaTime;

namespace Escalation.Replay.Pipeline;

/// <summary>The ordered stage of a replay over some of its tickets: each arm forms its own episodes from its decisions and the recorded events.</summary>
/// <remarks>Tickets that ask for one another (merged, or of one incident) belong into one part. Not thread-safe.</remarks>
internal sealed class ReplayPart : IDisposable
{
    private readonly ReplayOptions options;
    private readonly Lane[] lanes;
    private readonly TicketSlicer slicer = new();
    private readonly CaseBook cases;
    private readonly ChangeSpool.Part changes;
    private readonly ArmDecision[] decided;
    private readonly DecidedRows? rows;

    /// <summary>An empty part.</summary>
    /// <param name="arms">The arms; the first is the baseline.</param>
    /// <param name="options">The window.</param>
    /// <param name="changes">Takes what differs between arms.</param>
    /// <param name="settleAfter">How long a ticket on which nothing is received stays in memory.</param>
    /// <param name="rows">Knows what records with a row have not.</param>
    public ReplayPart(IReadOnlyList<ReplayArm> arms, ReplayOptions options, ChangeSpool.Part changes, Duration settleAfter, DecidedRows? rows = null)
    {
        (this.options, this.changes, this.rows, lanes) = (options, changes, rows, [.. arms.Select(a => new Lane(a, options.Top))]);
        decided = new ArmDecision[lanes.Length];
        cases = new CaseBook([.. lanes.Select(l => new ArmCases(l.Runner.Episodes, l.Ledger))], settleAfter);
    }

    private TicketLedger Tickets => cases.Tickets;

    /// <summary>The configurations' analyzers, each once.</summary>
    public IReadOnlyList<TextAnalyzer> Analyzers => PreparedRecords.Distinct(lanes.Select(l => l.Runner.Arm.Configuration.Analyzer));

    /// <summary>Takes a message that is decided now.</summary>
    /// <param name="observed">The message.</param>
    /// <param name="seen">What was known before it.</param>
    /// <param name="place">Its place in the history.</param>
    public void Take(ObservedMessage observed, HistoryView seen, long place)
    {
        var message = observed.Message;
        Meet(message, null);
        if (message.Author == Author.Customer && message.Received < options.To)
        {
            var facts = seen.Observe(observed);
            for (var i = 0; i < lanes.Length; i++) decided[i] = lanes[i].Runner.Decide(facts);
            Count(message, facts.Ticket.Id, place, -1);
        }
        seen.Add(observed);
    }

    /// <summary>Takes a record with the decisions on it.</summary>
    public void Take(in DecidedRecord record, long place)
    {
        if (record.Record is not Message message)
        {
            Take(record.Record);
            return;
        }
        Meet(message, record.Text);
        if (record.Facts is not { } facts) return;
        var (ticket, row) = (record.Ticket ?? new TicketId(facts[0].Ticket.Id), record.Row);
        for (var i = 0; i < lanes.Length; i++)
        {
            var decision = record.Decisions![i];
            decided[i] = row < 0 ? lanes[i].Runner.Take(message, ticket, facts[i], decision) : lanes[i].Runner.Take(message, ticket, facts[i], decision, rows!.Started(i, row, facts[i], decision));
        }
        Count(message, ticket, place, row);
    }

    /// <summary>Takes a message on which no rule of any arm did anything: it moves no episode and differs in no arm.</summary>
    /// <param name="message">The message of a ticket without merges.</param>
    /// <param name="text">The outline of its text.</param>
    /// <param name="row">Its row.</param>
    public void TakeNothing(Message message, TextOutline text, int row)
    {
        Meet(message, text);
        var number = Tickets.IndexOf(message.TicketId);
        Tickets.Describe(message.TicketId, () => slicer.Of(rows!.ForSlices(row)));
        if (message.Received < options.From) return;
        foreach (var lane in lanes) lane.Count.Tally.TakeNothing(message, number);
    }

    /// <summary>Takes an event or a label; other records say nothing of tickets.</summary>
    public void Take(HistoryRecord record)
    {
        switch (record)
        {
            case TicketEvent happened: Take(happened); break;
            case Label label:
                cases.Touch(label.TicketId, label.Received);
                cases.Take(label);
                var ticket = Tickets.Canonical(label.TicketId);
                cases.Live.Take(label, ticket);
                foreach (var lane in lanes) lane.Take(lane.Runner.Episodes.OnLabel(label, ticket), null, Tickets);
                break;
        }
    }

    /// <summary>Makes outcomes of all that was taken.</summary>
    /// <param name="asOf">The instant at which they are known.</param>
    public PartResult Close(Instant asOf)
    {
        var result = new PartResult([.. lanes.Select(l => l.Count)], Tickets.Merges);
        foreach (var batch in cases.Batches(options.From, options.To)) result.Take(Shared(batch), [.. lanes.Select(l => l.Runner.Arm)], options, asOf);
        var needs = result.Needs.ByNumber(Tickets.NumbersOfMerged());
        foreach (var lane in lanes) lane.Count.Tally.Close(needs);
        (result.Labels, result.Recalled) = (cases.Labels, cases.Recalled);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => cases.Dispose();

    private CaseBatch Shared(CaseBatch batch) => rows is null ? batch : batch with { Tickets = [.. batch.Tickets.Select(t => t with { Slices = rows.Slices.Of(t.Slices) })] };

    private void Meet(Message message, TextOutline? text)
    {
        cases.Touch(message.TicketId, message.Received);
        Tickets.Take(message, text);
    }

    private void Take(TicketEvent happened)
    {
        cases.Touch(happened.TicketId, happened.Received);
        var isMerge = happened.Kind == EventKind.Merged;
        if (isMerge && happened.ToTicket is { } into) cases.Touch(into, happened.Received);
        var ticket = isMerge ? happened.TicketId : Tickets.Canonical(happened.TicketId);
        var customer = Tickets.CustomerOf(ticket);
        if (cases.Live.Take(happened, ticket, customer)) Tickets.Follow(ticket);
        foreach (var lane in lanes) lane.Take(lane.Runner.Episodes.OnEvent(happened, ticket, customer), null, Tickets, isMerge ? ticket : null);
        Tickets.Take(happened);
    }

    /// <summary>Counts what the arms decided on a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ticket">Its ticket, after merges.</param>
    /// <param name="place">Its place in the history.</param>
    /// <param name="row">Its row in fact tables, or -1.</param>
    private void Count(Message message, TicketId ticket, long place, int row)
    {
        var isCounted = message.Received >= options.From;
        var number = Tickets.IndexOf(message.TicketId);
        Tickets.Describe(ticket, () => slicer.Of(row < 0 ? decided[0].Derived : rows!.ForSlices(row)));
        var baseline = decided[0].Decision;
        for (var i = 0; i < lanes.Length; i++)
        {
            var (lane, decision) = (lanes[i], decided[i].Decision);
            lane.Take(decided[i].Change, decided[i].Derived.Context, Tickets);
            if (!isCounted) continue;
            lane.Count.Tally.Take(message, number, decision);
            lane.Count.Highest.Take(message, ticket, decision, place, () => (SideOf(lane, decision), TextOf()));
            if (i > 0 && DecisionChange.Differs(baseline, decision))
                changes.Add(new DecisionChange(i, message.Id, ticket, message.CustomerId, message.At, SideOf(lanes[0], baseline), SideOf(lane, decision)), place);
        }

        string TextOf() => row < 0 ? message.Text : rows!.TextOf(row);
        ChangeSide SideOf(Lane lane, Decision decision) => ChangeSide.Of(row < 0 ? decision : rows!.Whole(Array.IndexOf(lanes, lane), row), TextOf());
    }

    /// <summary>An arm with all that is collected of it.</summary>
    private sealed class Lane(ReplayArm arm, int top)
    {
        public ArmRunner Runner { get; } = new(arm, keepsSignals: false);

        public EpisodeLedger Ledger { get; } = new();

        public ArmCount Count { get; } = new(arm.Configuration.DefaultCalendar.Zone, top);

        public void Take(EpisodeChange? change, ContextFacts? context, TicketLedger tickets, TicketId? mergedFrom = null)
        {
            if (change is not null && Ledger.Take(change, context, mergedFrom)) tickets.Follow(change.Episode.TicketId);
        }
    }
}
