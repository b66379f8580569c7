using Escalation.Core.Derived.Text;
using Escalation.Inference.Evaluation;
using Escalation.Inference.Features;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Data;
using Escalation.Trainer.Learning;

namespace Escalation.Trainer.Evaluation;

/// <summary>The one look at the held-out rows: the served scorer, the baselines that are always beside it, and slices.</summary>
internal static class HeldOutReport
{
    /// <summary>A slice of fewer rows of a class says nothing.</summary>
    private const int FewestOfAClass = 10;

    /// <summary>One linear model on words alone: what a good hour with any library gives.</summary>
    public static readonly MemberRecipe WordBaseline = new(Weighting.Idf, Learner.Dual, 3, 0, 0);

    /// <summary>Measures.</summary>
    /// <param name="content">The scorer, trained without the held-out rows, as it would be served.</param>
    /// <param name="used">All rows.</param>
    /// <param name="split">Which are held out.</param>
    /// <param name="validation">Out-of-fold probabilities and threshold.</param>
    /// <param name="rows">Counted n-grams.</param>
    /// <param name="task">Labels.</param>
    /// <param name="start">The model it started from; measured beside it.</param>
    /// <param name="search">Seed and rows of a bucket.</param>
    /// <param name="cancellation">Ends the training of the baseline.</param>
    public static List<CardMetrics> Make(ScorerContent content, IReadOnlyList<LabelledText> used, HoldOut split, Validation validation,
        NgramRows rows, TrainingTask task, BaseModel? start, SearchOptions search, CancellationToken cancellation)
    {
        var scorer = content.ToScorer();
        var own = Array.ConvertAll(split.Test, i => content.Outputs[0].Calibration.Probability(scorer.Score(used[i].Text)));
        var baseRate = (double)split.Train.Count(i => used[i].Positive) / split.Train.Length;
        List<CardMetrics> metrics =
        [
            Metrics("this model, before training on all rows", "held-out rows", split.Test, own, validation.Threshold),
            .. Baselines.Of(Array.ConvertAll(split.Test, i => used[i].Text), Words(split, rows, task, search, cancellation), baseRate).Select(b => Metrics(b.Name, "held-out rows", split.Test, b.Probabilities, 0.5)),
        ];
        if (start is not null)
        {
            var before = start.Content.ToScorer();
            metrics.Add(Metrics($"the model it started from: {start.Name}", "held-out rows", split.Test,
                Array.ConvertAll(split.Test, i => start.Content.Outputs[0].Calibration.Probability(before.Score(used[i].Text))), start.Content.Threshold));
        }
        metrics.Add(Metrics("models of the folds", "training rows, out of fold (chosen and calibrated here)", validation.Rows, validation.Probabilities, validation.Threshold));
        foreach (var slice in Slices(used, split.Test))
        {
            var places = Enumerable.Range(0, split.Test.Length).Where(i => slice.Holds(used[split.Test[i]])).ToArray();
            var positives = places.Count(i => used[split.Test[i]].Positive);
            if (positives < FewestOfAClass || places.Length - positives < FewestOfAClass) continue;
            metrics.Add(Metrics("this model, before training on all rows", "held-out rows, " + slice.Name,
                Array.ConvertAll(places, i => split.Test[i]), Array.ConvertAll(places, i => own[i]), validation.Threshold));
        }
        return metrics;

        CardMetrics Metrics(string model, string on, int[] which, double[] probabilities, double threshold) => new(model, on, BinaryEvaluation.Compute(
            probabilities, Array.ConvertAll(which, i => used[i].Positive), Array.ConvertAll(which, i => used[i].CustomerId), threshold, search.Seed, Array.ConvertAll(which, i => used[i].Weight)));
    }

    private static double[] Words(HoldOut split, NgramRows rows, TrainingTask task, SearchOptions search, CancellationToken cancellation)
    {
        var data = new WeightedRows(rows, FeatureWeighting.Fit(rows, split.Train, r => task.Classes[r], task.ClassCount, WordBaseline.Weighting, search.MinimumRows));
        var head = task.Train(data, split.Train, WordBaseline, search.Seed, cancellation).Heads[0];
        return Array.ConvertAll(split.Test, row => Calibration.Identity.Probability(head.Bias + data.Dot(row, head.Weights)));
    }

    private static IEnumerable<(string Name, Func<LabelledText, bool> Holds)> Slices(IReadOnlyList<LabelledText> used, int[] test)
    {
        yield return ("under 60 characters", r => r.Text.Length < 60);
        yield return ("60 to 199 characters", r => r.Text.Length is >= 60 and < 200);
        yield return ("200 characters and more", r => r.Text.Length >= 200);
        foreach (var channel in Values(r => r.Channel)) yield return ($"channel {channel}", r => r.Channel == channel);
        foreach (var tier in Values(r => r.Tier)) yield return ($"tier {tier}", r => r.Tier == tier);
        foreach (var language in Values(r => LanguageDetector.Detect(r.Text))) yield return ($"language {language}", r => LanguageDetector.Detect(r.Text) == language);

        // One value only is no slice.
        string[] Values(Func<LabelledText, string?> of) =>
            test.Select(i => of(used[i])).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToArray() is { Length: > 1 } values ? values : [];
    }
}
