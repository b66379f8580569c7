using Escalation.Core.Metrics;
using Escalation.Inference.Registry;

namespace Escalation.Trainer.Publishing;

/// <summary>Decides a history with the rules under two models. The trainer sees neither rules nor replay: it is implemented where both meet.</summary>
public interface IPromotionReplay
{
    /// <summary>Runs with the arms <c>champion</c> (where there is one) and <c>candidate</c>.</summary>
    /// <param name="champion">The champion; null = rules only.</param>
    /// <param name="candidate">The candidate.</param>
    /// <param name="slices">Slices that the gate asks for; those of which the replay knows nothing are left out.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<PromotionReplay> RunAsync(ModelEntry? champion, ModelEntry candidate, IReadOnlyList<string> slices, CancellationToken cancellation);
}

/// <summary>What a replay gave, or why there is none.</summary>
/// <param name="Arms">Figures of both arms.</param>
/// <param name="Differences">The one difference, <c>candidate-champion</c>; empty without a champion.</param>
/// <param name="Description">What was replayed, one line for the record.</param>
/// <param name="Problem">Why nothing was; null where something was.</param>
public sealed record PromotionReplay(IReadOnlyList<GateSubject> Arms, IReadOnlyList<GateSubject> Differences, string Description, string? Problem)
{
    /// <summary>No replay, and why.</summary>
    public static PromotionReplay None(string problem) => new([], [], "", problem);
}
