using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Tickets;
using Escalation.Replay.Arms;
using Escalation.Replay.Changes;
using Escalation.Replay.Collecting;
using Escalation.Replay.Pipeline;
using Escalation.Replay.Responsibility;

namespace Escalation.Replay.Shadow;

/// <summary>A record of a running service; a customer's message with what was decided on it.</summary>
/// <param name="Record">The record.</param>
/// <param name="Facts">The facts as they were recorded; null where nothing was decided.</param>
/// <param name="Decision">The decision as it was recorded; null where nothing was decided.</param>
public readonly record struct RecordedDecision(HistoryRecord Record, DerivedFacts? Facts, Decision? Decision);

/// <summary>Shadow is a replay on live traffic: what was decided against what would have been with the shadow rules live, from recorded decisions alone.</summary>
/// <remarks>Nothing is decided again: only episodes and figures are made of what is recorded. The report is that of a replay, so a gate for one is a gate for the other.</remarks>
public static class ShadowReplay
{
    /// <summary>The arm of what was in force.</summary>
    public const string Live = "live";

    /// <summary>The arm with the shadow rules live: named so that a gate file for a candidate judges it.</summary>
    public const string Candidate = "candidate";

    /// <summary>Makes the report's result.</summary>
    /// <param name="configuration">The configuration in force: its policy forms episodes, its calendar counts hours.</param>
    /// <param name="records">Everything recorded, in the total order of history.</param>
    /// <param name="options">What part is counted.</param>
    /// <param name="cancellation">Ends between two records.</param>
    /// <exception cref="IOException">The temporary file could not be written.</exception>
    public static ReplayResult Run(Configuration configuration, IEnumerable<RecordedDecision> records, ReplayOptions options, CancellationToken cancellation)
    {
        var changed = new Dictionary<string, ExplainedChange>(StringComparer.Ordinal);
        var result = ReplayEngine.Run([new ReplayArm(Live, configuration, IsLive: true), new ReplayArm(Candidate, configuration)], records.Select(Both), options, cancellation);
        result.Explained = changed.ToDictionary(c => (1, c.Key), c => c.Value);
        return result;

        DecidedRecord Both(RecordedDecision recorded)
        {
            if (recorded is not { Record: Message message, Facts: { } facts, Decision: { } live }) return new DecidedRecord(recorded.Record, null, null);
            var candidate = WithShadow(live, configuration.Policy);
            if (DecisionChange.Differs(live, candidate)) changed[message.Id] = new ExplainedChange(HighestRecommendations.OneLine(message.Text), ResponsibleFor(live, candidate));
            return new DecidedRecord(message, [facts, facts], [live, candidate]);
        }
    }

    /// <summary>The decision as it would have been in force with the shadow rules.</summary>
    private static Decision WithShadow(Decision live, Policy policy) => live.Shadow is not { } shadow ? live : new Decision
    {
        Signals = shadow.Signals,
        Errors = [.. live.Errors, .. live.ShadowErrors],
        Unavailable = live.Unavailable,
        Recommendation = shadow.Recommendation,
        ScoreWithoutIncident = shadow.Signals.Any(s => s.TriggerType == DecisionEngine.IncidentTrigger)
            ? Combination.Recommend(shadow.Signals, policy, without: DecisionEngine.IncidentTrigger).Score
            : shadow.Recommendation.Score,
        Route = shadow.Route,
        NeedsReview = live.NeedsReview,
        Configuration = live.Configuration,
    };

    /// <remarks>Both sides rest on the same facts and the same live rules: what differs is what shadow rules said, and nothing else.</remarks>
    private static Responsible ResponsibleFor(Decision live, Decision candidate)
    {
        var before = live.Signals.Select(s => s.Rule).ToHashSet(StringComparer.Ordinal);
        return new Responsible([.. candidate.Signals.Select(s => s.Rule).Where(r => !before.Contains(r)).Distinct(StringComparer.Ordinal).Select(r => $"shadow rule {r}")], Together: true);
    }
}
