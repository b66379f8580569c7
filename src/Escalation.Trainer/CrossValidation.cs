using Escalation.Inference.Evaluation;
using Escalation.Inference.Features;
using Escalation.Inference.MlNet;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Learning;

namespace Escalation.Trainer;

/// <summary>Scores of rows by models that were not trained on them, and what is fitted to these scores.</summary>
/// <param name="Rows">The row numbers, ascending.</param>
/// <param name="Scores">The blend's score of each.</param>
/// <param name="IdfScores">The idf head's own score of each: the baseline.</param>
/// <param name="Calibration">Fitted to <paramref name="Scores"/>.</param>
/// <param name="IdfCalibration">Fitted to <paramref name="IdfScores"/>.</param>
/// <param name="Threshold">The calibrated probability of the best F1.</param>
internal sealed record CrossValidation(
    int[] Rows, double[] Scores, double[] IdfScores, Calibration Calibration, Calibration IdfCalibration, double Threshold)
{
    /// <summary>Trains on all folds but one, scores that one, for each.</summary>
    public static CrossValidation Run(
        NgramRows rows, int[][] folds, IReadOnlyList<bool> labels, IReadOnlyList<float> weights, LearningOptions options, Action<int> foldDone, CancellationToken cancellation)
    {
        var score = new double[rows.Count];
        var idfScore = new double[rows.Count];
        var all = folds.SelectMany(f => f).Order().ToArray();
        for (var k = 0; k < folds.Length; k++)
        {
            var blend = HeadBlend.Train(rows, [.. all.Except(folds[k])], labels, weights, options, cancellation);
            var scores = blend.Scores(rows, folds[k]);
            var idfScores = blend.Scores(rows, folds[k], Weighting.Idf);
            for (var i = 0; i < folds[k].Length; i++) (score[folds[k][i]], idfScore[folds[k][i]]) = (scores[i], idfScores[i]);
            foldDone(k);
        }
        var own = Array.ConvertAll(all, i => score[i]);
        var idf = Array.ConvertAll(all, i => idfScore[i]);
        var truth = Array.ConvertAll(all, i => labels[i]);
        var weight = Array.ConvertAll(all, i => weights[i]);
        var calibration = PlattScaling.Fit(own, truth, weight);
        var threshold = BinaryMetrics.BestThreshold(Array.ConvertAll(own, calibration.Probability), truth).Threshold;
        return new CrossValidation(all, own, idf, calibration, PlattScaling.Fit(idf, truth, weight), threshold);
    }
}
