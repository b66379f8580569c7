using Escalation.Inference.Evaluation;

namespace Escalation.Trainer.Publishing;

/// <summary>What one model said of some rows, to be measured under row weights: on all of them, and on resamples.</summary>
internal interface IMeasured
{
    /// <summary>A figure; NaN where it does not exist.</summary>
    /// <param name="id">One of <see cref="PairedRows.Figures"/>.</param>
    /// <param name="drawn">How often each row was drawn.</param>
    double Of(string id, double[] drawn);

    /// <summary>Calibration error beyond what a perfect model of these probabilities would show on so many rows by chance.</summary>
    Interval ExcessOverFloor(int seed);
}
