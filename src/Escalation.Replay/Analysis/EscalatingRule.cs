using System.Text.Json.Nodes;
using Escalation.Core.Decisions;

namespace Escalation.Replay.Analysis;

/// <summary>What a rule that was found in history says, so that it escalates to priority by itself.</summary>
internal static class EscalatingRule
{
    private const double Above = .05;

    /// <summary>Trigger, confidence and recommendation of its properties.</summary>
    /// <param name="policy">Its thresholds and weights decide the confidence.</param>
    /// <param name="trigger">The trigger wanted; the heaviest full one where the policy has renamed it.</param>
    public static JsonObject Properties(Policy policy, string trigger)
    {
        var found = policy.Triggers.FirstOrDefault(t => t.Name == trigger) ?? policy.Triggers.Where(t => !t.JoinsOnly).MaxBy(t => t.Weight)!;
        return new JsonObject
        {
            ["trigger"] = found.Name,
            ["confidence"] = Math.Min(1, Math.Round((policy.Thresholds.Priority + Above) / found.Weight, 2)),
            ["recommendation"] = "priority_escalation",
        };
    }
}
