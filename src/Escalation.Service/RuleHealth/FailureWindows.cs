using Escalation.Core.Decisions;
using Escalation.Storage;

namespace Escalation.Service.RuleHealth;

/// <summary>Which rules threw too often in their last evaluations.</summary>
/// <remarks>
/// Belongs to the ordered writer; not thread-safe. A message costs one addition for each rule that threw lately, and nothing while none did. Begins anew with every rule set.
/// A signal rule is run on every message; a routing rule on those that are escalated and that no rule before it took.
/// </remarks>
internal sealed class FailureWindows
{
    private const int SignalPlace = -1;

    private readonly Dictionary<string, Window> failing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> routes = new(StringComparer.Ordinal);
    private IRuleSet? rules;

    /// <summary>Takes in a decision.</summary>
    /// <returns>Errors of rules that threw as often as the policy says with this message.</returns>
    public IReadOnlyList<RuleError> Take(Decision decision, IRuleSet decidedBy)
    {
        if (!ReferenceEquals(rules, decidedBy)) Begin(decidedBy);
        return Count(decision.Route?.Rule, decision.ShadowErrors.Count == 0 ? decision.Errors : [.. decision.Errors, .. decision.ShadowErrors]);
    }

    /// <summary>Begins with what a database says of the last messages, so that a restart forgets nothing.</summary>
    /// <param name="decidedBy">The rule set.</param>
    /// <param name="recent">Its last decisions, the oldest first.</param>
    /// <param name="exceptions">What was recorded of its rules: errors before a rule's last quarantine led to that one and do not count again.</param>
    public void Restore(IRuleSet decidedBy, IReadOnlyList<RecentFailures> recent, IReadOnlyList<RuleException> exceptions)
    {
        Begin(decidedBy);
        var quarantined = exceptions.Where(e => e.Kind == RuleExceptionKind.Quarantine).GroupBy(e => e.Rule, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Max(e => e.From), StringComparer.Ordinal);
        foreach (var decision in recent)
            Count(decision.RouteRule, [.. decision.Errors.Where(e => !quarantined.TryGetValue(e.Rule, out var from) || from <= decision.DecidedAt)]);
    }

    private IReadOnlyList<RuleError> Count(string? route, IReadOnlyList<RuleError> errors)
    {
        var policy = rules!.Policy.Quarantine;
        if (policy.Errors == 0 || (errors.Count == 0 && failing.Count == 0)) return [];
        var reached = route is null ? SignalPlace : routes.GetValueOrDefault(route, int.MaxValue);
        foreach (var (rule, window) in failing)
            if (window.Place <= reached && window.Ran(policy.Evaluations) == 0) failing.Remove(rule);
        List<RuleError>? tooMany = null;
        foreach (var error in errors)
        {
            if (!failing.TryGetValue(error.Rule, out var window)) failing.Add(error.Rule, window = new Window(routes.GetValueOrDefault(error.Rule, SignalPlace)));
            if (window.Threw() < policy.Errors) continue;
            failing.Remove(error.Rule);
            (tooMany ??= []).Add(error);
        }
        return tooMany ?? (IReadOnlyList<RuleError>)[];
    }

    private void Begin(IRuleSet next)
    {
        rules = next;
        failing.Clear();
        routes.Clear();
        for (var i = 0; i < next.RouteRules.Count; i++) routes.Add(next.RouteRules[i], i);
    }

    /// <summary>The errors of one rule among its last evaluations.</summary>
    /// <param name="place">Its place among routing rules; <see cref="SignalPlace"/> for a signal rule.</param>
    private sealed class Window(int place)
    {
        private readonly Queue<long> errors = [];
        private long evaluations;

        public int Place => place;

        /// <summary>It was run once more; how many of its errors are among the last evaluations.</summary>
        public int Ran(int among)
        {
            evaluations++;
            while (errors.TryPeek(out var first) && first <= evaluations - among) errors.Dequeue();
            return errors.Count;
        }

        /// <summary>The last run threw.</summary>
        public int Threw()
        {
            errors.Enqueue(evaluations);
            return errors.Count;
        }
    }
}
