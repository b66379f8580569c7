using Escalation.Core.Derived;
using Escalation.Core.Routing;
using Escalation.Core.Sla;

namespace Escalation.Core.Decisions;

/// <summary>From facts to a weighted recommendation and a route.</summary>
public static class DecisionEngine
{
    /// <summary>The trigger that is left out of <see cref="Decision.ScoreWithoutIncident"/>.</summary>
    public const string IncidentTrigger = "multi_user_incident";

    private static readonly RouteChoice LastResort = new("(none matched)", "general-escalation", TicketPriority.High, 4, "");

    [ThreadStatic] private static RuleResults? scratch;
    [ThreadStatic] private static List<RuleError>? routeErrors;

    /// <summary>Decides one message. Pure: the same derived facts and configuration give the same bits.</summary>
    public static Decision Decide(DerivedFacts derived, Configuration configuration)
    {
        var results = scratch ??= new RuleResults();
        results.Reset(configuration.Rules.SignalRules.Count);
        var inForce = configuration.At(derived.DecidedAt);
        configuration.Rules.EvaluateSignals(derived, results, inForce.Off);
        return Conclude(derived, configuration, inForce, results);
    }

    /// <summary>From what the rules said to the decision; explanations ask it again with some hits taken away.</summary>
    internal static Decision Conclude(DerivedFacts derived, Configuration configuration, InForce inForce, RuleResults results)
    {
        var rules = configuration.Rules;
        var collected = SignalCollector.Collect(derived, configuration, inForce, results);
        var live = collected.Live;
        var recommendation = Combination.Recommend(live.Signals, rules.Policy, live.Cap, live.Lift);
        var errors = collected.Errors;
        var route = Route(derived, configuration, inForce, recommendation, live.Signals, ref errors);
        return new Decision
        {
            Signals = live.Signals,
            Suppressed = live.Suppressed,
            Excepted = route is null || inForce.OffRoutes.IsEmpty ? collected.Excepted : [.. collected.Excepted, .. PassedOver(rules.RouteRules, inForce, route.Rule)],
            Shadow = collected.WithShadow is { } all ? Shadow(derived, configuration, inForce, all) : null,
            Errors = errors ?? (IReadOnlyList<RuleError>)[],
            ShadowErrors = collected.ShadowErrors ?? (IReadOnlyList<RuleError>)[],
            Unavailable = collected.Unavailable,
            Recommendation = recommendation,
            ScoreWithoutIncident = HasIncident(live.Signals) ? Combination.Recommend(live.Signals, rules.Policy, without: IncidentTrigger).Score : recommendation.Score,
            Route = route,
            NeedsReview = collected.NeedsReview,
            Configuration = inForce.Id,
        };
    }

    private static ShadowDecision Shadow(DerivedFacts derived, Configuration configuration, InForce inForce, in CollectedSignals all)
    {
        var recommendation = Combination.Recommend(all.Signals, configuration.Policy, all.Cap, all.Lift);
        List<RuleError>? errors = null;
        return new ShadowDecision(all.Signals, recommendation, Route(derived, configuration, inForce, recommendation, all.Signals, ref errors));
    }

    /// <summary>Routing rules that were set aside, up to the one that decided.</summary>
    private static IEnumerable<ExceptedRule> PassedOver(IReadOnlyList<string> rules, InForce inForce, string chosen) =>
        rules.TakeWhile(r => !string.Equals(r, chosen, StringComparison.Ordinal)).Select(inForce.EverywhereOf).OfType<RuleException>().Select(e => new ExceptedRule(e, null));

    private static Route? Route(
        DerivedFacts derived, Configuration configuration, InForce inForce, Recommendation recommendation, IReadOnlyList<Signal> signals, ref List<RuleError>? errors)
    {
        if (recommendation.Band <= Band.Monitor) return null;
        var failed = routeErrors ??= [];
        failed.Clear();
        var choice = configuration.Rules.Route(derived, new RecommendationFacts(recommendation.Score, recommendation.Band, signals), failed, inForce.OffRoutes) ?? LastResort;
        if (failed.Count > 0) (errors ??= []).AddRange(failed);
        var calendar = choice.Calendar.Length == 0 ? configuration.DefaultCalendar : configuration.CalendarOf(choice.Calendar);
        return new Route(choice.Team, choice.Priority, choice.SlaHours, calendar.Name, SlaClock.Deadline(calendar, derived.DecidedAt, choice.SlaHours), choice.Rule);
    }

    private static bool HasIncident(IReadOnlyList<Signal> signals)
    {
        for (var i = 0; i < signals.Count; i++)
            if (string.Equals(signals[i].TriggerType, IncidentTrigger, StringComparison.Ordinal)) return true;
        return false;
    }
}
