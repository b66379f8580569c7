using Escalation.Inference.Evaluation;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Learning;

namespace Escalation.Trainer.Evaluation;

/// <summary>Calibrated probabilities of teams by models that were not trained on the rows, and the bound found on these.</summary>
internal sealed class TeamValidation
{
    private const double Wanted = .8, FewestAnswered = .2, LowestBound = .5;
    private static readonly double[] Bounds = [.3, .4, .5, .6, .7, .8, .9];

    private readonly TrainingTask task;
    private readonly EnsemblePlan plan;

    public TeamValidation(EnsemblePlan plan, TrainingTask task)
    {
        (this.plan, this.task) = (plan, task);
        var calibration = new ClassCalibration(plan.Calibration.A, plan.Confidence);
        Probabilities = [.. plan.Rows.Select((_, i) =>
        {
            double[] row = [.. plan.Scores.Select(s => s[i])];
            calibration.Apply(row);
            return row;
        })];
        Bound = BoundOf();
    }

    /// <summary>The rows scored, ascending.</summary>
    public int[] Rows => plan.Rows;

    /// <summary>For each row one a team.</summary>
    public double[][] Probabilities { get; }

    /// <summary>
    /// The confidence below which no team is named: the lowest from which 8 of 10 answers are right, as long as one in five messages is answered,
    /// and never one that says less than "more likely than not".
    /// </summary>
    public double Bound { get; }

    /// <summary>What other bounds would give.</summary>
    public IReadOnlyList<CardThreshold> Thresholds()
    {
        double[] weights = [.. Rows.Select(r => (double)task.Weights[r])];
        double[] confidences = [.. Probabilities.Select(p => p.Max())];
        bool[] isRight = [.. Probabilities.Select((p, i) => Array.IndexOf(p, p.Max()) == task.Classes[Rows[i]])];
        return [.. Bounds.Append(Bound).Distinct().Order().Select(bound => new CardThreshold(bound == Bound ? "as served" : FormattableString.Invariant($"named from {bound:0.0}"), bound,
            WeightedShare.Of(weights, i => confidences[i] >= bound, _ => true),
            WeightedShare.Of(weights, i => isRight[i], i => confidences[i] >= bound),
            WeightedShare.Of(weights, i => isRight[i] && confidences[i] >= bound, _ => true)))];
    }

    private ClassAnswers Answers(double bound)
    {
        int[] best = [.. Probabilities.Select(p => Array.IndexOf(p, p.Max()))];
        return new ClassAnswers([.. best.Select(k => task.Outputs[k])], [.. best.Select((k, i) => Probabilities[i][k])], [.. Rows.Select(r => task.Outputs[task.Classes[r]])], bound);
    }

    private double BoundOf()
    {
        double[] weights = [.. Rows.Select(r => (double)task.Weights[r])];
        double[] confidences = [.. Probabilities.Select(p => Math.Round(p.Max(), 2)).Where(c => c >= LowestBound).Distinct().Order()];
        var last = LowestBound;
        foreach (var bound in confidences)
        {
            var answers = Answers(bound);
            if (answers.Answered(weights) < FewestAnswered) break;
            last = bound;
            if (answers.AccuracyAnswered(weights) >= Wanted) break;
        }
        return last;
    }
}
