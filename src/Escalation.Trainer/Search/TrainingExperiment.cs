using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Escalation.Trainer.Search;

/// <summary>When an experiment ends, whichever comes first.</summary>
public sealed record ExperimentLimits
{
    /// <summary>No trial begins after it; null = no limit.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>Trials in all, those of an earlier run included.</summary>
    public int MaximumTrials { get; init; } = 24;

    /// <summary>Trials in a row that brought nothing better.</summary>
    public int Patience { get; init; } = 48;

    /// <summary>No trial begins while the process holds more; megabytes.</summary>
    public double MemoryCeilingMb { get; init; } = 6000;
}

/// <summary>Proposes, runs and remembers trials until a limit is met.</summary>
/// <remarks>
/// Trials are proposed and reported in batches of a fixed size, so that what is tried depends on the seed and the number of trials, not on
/// how many cores there are or which trial ended first. A failed trial is remembered and the search goes on.
/// </remarks>
public sealed class TrainingExperiment(ITuner tuner, ITrialRunner runner, IMonitor? monitor, ITrialLog log, ExperimentLimits limits)
{
    private const int BatchSize = 4;
    private const double BytesPerMb = 1 << 20;

    /// <summary>Runs the search.</summary>
    /// <param name="stop">Ends the search and keeps what was found.</param>
    /// <param name="cancellation">Ends it with nothing.</param>
    /// <returns>Every trial with a result, by id.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was asked for.</exception>
    /// <exception cref="IOException">Trials cannot be kept.</exception>
    public IReadOnlyList<TrialResult> Run(CancellationToken stop, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var earlier = new Dictionary<(string, double), TrialResult>();
        foreach (var result in log.Read()) earlier[(result.Settings.Parameters.ToString(), result.Settings.DataShare)] = result;
        var results = new List<TrialResult>();
        var (best, sinceBest) = (double.PositiveInfinity, 0);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancellation);
        while (!IsOver(started, results.Count, sinceBest) && !stop.IsCancellationRequested)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = Propose(results.Count);
            if (batch.Count == 0) break;
            var done = RunBatch(batch, earlier, started, either.Token);
            cancellation.ThrowIfCancellationRequested();
            foreach (var result in done)
            {
                if (result is null) continue;
                results.Add(result);
                tuner.Update(result);
                sinceBest++;
                if (!(result.Loss < best) || result.Settings.DataShare < 1) continue;
                (best, sinceBest) = (result.Loss, 0);
                monitor?.ReportBestTrial(result);
            }
        }
        return results;
    }

    private List<TrialSettings> Propose(int first)
    {
        var batch = new List<TrialSettings>();
        while (batch.Count < BatchSize && first + batch.Count < limits.MaximumTrials && tuner.Propose(first + batch.Count) is { } settings) batch.Add(settings);
        return batch;
    }

    private TrialResult?[] RunBatch(
        List<TrialSettings> batch, Dictionary<(string, double), TrialResult> earlier, long started, CancellationToken either)
    {
        var done = new TrialResult?[batch.Count];
        var gate = new Lock();
        try
        {
            Parallel.For(0, batch.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = either }, i =>
            {
                var settings = batch[i];
                if (earlier.TryGetValue((settings.Parameters.ToString(), settings.DataShare), out var known) && log.Has(known))
                {
                    done[i] = known with { Settings = settings };
                    return;
                }
                if (Left(started) is { } left && left <= TimeSpan.Zero && settings.TrialId > 0) return;
                lock (gate) monitor?.ReportRunningTrial(settings);
                var result = runner.Run(settings, either);
                lock (gate)
                {
                    log.Append(result);
                    if (result.Failure is null) monitor?.ReportCompletedTrial(result, Left(started));
                    else monitor?.ReportFailTrial(result);
                }
                done[i] = result;
            });
        }
        catch (OperationCanceledException)
        {
            // What ended before the stop counts; the caller tells a stop from a cancellation.
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.All(inner => inner is OperationCanceledException))
        {
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.OfType<IOException>().FirstOrDefault() is { } refused)
        {
            ExceptionDispatchInfo.Throw(refused);       // a disk that refuses a trial refuses the search
        }
        return done;
    }

    private bool IsOver(long started, int trials, int sinceBest) =>
        trials >= limits.MaximumTrials || sinceBest >= limits.Patience || (trials > 0 && Left(started) is { } left && left <= TimeSpan.Zero)
        || (trials > 0 && Environment.WorkingSet / BytesPerMb > limits.MemoryCeilingMb);

    private TimeSpan? Left(long started) => limits.Budget - Stopwatch.GetElapsedTime(started);
}
