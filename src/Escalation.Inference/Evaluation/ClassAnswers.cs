namespace Escalation.Inference.Evaluation;

/// <summary>What a model of several classes said of some rows, and what was so.</summary>
/// <param name="said">The likeliest class of each row.</param>
/// <param name="confidence">Its probability.</param>
/// <param name="truth">The right class.</param>
/// <param name="bound">The confidence below which the model names none.</param>
/// <remarks>Measures are under row weights; NaN where one does not exist. Immutable.</remarks>
public sealed class ClassAnswers(IReadOnlyList<string> said, IReadOnlyList<double> confidence, IReadOnlyList<string> truth, double bound)
{
    private readonly bool[] isRight = [.. said.Select((s, i) => s == truth[i])];

    /// <summary>The probability of the likeliest class of each row.</summary>
    public IReadOnlyList<double> Confidence => confidence;

    /// <summary>Whether that class is right.</summary>
    public IReadOnlyList<bool> IsRight => isRight;

    /// <summary>Share of rows whose likeliest class is right, the unsure ones included.</summary>
    public double Accuracy(double[] weights) => Share(weights, i => isRight[i], _ => true);

    /// <summary>Share of rows of which a class is named.</summary>
    public double Answered(double[] weights) => Share(weights, i => confidence[i] >= bound, _ => true);

    /// <summary>Accuracy among those.</summary>
    public double AccuracyAnswered(double[] weights) => Share(weights, i => isRight[i], i => confidence[i] >= bound);

    /// <summary>Mean over the classes of F1, rare ones counting as much as common ones.</summary>
    public double MacroF1(double[] weights)
    {
        Dictionary<string, double> hit = [], called = [], there = [];
        for (var i = 0; i < weights.Length; i++)
        {
            called[said[i]] = called.GetValueOrDefault(said[i]) + weights[i];
            there[truth[i]] = there.GetValueOrDefault(truth[i]) + weights[i];
            if (isRight[i]) hit[truth[i]] = hit.GetValueOrDefault(truth[i]) + weights[i];
        }
        var classes = called.Keys.Union(there.Keys).Where(c => called.GetValueOrDefault(c) + there.GetValueOrDefault(c) > 0).ToList();
        return classes.Count == 0 ? double.NaN : classes.Average(c => 2 * hit.GetValueOrDefault(c) / (called.GetValueOrDefault(c) + there.GetValueOrDefault(c)));
    }

    /// <summary>Expected calibration error of the confidences, 15 bins.</summary>
    public double Ece() => BinaryMetrics.ExpectedCalibrationError(confidence, isRight);

    private static double Share(double[] weights, Func<int, bool> holds, Func<int, bool> isLookedAt)
    {
        double hit = 0, all = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (!isLookedAt(i)) continue;
            all += weights[i];
            if (holds(i)) hit += weights[i];
        }
        return all > 0 ? hit / all : double.NaN;
    }
}
