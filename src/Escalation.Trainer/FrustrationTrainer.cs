using System.Globalization;
using Escalation.Core.Derived.Text;
using Escalation.Inference;
using Escalation.Inference.Evaluation;
using Escalation.Inference.Features;
using Escalation.Inference.MlNet;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Data;
using Escalation.Trainer.Evaluation;
using Escalation.Trainer.Learning;
using Microsoft.ML;

namespace Escalation.Trainer;

/// <summary>Trains the frustration model: holds out, cross-validates, calibrates, measures against baselines, trains again on all rows.</summary>
public sealed class FrustrationTrainer(TrainingOptions options, TimeProvider clock)
{
    private const int FoldCount = 5;
    private const int FewestOfAClass = 20;
    private const int DeviationTexts = 500;

    /// <summary>Trains on a source's rows.</summary>
    /// <param name="source">Rows without problems.</param>
    /// <param name="progress">Told after each step; may be null.</param>
    /// <param name="cancellation">Ends within one pass over the rows.</param>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was written.</exception>
    public TrainingOutcome Train(TrainingRows source, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var used = Duplicates.Remove([.. source.Rows.Where(r => !string.IsNullOrWhiteSpace(r.Text))]);
        var labels = used.Select(r => r.Positive).ToArray();
        var weights = used.Select(r => r.Weight).ToArray();
        var clusters = Bootstrap.Clusters([.. used.Select(r => r.CustomerId)]);
        var split = HoldOut.By(used, clusters, options.Seed);
        var positives = split.Train.Count(i => labels[i]);
        if (positives < FewestOfAClass || split.Train.Length - positives < FewestOfAClass)
            return new TrainingOutcome(null, string.Create(CultureInfo.InvariantCulture,
                $"{source.Name}: {positives} positive and {split.Train.Length - positives} negative rows to train on after removing duplicates and holding out; at least {FewestOfAClass} of each are needed"));

        var steps = new Steps(progress, FoldCount + 3);
        var rows = NgramRows.Build([.. used.Select(r => r.Text)], options.Bits, cancellation);
        steps.Done($"counted the n-grams of {rows.Count} texts");
        var learning = new LearningOptions(options.Seed);
        var validation = CrossValidation.Run(rows, Folds.By(split.Train, clusters, FoldCount, options.Seed), labels, weights, learning,
            k => steps.Done(string.Create(CultureInfo.InvariantCulture, $"fold {k + 1} of {FoldCount}")), cancellation);

        var measured = HeadBlend.Train(rows, split.Train, labels, weights, learning, cancellation);
        var metrics = Measure(measured, rows, used, split, validation);
        steps.Done("measured on the held-out rows");
        var final = HeadBlend.Train(rows, [.. Enumerable.Range(0, rows.Count)], labels, weights, learning, cancellation);
        steps.Done("trained on all rows");

        var languages = Languages(used);
        var schema = FeatureSchema.Current(options.Bits);
        var data = new CardData(source.Name, source.Sha256, source.Rows.Count, used.Count, labels.Count(l => l), options.Licence);
        var model = Assemble(final, validation, schema, languages, rows, used, new CardDraft([data], split.Description,
            string.Create(CultureInfo.InvariantCulture, $"{schema}; per weighting one ML.NET L-BFGS logistic regression (L1 0, L2 {learning.L2}, one thread); scores averaged; Platt scaling on {FoldCount}-fold out-of-fold scores by customer"),
            metrics, []));
        model.Tell(used, split, Array.ConvertAll(measured.Scores(rows, split.Test), validation.Calibration.Probability));
        return new TrainingOutcome(model, null);
    }

