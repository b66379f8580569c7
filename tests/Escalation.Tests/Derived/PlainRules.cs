using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Escalation.Core.Routing;
using Escalation.Core.Sla;

namespace Escalation.Tests.Derived;

/// <summary>A rule set without rules: for what Derive does by itself. One word makes an issue technical, another billing.</summary>
internal sealed class PlainRules(Policy? policy = null) : IRuleSet
{
    private static readonly TextResources Resources = new([], new ExtractionDefinition
    {
        IssueTypes = new Dictionary<IssueType, IReadOnlyList<Cue>>
        {
            [IssueType.Technical] = [new Cue(["crash"], 3)],
            [IssueType.Billing] = [new Cue(["refund"], 3)],
        },
    }, []);

    public RuleSetVersion Version => new("plain");

    public Policy Policy { get; } = policy ?? Policy.Default;

    public IReadOnlyList<SignalRule> SignalRules => [];

    public IReadOnlyList<string> RouteRules => [];

    public bool ReadsTeam => false;

    public TextResources Text => Resources;

    public TeamDirectory Teams => TeamDirectory.Empty;

    public IReadOnlyDictionary<string, BusinessCalendar> Calendars { get; } = new Dictionary<string, BusinessCalendar> { ["business"] = BusinessCalendar.Always };

    public void EvaluateSignals(DerivedFacts derived, RuleResults results, ReadOnlySpan<bool> off = default) => results.Reset(0);

    public IReadOnlyList<RuleTrace> Trace(DerivedFacts derived) => [];

    public RouteChoice? Route(DerivedFacts derived, RecommendationFacts recommendation, List<RuleError> errors, ReadOnlySpan<bool> off = default) => null;
}
