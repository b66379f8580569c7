using Escalation.Inference.Evaluation;

namespace Escalation.Trainer.Publishing;

/// <summary>Teams named, measured; a row counts as often as it was drawn, times what it stands for.</summary>
internal sealed class TeamMeasured(ClassAnswers answers, double[] weights) : IMeasured
{
    public const string Accuracy = "accuracy", MacroF1 = "macroF1", Answered = "answered", AccuracyAnswered = "accuracyAnswered";

    /// <inheritdoc/>
    public double Of(string id, double[] drawn)
    {
        var product = DrawnWeights.Of(drawn, weights);
        return id switch
        {
            Accuracy => answers.Accuracy(product),
            MacroF1 => answers.MacroF1(product),
            Answered => answers.Answered(product),
            _ => answers.AccuracyAnswered(product),
        };
    }

    /// <inheritdoc/>
    public Interval ExcessOverFloor(int seed) => CalibrationExcess.Of(answers.Confidence, answers.IsRight, weights, seed);
}
