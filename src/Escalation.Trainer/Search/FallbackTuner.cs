namespace Escalation.Trainer.Search;

/// <summary>Where a trial of one space failed, the trial at the same place of another follows: for a trainer that cannot run on every machine.</summary>
/// <param name="proposals">What is tried.</param>
/// <param name="preferred">The space whose trials may fail.</param>
/// <param name="instead">The space with the same parameters that takes its place.</param>
public sealed class FallbackTuner(ITuner proposals, SearchSpace preferred, SearchSpace instead) : ITuner
{
    private readonly Queue<ParameterSet> waiting = [];
    private int drawn;

    /// <inheritdoc/>
    public TrialSettings? Propose(int trialId) => waiting.TryDequeue(out var parameters)
        ? new TrialSettings(trialId, parameters)
        : proposals.Propose(drawn++) is { } settings ? settings with { TrialId = trialId } : null;

    /// <inheritdoc/>
    public void Update(TrialResult result)
    {
        proposals.Update(result);
        if (result.Failure is not null && preferred.Holds(result.Settings.Parameters)) waiting.Enqueue(instead.SamePlace(preferred, result.Settings.Parameters));
    }
}
