using Escalation.Inference.Evaluation;
using Escalation.Trainer.Learning;

namespace Escalation.Trainer.Evaluation;

/// <summary>Calibrated probabilities of rows by models that were not trained on them, and the threshold found on these.</summary>
/// <param name="Rows">The row numbers, ascending.</param>
/// <param name="Probabilities">One a row.</param>
/// <param name="Labels">One a row.</param>
/// <param name="Weights">How many rows each stands for.</param>
/// <param name="Threshold">The probability of the best F1.</param>
internal sealed record Validation(int[] Rows, double[] Probabilities, bool[] Labels, double[] Weights, double Threshold)
{
    public static Validation Of(EnsemblePlan plan, TrainingTask task)
    {
        var probabilities = Array.ConvertAll(plan.Scores[0], plan.Calibration.Probability);
        bool[] labels = [.. plan.Rows.Select(r => task.Classes[r] == 1)];
        return new Validation(plan.Rows, probabilities, labels, [.. plan.Rows.Select(r => (double)task.Weights[r])], BinaryMetrics.BestThreshold(probabilities, labels).Threshold);
    }
}
