using Escalation.Core.Decisions;
using Escalation.Rules;
using Escalation.Service.Pipeline;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Escalation.Service.RuleHealth;

/// <summary>Watches how the rules of a running service fare: what they come to, and whether RulesEngine agrees.</summary>
/// <remarks>Thread-safe. Told of decisions once they are durable, and never in the way of the next ones.</remarks>
public sealed class RuleWatch : IAsyncDisposable
{
    private readonly RuleTally tally = new();

    internal RuleWatch(ServiceOptions options, Instant since, ILogger logger)
    {
        Since = since;
        Sample = new ReferenceSample(options.ReferenceShare, options.ReferencePlane, logger);
    }

    /// <summary>When the counts began.</summary>
    public Instant Since { get; }

    /// <summary>Decisions counted.</summary>
    public long Decided => tally.Decided;

    /// <summary>Counts of every rule that was ever run, by name.</summary>
    public IReadOnlyList<RuleCount> Counts => tally.Counts;

    /// <summary>What the sampled comparison with RulesEngine came to.</summary>
    public SampleFigures Reference => Sample.Figures;

    internal ReferenceSample Sample { get; }

    /// <summary>Takes in the decisions of a batch.</summary>
    internal void Take(IReadOnlyList<QueuedRecord> batch, Configuration configuration, PipelineMeter meter)
    {
        foreach (var entry in batch)
        {
            if (entry.Decision is not { } record || entry.Step.Facts is not { } facts) continue;
            foreach (var error in record.Decision.Errors.Concat(record.Decision.ShadowErrors)) meter.Failed(error.Rule);
            tally.Add(record.Decision, configuration, record.DecidedAt);
            Sample.Offer(record, facts, (RuleSet)configuration.Rules);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Sample.DisposeAsync();
}