    internal TrainedModel Assemble(
        HeadBlend blend, CrossValidation validation, FeatureSchema schema, IReadOnlyList<string> languages, NgramRows rows, IReadOnlyList<LabelledText> texts, CardDraft draft)
    {
        var exact = blend.Fold(FrustrationModel.Target, schema, languages, validation.Calibration, validation.Threshold);
        var content = exact.Rounded();
        LinearScorer floatScorer = exact.ToScorer(), scorer = content.ToScorer();
        var deviation = texts.Take(DeviationTexts).Max(t =>
            Math.Abs(exact.Calibration.Probability(floatScorer.Score(t.Text)) - exact.Calibration.Probability(scorer.Score(t.Text))));
        var context = new MLContext(options.Seed);
        var view = new FeatureView(rows, blend.Features, [0], _ => false, _ => 1);
        var card = new ModelCard
        {
            Target = FrustrationModel.Target,
            Version = "",
            TrainedAt = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            Seed = options.Seed,
            Data = draft.Data,
            Split = draft.Split,
            Languages = languages,
            Features = schema,
            Learner = draft.Learner,
            Calibration = validation.Calibration,
            Threshold = validation.Threshold,
            Metrics = draft.Metrics,
            ScorerDeviation = deviation,
            Versions = ProgramVersions.All(),
            Limits =
            [
                .. draft.Limits,
                "Text alone: no history, no voice, no picture. Sarcasm and polite anger are often missed.",
                $"Languages: {string.Join(", ", languages)}; other languages are not scored.",
                "A probability of a feeling, never a reason to refuse service.",
            ],
        };
        return new TrainedModel(content, card, context, blend.ToPipeline(context, view, validation.Calibration), view.Schema);
    }

    private List<CardMetrics> Measure(HeadBlend blend, NgramRows rows, IReadOnlyList<LabelledText> used, HoldOut split, CrossValidation validation)
    {
        var truth = Array.ConvertAll(split.Test, i => used[i].Positive);
        var customers = Array.ConvertAll(split.Test, i => used[i].CustomerId);
        var baseRate = (double)split.Train.Count(i => used[i].Positive) / split.Train.Length;
        return
        [
            Metrics("this model, before training on all rows", Array.ConvertAll(blend.Scores(rows, split.Test), validation.Calibration.Probability), validation.Threshold),
            Metrics("baseline: logistic regression on idf", Array.ConvertAll(blend.Scores(rows, split.Test, Weighting.Idf), validation.IdfCalibration.Probability), validation.Threshold),
            Metrics("baseline: count of angry words", Array.ConvertAll(split.Test, i => LexiconBaseline.Score(used[i].Text)), 0.5),
            Metrics("baseline: the same probability for all", Array.ConvertAll(split.Test, _ => baseRate), 0.5),
            OutOfFold(used, validation),
        ];

        CardMetrics Metrics(string model, double[] probabilities, double threshold) =>
            new(model, "held-out rows", BinaryEvaluation.Compute(probabilities, truth, customers, threshold, options.Seed));
    }

    private CardMetrics OutOfFold(IReadOnlyList<LabelledText> used, CrossValidation validation) =>
        new("models of the folds", "training rows, out of fold (calibration and threshold were fitted here)", BinaryEvaluation.Compute(
            Array.ConvertAll(validation.Scores, validation.Calibration.Probability),
            Array.ConvertAll(validation.Rows, i => used[i].Positive),
            Array.ConvertAll(validation.Rows, i => used[i].CustomerId),
            validation.Threshold, options.Seed));

    private IReadOnlyList<string> Languages(IReadOnlyList<LabelledText> rows)
    {
        const int fewestRows = 200, fewestOfAClass = 30;
        if (options.Languages.Count > 0) return options.Languages;
        var found = rows.Select(r => (Language: LanguageDetector.Detect(r.Text), r.Positive)).Where(r => r.Language is not null).GroupBy(r => r.Language!)
            .Where(g => g.Count() >= fewestRows && g.Count(r => r.Positive) >= fewestOfAClass && g.Count(r => !r.Positive) >= fewestOfAClass)
            .Select(g => g.Key).Order(StringComparer.Ordinal).ToArray();
        return found.Length > 0 ? found : ["en"];
    }

    private sealed class Steps(IProgress<TrainingProgress>? progress, int total)
    {
        private int done;

        public void Done(string phase) => progress?.Report(new TrainingProgress(phase, ++done, total));
    }
}

/// <summary>The part of a card that depends on how rows were chosen.</summary>
internal sealed record CardDraft(IReadOnlyList<CardData> Data, string Split, string Learner, IReadOnlyList<CardMetrics> Metrics, IReadOnlyList<string> Limits);
