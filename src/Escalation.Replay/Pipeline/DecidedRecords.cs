using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.History.Facts;
using Escalation.Rules;
using NodaTime;

namespace Escalation.Replay.Pipeline;

/// <summary>A record of a cached history; a customer's message with what each arm's configuration knows and decides.</summary>
/// <param name="Record">The record.</param>
/// <param name="Facts">By arm; null where it is no customer's message.</param>
/// <param name="Decisions">By arm; null where it is no customer's message.</param>
internal readonly record struct DecidedRecord(HistoryRecord Record, DerivedFacts[]? Facts, Decision[]? Decisions);

/// <summary>Decides cached facts on all cores ahead of the ordered stage: no decision depends on one before, only episodes do.</summary>
/// <param name="arms">The arms' configurations.</param>
/// <param name="tables">The facts under each; arms with the same texts and models share a table.</param>
internal sealed class DecidedRecords(IReadOnlyList<Configuration> arms, IReadOnlyList<FactTable> tables)
{
    /// <summary>What the ordered stage asks for beside what rules read: issue, incident, ticket, and the slices of a ticket.</summary>
    private const FactColumns Collected = FactColumns.Context | FactColumns.Keywords | FactColumns.Incident | FactColumns.Ticket | FactColumns.Customer | FactColumns.Message | FactColumns.Clock;

    private readonly FactColumns columns = arms.Aggregate(Collected, (all, arm) => all | FactColumnNames.Of(((RuleSet)arm.Rules).Single.Identities.SelectMany(r => r.Facts)));

    /// <summary>The records in order.</summary>
    /// <param name="tape">The records that the tables were computed from.</param>
    /// <param name="until">Messages received from here on are not decided.</param>
    /// <param name="workers">Threads; the result does not depend on it.</param>
    /// <param name="cancellation">Ends between two blocks.</param>
    public IEnumerable<DecidedRecord> Of(HistoryTape tape, Instant until, int workers, CancellationToken cancellation) =>
        tape.Read((records, row) => Decide(records, row, until), workers, cancellation).SelectMany(r => r);

    private DecidedRecord[] Decide(HistoryRecord[] records, int row, Instant until)
    {
        var decided = new DecidedRecord[records.Length];
        for (var i = 0; i < records.Length; i++)
        {
            decided[i] = new DecidedRecord(records[i], null, null);
            if (records[i] is not Message { Author: Author.Customer } message) continue;
            if (message.Received < until) decided[i] = Decide(message, row);
            row++;
        }
        return decided;
    }

    private DecidedRecord Decide(Message message, int row)
    {
        var (facts, decisions) = (new DerivedFacts[arms.Count], new Decision[arms.Count]);
        for (var arm = 0; arm < arms.Count; arm++)
        {
            facts[arm] = arm > 0 && tables[arm] == tables[arm - 1] ? facts[arm - 1] : tables[arm].Read(row, columns, toDecide: true);
            decisions[arm] = DecisionEngine.Decide(facts[arm], arms[arm]);
        }
        return new DecidedRecord(message, facts, decisions);
    }
}
