using System.Runtime.CompilerServices;
using Escalation.Core.Decisions;
using Escalation.Core.Tickets;
using Escalation.Replay.Shadow;
using Escalation.Storage;
using NodaTime;

namespace Escalation.Service.Figures;

/// <summary>What a database recorded, with the decisions on it, for the report on its shadow rules.</summary>
/// <remarks>Only reads; in memory are the decisions of one instant.</remarks>
public sealed class ShadowHistory(EscalationDatabase database)
{
    /// <summary>Decisions read that shadow rules had a part in.</summary>
    public long WithShadow { get; private set; }

    /// <summary>The parts of the configuration in force; null in an empty database.</summary>
    public async Task<ConfigurationRecord?> InForceAsync(CancellationToken cancellation)
    {
        var configurations = new ConfigurationStore(database);
        return await configurations.InForceAsync(cancellation) is { } activation ? await configurations.FindAsync(activation.Configuration, cancellation) : null;
    }

    /// <summary>Since when nothing but a rule set decided: just after the last decision by another one; the least instant where there is none.</summary>
    public async Task<Instant> RunSinceAsync(RuleSetVersion rules, CancellationToken cancellation) =>
        await new DecisionStore(database).LastByOthersAsync(rules, cancellation) is { } last ? last + Duration.FromMilliseconds(1) : Instant.MinValue;

    /// <summary>Every record in the total order of history, customers' messages with the first decision on them.</summary>
    public async IAsyncEnumerable<RecordedDecision> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var decisions = new DecisionStore(database).StreamAsync(cancellation).GetAsyncEnumerator(cancellation);
        var waiting = new Dictionary<(string Source, string ExternalId, int Revision), DecisionRecord>();
        var more = await decisions.MoveNextAsync();
        await foreach (var record in new HistoryStore(database).StreamAsync(null, cancellation))
        {
            if (record is not Message { Author: Author.Customer } message)
            {
                yield return new RecordedDecision(record, null, null);
                continue;
            }
            // Decisions are read as far as this message's time: those before it that no message asked for belong to nothing that is read.
            while (more && decisions.Current.DecidedAt <= message.Received)
            {
                if (decisions.Current.Cause is null) waiting.TryAdd((decisions.Current.Source, decisions.Current.ExternalId, decisions.Current.Revision), decisions.Current);
                more = await decisions.MoveNextAsync();
            }
            if (!waiting.Remove((message.Source, message.ExternalId, message.Revision), out var decided))
            {
                yield return new RecordedDecision(record, null, null);
                continue;
            }
            if (decided.Decision.Shadow is not null) WithShadow++;
            yield return new RecordedDecision(record, DerivedFactsJson.Read(decided), decided.Decision);
        }
    }
}
