using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.History.Facts;
using Escalation.Replay.Analysis;
using Escalation.Replay.Arms;
using Escalation.Replay.Collecting;
using Escalation.Rules;

namespace Escalation.Replay.Pipeline;

/// <summary>Decisions on the rows of fact tables under each arm's configuration. None depends on one before, only episodes do.</summary>
/// <remarks>
/// Kept ones are read; an arm that differs from the first by some rules is decided anew only where they did something else. Safe to share between threads.
/// </remarks>
internal sealed class DecidedRows : IDisposable
{
    /// <summary>What the ordered stage asks for beside what rules read: issue and incident.</summary>
    private const FactColumns Collected = FactColumns.Context | FactColumns.Incident;

    /// <summary>What the slices of a ticket are told by.</summary>
    private const FactColumns Slicing = FactColumns.Context | FactColumns.Customer | FactColumns.Message | FactColumns.Clock;

    /// <summary>Where an arm differs on fewer than one of so many messages, these are decided at each run and not kept.</summary>
    private const int OneOfMany = 8;

    private readonly IReadOnlyList<Configuration> arms;
    private readonly IReadOnlyList<FactTable> tables;
    private readonly FactColumns columns;
    private readonly KeptDecisions?[] kept;
    private readonly Bits?[] differing;
    private readonly HashSet<TicketId>? tickets;
    private readonly bool isEveryRow;
    private DerivedFacts? nothing;

    /// <summary>The rows of a history.</summary>
    /// <param name="arms">The arms.</param>
    /// <param name="histories">The history as each of them knows it; arms with the same texts and models share a table.</param>
    /// <param name="workers">Threads for what is not kept yet.</param>
    /// <param name="cancellation">Ends between some thousand rows.</param>
    /// <exception cref="IOException">The cache cannot be written.</exception>
    public DecidedRows(IReadOnlyList<ReplayArm> arms, IReadOnlyList<DecidedHistory> histories, int workers, CancellationToken cancellation)
    {
        (this.arms, tables) = ([.. arms.Select(a => a.Configuration)], [.. histories.Select(h => h.Table)]);
        columns = this.arms.Aggregate(Collected | FactColumns.Keywords, (all, arm) => all | FactColumnNames.Of(((RuleSet)arm.Rules).Single.Identities.SelectMany(r => r.Facts)));
        (kept, differing) = (new KeptDecisions?[arms.Count], new Bits?[arms.Count]);
        Coupled = histories.SelectMany(OfIncidents).ToHashSet();
        // A quarantined rule may ask a person to look at every message.
        isEveryRow = this.arms.Any(a => a.Exceptions.Count > 0);
        if (isEveryRow) return;
        for (var i = 0; i < arms.Count; i++)
        {
            var concludes = i > 0 && Surroundings.ConcludeAlike(histories[0], histories[i]);
            if (i > 0 && Surroundings.TakeAlike(histories[0], histories[i], Collected | FactColumns.Ticket)) differing[i] = Surroundings.Differing(histories[0], histories[i]);
            if (concludes && differing[i] is { } few && few.Count < tables[i].Count / OneOfMany) continue;
            kept[i] = KeptDecisions.Open(histories[i], workers, cancellation);
            if (!concludes && differing[i] is { } some) some.Add(kept[0]!.Differing(kept[i]!));
        }
        if (arms.Any(a => a.IsLive) || differing.Skip(1).Any(d => d is null)) return;
        tickets = differing.Skip(1).SelectMany(d => TicketsOf(tables[0], d!)).ToHashSet();
    }

    /// <summary>Tickets with a message on which a rule about incidents held: their episodes ask for one another.</summary>
    public IReadOnlySet<TicketId> Coupled { get; }

    /// <summary>What all parts share of the slices of their tickets.</summary>
    public SliceLists Slices { get; } = new();

    /// <summary>Whether all arms come to the same on a ticket, as long as it asks for no other.</summary>
    public bool IsCommon(TicketId ticket) => tickets is not null && !tickets.Contains(ticket);

    /// <summary>Whether a rule of any arm did anything on a row; where none did, every arm decides nothing.</summary>
    public bool IsTouched(int row)
    {
        if (isEveryRow) return true;
        for (var i = 0; i < arms.Count; i++)
            if (kept[i]?.Has(row) ?? differing[i]![row]) return true;
        return false;
    }

    /// <summary>The decisions on a row, without evidence and reasons where they were kept.</summary>
    /// <param name="row">The row.</param>
    /// <param name="facts">Takes the facts by arm: issue and incident; empty ones where no arm escalates, since only an escalation asks for them.</param>
    /// <param name="decisions">Takes the decisions by arm; where it is shorter than there are arms, of the first ones.</param>
    public void Decide(int row, DerivedFacts[] facts, Decision[] decisions)
    {
        var escalates = false;
        for (var arm = 0; arm < decisions.Length; arm++)
        {
            decisions[arm] = kept[arm] is { } known ? known[row] : differing[arm] is { } differs && !differs[row] ? decisions[0] : Whole(arm, row);
            escalates |= decisions[arm].Recommendation.Band >= Band.PriorityEscalation;
        }
        for (var arm = 0; arm < decisions.Length; arm++)
            facts[arm] = !escalates ? nothing ??= tables[0].Read(row, FactColumns.None) : arm > 0 && tables[arm] == tables[arm - 1] ? facts[arm - 1] : tables[arm].Read(row, Collected);
    }

    /// <summary>The ticket of a row, after the merges that were known then.</summary>
    public TicketId TicketOf(int row) => TicketOf(tables[0], row);

    /// <summary>An arm's decision on a row with evidence and reasons.</summary>
    public Decision Whole(int arm, int row) => DecisionEngine.Decide(tables[arm].Read(row, columns, toDecide: true), arms[arm]);

    /// <summary>What a customer wrote, as it came.</summary>
    public string TextOf(int row) => tables[0].RowOf(row).Text;

    /// <summary>The first arm's facts that slices are told by.</summary>
    public DerivedFacts ForSlices(int row) => tables[0].Read(row, Slicing);

    /// <summary>The incident that a message made active under an arm; null where it made none, or where that is of no concern to the decision.</summary>
    public IncidentStart? Started(int arm, int row, DerivedFacts facts, Decision decision) =>
        IsOfIncident(decision) && tables[arm].StartsIncident(row) ? new IncidentStart(facts.Incident.KeyKnown ? facts.Incident.Key : "", facts.At, []) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var decisions in kept) decisions?.Dispose();
    }

    private static bool IsOfIncident(Decision decision)
    {
        for (var i = 0; i < decision.Signals.Count; i++)
            if (decision.Signals[i].TriggerType == DecisionEngine.IncidentTrigger) return true;
        return false;
    }

    private static IEnumerable<TicketId> TicketsOf(FactTable table, Bits rows) => rows.Places().Select(row => TicketOf(table, row));

    private static TicketId TicketOf(FactTable table, int row) => new(table.Read(row, FactColumns.Ticket).Ticket.Id);

    private static IEnumerable<TicketId> OfIncidents(DecidedHistory history)
    {
        for (var i = 0; i < history.Rules.SignalRules.Count; i++)
        {
            if (history.Rules.SignalRules[i].TriggerIndex is var trigger && (trigger < 0 || history.Rules.Policy.Triggers[trigger].Name != DecisionEngine.IncidentTrigger)) continue;
            foreach (var ticket in TicketsOf(history.Table, history.Bits[i].Hit)) yield return ticket;
        }
    }
}
