using System.Globalization;
using System.Threading.Channels;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Rules;
using Escalation.Rules.Compilation;
using Escalation.Storage;
using Microsoft.Extensions.Logging;

namespace Escalation.Service.RuleHealth;

/// <summary>A rule on which the two planes came to something else, with what is needed to see it again.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Rules">The rule set.</param>
/// <param name="Decision">The first decision on which it was found.</param>
/// <param name="Reference">What RulesEngine says.</param>
/// <param name="Compiled">What the compiled rules say.</param>
/// <param name="Facts">Facts that the rule reads, but for the words of the message: those are the decision's.</param>
public sealed record SampledDisagreement(
    string Rule, RuleSetVersion Rules, string Decision, RuleResult Reference, RuleResult Compiled, IReadOnlyDictionary<string, string> Facts);

/// <summary>What the sampled check came to since the service started.</summary>
/// <param name="Share">Share of decided messages that is drawn, 0 to 1.</param>
/// <param name="Checked">Messages compared.</param>
/// <param name="Disagreed">Rules, summed over messages, that came to something else.</param>
/// <param name="Dropped">Messages drawn but not compared, because as many as may wait were waiting.</param>
/// <param name="Failed">Messages that could not be compared; the log says why.</param>
/// <param name="Disagreements">The first of each rule and rule set.</param>
public sealed record SampleFigures(double Share, long Checked, long Disagreed, long Dropped, long Failed, IReadOnlyList<SampledDisagreement> Disagreements);

/// <summary>Compares a share of the decided messages with RulesEngine's own evaluation, beside the ordered writer and never in its way.</summary>
/// <remarks>
/// Which messages are drawn follows from the ids of their decisions, so that it can be said afterwards. What waits is bounded; more is dropped and counted.
/// The reference plane is made when the first message is drawn and belongs to one rule set. Thread-safe.
/// </remarks>
internal sealed class ReferenceSample : IAsyncDisposable
{
    private const int MostWaiting = 64;
    private const int MostDisagreements = 100;

    private readonly double share;
    private readonly Func<RuleFiles, ReferencePlane> plane;
    private readonly ILogger logger;
    private readonly Channel<Work> queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Dictionary<(string, RuleSetVersion), SampledDisagreement> found = [];
    private readonly Task comparing;
    private (RuleSet Rules, PlaneComparison Comparison)? made;
    private long compared, disagreed, dropped, failed;

    /// <param name="share">Share of decided messages that is drawn, 0 to 1.</param>
    /// <param name="plane">Makes the reference plane of a rule set.</param>
    /// <param name="logger">Told of each rule that disagrees, once.</param>
    public ReferenceSample(double share, Func<RuleFiles, ReferencePlane> plane, ILogger logger)
    {
        (this.share, this.plane, this.logger) = (share, plane, logger);
        comparing = Task.Run(CompareAllAsync);
    }

    /// <summary>What it came to so far.</summary>
    public SampleFigures Figures
    {
        get
        {
            lock (found) return new SampleFigures(share, Interlocked.Read(ref compared), Interlocked.Read(ref disagreed), Interlocked.Read(ref dropped), Interlocked.Read(ref failed), [.. found.Values]);
        }
    }

    /// <summary>Takes a decided message where it is drawn; never waits.</summary>
    public void Offer(DecisionRecord decision, DerivedFacts facts, RuleSet rules)
    {
        if (IsDrawn(decision.Id) && !queue.Writer.TryWrite(new Work(decision.Id, decision.Decision, facts, rules, null))) Interlocked.Increment(ref dropped);
    }

    /// <summary>Ends once all that was taken before is compared.</summary>
    internal async Task SettleAsync(CancellationToken cancellation)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await queue.Writer.WriteAsync(new Work("", null, null, null, reached), cancellation);
        await reached.Task.WaitAsync(cancellation);
    }

    /// <summary>Takes nothing new, and ends after the comparison under way: what waits is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        while (queue.Reader.TryRead(out var left)) left.Reached?.TrySetResult();
        await comparing;
    }

    /// <remarks>An id is <c>d-</c> and hexadecimal digits of a hash, so that its first 8 are as good as drawn.</remarks>
    private bool IsDrawn(string decision) => uint.Parse(decision.AsSpan(2, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture) < share * ((double)uint.MaxValue + 1);

    private async Task CompareAllAsync()
    {
        await foreach (var work in queue.Reader.ReadAllAsync())
        {
            if (work.Reached is { } reached) reached.TrySetResult();
            else Compare(work);
        }
    }

    private void Compare(Work work)
    {
        try
        {
            if (made?.Rules != work.Rules) made = (work.Rules!, new PlaneComparison(work.Rules!, plane(work.Rules!.Files)));
            var (rules, comparison, recommendation) = (work.Rules!, made!.Value.Comparison, work.Decision!.Recommendation);
            IEnumerable<PlaneResult> results = comparison.Signals(work.Facts!);
            if (recommendation.Band > Band.Monitor)
                results = results.Concat(comparison.Routing(work.Facts!, new RecommendationFacts(recommendation.Score, recommendation.Band, work.Decision.Signals)));
            foreach (var result in results.Where(r => !r.Agrees)) Note(result, work, rules);
            Interlocked.Increment(ref compared);
        }
        catch (Exception failure)
        {
            // Whatever RulesEngine throws must not end the check, and never the service.
            if (Interlocked.Increment(ref failed) == 1) logger.LogError(failure, "Decision {Decision} could not be compared with RulesEngine; further ones are only counted", work.Id);
        }
    }

    private void Note(PlaneResult result, Work work, RuleSet rules)
    {
        Interlocked.Increment(ref disagreed);
        var reads = rules.Single.Identities.First(r => r.Name == result.Rule).Facts;
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var fact in reads)
            if (!IsText(fact) && FactCatalog.Describe(work.Facts!, fact) is { } value) facts[fact] = value;
        var disagreement = new SampledDisagreement(result.Rule, rules.Version, work.Id, result.Reference, result.Compiled, facts);
        lock (found)
            if (found.Count >= MostDisagreements || !found.TryAdd((result.Rule, rules.Version), disagreement)) return;
        logger.LogError("Rule {Rule} of rule set {Version}: RulesEngine says {Reference}, the compiled rule says {Compiled} on decision {Decision}, facts {Facts}. Further messages are only counted",
            result.Rule, rules.Version.Short, result.Reference, result.Compiled, work.Id, string.Join(", ", facts.Select(f => $"{f.Key}={f.Value}")));
    }

    /// <remarks>Words of a customer stay out of the log.</remarks>
    private static bool IsText(string fact) => fact is "message.Text" or "message.Subject";

    /// <summary>A message to compare, or a mark in the queue.</summary>
    private sealed record Work(string Id, Decision? Decision, DerivedFacts? Facts, RuleSet? Rules, TaskCompletionSource? Reached);
}
