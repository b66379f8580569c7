using Escalation.Core.Decisions;

namespace Escalation.Service.RuleHealth;

/// <summary>Which signal rules threw too often in their last evaluations.</summary>
/// <remarks>
/// Belongs to the ordered writer; not thread-safe. A message without an error costs one addition. Begins anew with every rule set, and with the service.
/// A rule is run on every message, so that the last messages are its last evaluations.
/// </remarks>
internal sealed class FailureWindows
{
    private readonly Dictionary<string, Queue<long>> errors = new(StringComparer.Ordinal);
    private readonly HashSet<string> signals = new(StringComparer.Ordinal);
    private IRuleSet? rules;
    private long evaluations;

    /// <summary>Takes in a decision.</summary>
    /// <returns>Errors of rules that threw as often as the policy says with this message.</returns>
    public IReadOnlyList<RuleError> Take(Decision decision, IRuleSet decidedBy)
    {
        if (!ReferenceEquals(rules, decidedBy)) Begin(decidedBy);
        evaluations++;
        var policy = decidedBy.Policy.Quarantine;
        if (decision.Errors.Count + decision.ShadowErrors.Count == 0 || policy.Errors == 0) return [];
        var reached = new List<RuleError>();
        foreach (var error in decision.Errors.Concat(decision.ShadowErrors).Where(e => signals.Contains(e.Rule)))
        {
            if (!errors.TryGetValue(error.Rule, out var at)) errors.Add(error.Rule, at = []);
            at.Enqueue(evaluations);
            while (at.Peek() <= evaluations - policy.Evaluations) at.Dequeue();
            if (at.Count < policy.Errors) continue;
            errors.Remove(error.Rule);
            reached.Add(error);
        }
        return reached;
    }

    /// <summary>Forgets everything, where the state in memory may be ahead of the database.</summary>
    public void Forget() => rules = null;

    private void Begin(IRuleSet next)
    {
        (rules, evaluations) = (next, 0);
        errors.Clear();
        signals.Clear();
        signals.UnionWith(next.SignalRules.Select(r => r.Name));
    }
}
