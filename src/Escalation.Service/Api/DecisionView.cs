using System.Text.Json;
using Escalation.Core.Decisions;
using Escalation.Core.Routing;
using Escalation.Core.Tickets;
using Escalation.Storage;

namespace Escalation.Service.Api;

/// <summary>One reason of a recommendation, in words, and its group's part of the score; the parts add up to the score.</summary>
public sealed record ReasonView(string Text, string Trigger, double Contribution)
{
    /// <summary>One reason a group that counted, the weightiest first.</summary>
    public static IReadOnlyList<ReasonView> ListOf(Decision decision, string originalText) =>
        [.. decision.Recommendation.Contributions.Select(c => new ReasonView(ReasonWords.Text(c, decision.Signals, originalText), c.Trigger, c.Share))];
}

/// <summary>A recommendation as answers show it.</summary>
public sealed record RecommendationView(double Score, double? Probability, string Band, IReadOnlyList<ReasonView> Reasons)
{
    /// <summary>The view of a decision's recommendation.</summary>
    public static RecommendationView From(Decision decision, string originalText) =>
        new(decision.Recommendation.Score, decision.Recommendation.Probability, Wire.Name(decision.Recommendation.Band), ReasonView.ListOf(decision, originalText));
}

/// <summary>A piece of evidence; start and end are UTF-16 offsets in the original text, null for facts.</summary>
public sealed record EvidenceView(string Kind, string Field, int? Start, int? End, string Text);

/// <summary>A signal as answers show it.</summary>
public sealed record SignalView(string TriggerType, string Group, double Confidence, string Recommendation, string Rule, IReadOnlyList<EvidenceView> Evidence)
{
    /// <summary>The view of a signal.</summary>
    public static SignalView From(Signal signal, string originalText) => new(signal.TriggerType, signal.Group, signal.Confidence, Wire.Name(signal.Recommendation), signal.Rule,
        [.. signal.Evidence.Select(e => new EvidenceView(Wire.Name(e.Kind), e.Field, e.HasSpan ? e.Start : null, e.HasSpan ? e.End : null, e.Words(originalText).ToString()))]);
}

/// <summary>A route as answers show it.</summary>
public sealed record RouteView(string Team, string Priority, double SlaHours, string Calendar, string SlaDeadline, string Rule)
{
    /// <summary>The view of a route; null below priority.</summary>
    public static RouteView? From(Route? route) =>
        route is null ? null : new RouteView(route.Team, Wire.Name(route.Priority), route.SlaHours, route.Calendar, Json.Time(route.SlaDeadline)!, route.Rule);
}

/// <summary>A rule that threw.</summary>
public sealed record RuleErrorView(string Rule, string Message, bool MustEscalate)
{
    /// <summary>The views of errors.</summary>
    public static IReadOnlyList<RuleErrorView> ListOf(IReadOnlyList<RuleError> errors) => [.. errors.Select(e => new RuleErrorView(e.Rule, e.Message, e.MustEscalate))];
}

/// <summary>A rule that a snooze or a quarantine set aside, and the signal that it would have given; null for a rule that was not run, or that only caps.</summary>
public sealed record ExceptedView(string Rule, string Kind, string Exception, string? Until, string Reason, string Actor, SignalView? Signal)
{
    /// <summary>The view of a rule that was set aside.</summary>
    public static ExceptedView From(ExceptedRule excepted, string originalText) => new(
        excepted.Exception.Rule, Wire.Name(excepted.Exception.Kind), excepted.Exception.Id, Json.Time(excepted.Exception.Until), excepted.Exception.Reason, excepted.Exception.Actor,
        excepted.Signal is null ? null : SignalView.From(excepted.Signal, originalText));
}

/// <summary>A decision as answers show it.</summary>
/// <remarks>
/// Context: product, issueType, urgency, businessImpact, severity, confidence; null where the record holds no facts.
/// Errors are of live rules and make it degraded; those of shadow rules stand apart and do not.
/// Cause: the id of the record for which the message was decided again, null for its first decision.
/// </remarks>
public sealed record DecisionView(
    string Id, string MessageId, string TicketId, string? EpisodeId, string DecidedAt, RecommendationView Recommendation, IReadOnlyList<SignalView> Signals, IReadOnlyList<ExceptedView> Excepted, RouteView? Route,
    JsonElement? Context, bool Degraded, bool NeedsReview, IReadOnlyList<RuleErrorView> Errors, IReadOnlyList<RuleErrorView> ShadowErrors, IReadOnlyList<string> Unavailable, string Configuration, string? Cause)
{
    /// <summary>The view of a recorded decision.</summary>
    public static DecisionView From(DecisionRecord record)
    {
        var decision = record.Decision;
        return new DecisionView(record.Id, record.MessageId.Value, record.TicketId.Value, record.EpisodeId?.Value, Json.Time(record.DecidedAt)!, RecommendationView.From(decision, record.MessageText),
            [.. decision.Signals.Select(s => SignalView.From(s, record.MessageText))], [.. decision.Excepted.Select(e => ExceptedView.From(e, record.MessageText))], RouteView.From(decision.Route), Part(record.Facts, "context"), decision.Degraded, decision.NeedsReview,
            RuleErrorView.ListOf(decision.Errors), RuleErrorView.ListOf(decision.ShadowErrors), decision.Unavailable, decision.Configuration.Value, record.Cause);
    }

    internal static JsonElement? Part(JsonElement facts, string name) =>
        facts.ValueKind == JsonValueKind.Object && facts.TryGetProperty(name, out var part) ? part : null;
}
