using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.Core.Routing;
using Escalation.Core.Sla;

namespace Escalation.Tests.Decisions;

/// <summary>A rule set in which some rules never hit: for asking the engine what a decision would be without them.</summary>
internal sealed class WithoutRules(IRuleSet inner, IReadOnlyCollection<string> removed) : IRuleSet
{
    public RuleSetVersion Version => inner.Version;

    public Policy Policy => inner.Policy;

    public IReadOnlyList<SignalRule> SignalRules => inner.SignalRules;

    public IReadOnlyList<string> RouteRules => inner.RouteRules;

    public bool ReadsTeam => inner.ReadsTeam;

    public TextResources Text => inner.Text;

    public TeamDirectory Teams => inner.Teams;

    public IReadOnlyDictionary<string, BusinessCalendar> Calendars => inner.Calendars;

    public void EvaluateSignals(DerivedFacts derived, RuleResults results, ReadOnlySpan<bool> off = default)
    {
        inner.EvaluateSignals(derived, results, off);
        for (var i = 0; i < SignalRules.Count; i++)
            if (removed.Contains(SignalRules[i].Name)) results.Results[i] = RuleResult.Miss;
    }

    public IReadOnlyList<RuleTrace> Trace(DerivedFacts derived) => inner.Trace(derived);

    public RouteChoice? Route(DerivedFacts derived, RecommendationFacts recommendation, List<RuleError> errors, ReadOnlySpan<bool> off = default) => inner.Route(derived, recommendation, errors, off);
}
