namespace Escalation.Trainer.Search;

/// <summary>What one trial shall try.</summary>
/// <param name="TrialId">From 0, in the order of proposals.</param>
/// <param name="Parameters">A point of the search space.</param>
/// <param name="DataShare">Share of the training rows that each fold learns from, above 0 to 1.</param>
public sealed record TrialSettings(int TrialId, ParameterSet Parameters, double DataShare = 1);

/// <summary>What a trial gave.</summary>
/// <param name="Settings">What was tried.</param>
/// <param name="Loss">Calibrated log-loss out of fold; what tuners make small; infinite where the trial failed.</param>
/// <param name="Metric">AUC (frustration) or accuracy (team) out of fold.</param>
/// <param name="Seconds">Of this trial.</param>
/// <param name="PeakMemoryMb">Of the process, when the trial ended.</param>
/// <param name="Failure">Why there is no result; null = it worked.</param>
public sealed record TrialResult(TrialSettings Settings, double Loss, double Metric, double Seconds, double PeakMemoryMb, string? Failure = null);

/// <summary>Chooses what to try next.</summary>
/// <remarks>Deterministic: the same seed and the same results give the same proposals. Not thread-safe; the experiment calls it from one thread.</remarks>
public interface ITuner
{
    /// <summary>The next trial; null = nothing is left to try.</summary>
    TrialSettings? Propose(int trialId);

    /// <summary>Takes note of a result; the experiment reports them in the order of their ids.</summary>
    void Update(TrialResult result);
}

/// <summary>Runs one trial.</summary>
/// <remarks>Thread-safe: trials run side by side, each on one thread.</remarks>
public interface ITrialRunner
{
    /// <summary>Tries the settings; what a trainer throws becomes a failed result.</summary>
    /// <exception cref="OperationCanceledException">Cancelled in the middle; the trial counts for nothing.</exception>
    TrialResult Run(TrialSettings settings, CancellationToken cancellation);
}

/// <summary>Is told how the experiment goes.</summary>
/// <remarks>Called from one thread at a time.</remarks>
public interface IMonitor
{
    /// <summary>A trial begins.</summary>
    void ReportRunningTrial(TrialSettings settings);

    /// <summary>A trial ended with a result.</summary>
    /// <param name="result">Its result.</param>
    /// <param name="left">Time left of the budget; null = no budget.</param>
    void ReportCompletedTrial(TrialResult result, TimeSpan? left);

    /// <summary>It is the best so far.</summary>
    void ReportBestTrial(TrialResult result);

    /// <summary>It failed.</summary>
    void ReportFailTrial(TrialResult result);
}
