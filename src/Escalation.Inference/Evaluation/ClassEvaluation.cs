namespace Escalation.Inference.Evaluation;

/// <summary>All measures of one model of several classes on one set of rows.</summary>
/// <param name="N">Rows.</param>
/// <param name="Classes">Classes there are.</param>
/// <param name="Accuracy">Share of rows whose likeliest class is right, with its interval.</param>
/// <param name="MacroF1">Mean over the classes of F1.</param>
/// <param name="TopThree">Share of rows whose right class is among the three likeliest.</param>
/// <param name="LogLoss">Natural logarithm.</param>
/// <param name="Ece">Expected calibration error of the confidence, 15 bins.</param>
/// <param name="Bound">The confidence below which no class is named.</param>
/// <param name="Answered">Share of rows of which one is named.</param>
/// <param name="AccuracyAnswered">Accuracy among those.</param>
public sealed record ClassEvaluation(
    int N, int Classes, Interval Accuracy, Interval MacroF1, Interval TopThree, Interval LogLoss, double Ece, double Bound, Interval Answered, Interval AccuracyAnswered)
{
    private const double SmallestProbability = 1e-6;

    /// <summary>Measures probabilities against classes.</summary>
    /// <param name="probabilities">For each row one a class.</param>
    /// <param name="classes">Names, in the order of the probabilities.</param>
    /// <param name="truth">The right class of each row; may be one that the model does not know.</param>
    /// <param name="customers">For the clustered bootstrap; null keys are clusters of their own.</param>
    /// <param name="bound">The confidence below which no class is named.</param>
    /// <param name="seed">For the intervals.</param>
    public static ClassEvaluation Compute(
        IReadOnlyList<double[]> probabilities, IReadOnlyList<string> classes, IReadOnlyList<string> truth, IReadOnlyList<string?> customers, double bound, int seed)
    {
        int[] best = [.. probabilities.Select(p => Array.IndexOf(p, p.Max()))];
        var answers = new ClassAnswers([.. best.Select(k => classes[k])], [.. best.Select((k, i) => probabilities[i][k])], truth, bound);
        var places = classes.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        double[] losses = [.. truth.Select((t, i) => -Math.Log(Math.Max(SmallestProbability, places.TryGetValue(t, out var k) ? probabilities[i][k] : 0)))];
        double[] inThree = [.. truth.Select((t, i) => places.TryGetValue(t, out var k) && probabilities[i].Count(p => p > probabilities[i][k]) < 3 ? 1.0 : 0)];
        var clusters = Bootstrap.Clusters(customers);
        return new ClassEvaluation(truth.Count, classes.Count, Share(answers.Accuracy, truth.Count), Run(answers.MacroF1), Share(w => WeightedFigures.Mean(inThree, w), truth.Count), Run(w => WeightedFigures.Mean(losses, w)), answers.Ece(), bound, Share(answers.Answered, truth.Count), Share(answers.AccuracyAnswered, answers.Confidence.Count(c => c >= bound)));

        Interval Share(Func<double[], double> figure, int n) => Run(figure).OfShare(n);

        Interval Run(Func<double[], double> figure) => Bootstrap.Run(clusters, figure, seed);
    }
}
