using System.Globalization;
using Escalation.Inference.Features;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Learning;
using Microsoft.ML;

namespace Escalation.Trainer.Publishing;

/// <summary>The part of a card that depends on how rows were chosen.</summary>
internal sealed record CardDraft(
    IReadOnlyList<CardData> Data, string Split, string Learner, IReadOnlyList<CardMetrics> Metrics, IReadOnlyList<CardThreshold> Thresholds, IReadOnlyList<string> Limits);

/// <summary>Makes a model of a scorer and what is known about it.</summary>
internal static class CardWriter
{
    private const int DeviationTexts = 500;

    /// <summary>The model with its card and its ML.NET pipeline.</summary>
    /// <param name="exact">The scorer before its weights were rounded.</param>
    /// <param name="texts">Training texts: on the first 500 the rounding is measured.</param>
    /// <param name="draft">The rest of the card.</param>
    /// <param name="seed">For the card.</param>
    /// <param name="clock">For the card.</param>
    /// <param name="trials">trials.csv; null = there was no search.</param>
    public static TrainedModel Model(ScorerContent exact, IReadOnlyList<string> texts, CardDraft draft, int seed, TimeProvider clock, string? trials)
    {
        var content = exact.Rounded();
        var calibration = exact.Outputs[0].Calibration;
        var card = new ModelCard
        {
            Target = exact.Target,
            Version = "",
            TrainedAt = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            Seed = seed,
            Data = draft.Data,
            Split = draft.Split,
            Languages = exact.Languages,
            Features = exact.Schema,
            Learner = draft.Learner,
            Calibration = calibration,
            Threshold = exact.Threshold,
            Metrics = draft.Metrics,
            Thresholds = draft.Thresholds,
            ScorerDeviation = Deviation(exact, content.ToScorer(), [.. texts.Take(DeviationTexts)]),
            Versions = ProgramVersions.All(),
            Limits =
            [
                .. draft.Limits,
                "Text alone: no history, no voice, no picture. Sarcasm and polite anger are often missed.",
                $"Languages: {string.Join(", ", exact.Languages)}; other languages are not scored.",
                "A probability of a feeling, never a reason to refuse service.",
            ],
        };
        var context = new MLContext(seed);
        var (pipeline, inputs) = MlNetPipeline.Build(context, content);
        return new TrainedModel(content, card, context, pipeline, inputs, trials);
    }

    /// <summary>By how much the scorer's probability of a text differs from that of the weights as they were learned.</summary>
    private static double Deviation(ScorerContent exact, LinearScorer scorer, IReadOnlyList<string> texts)
    {
        var (rows, calibration) = (NgramRows.Build(texts, exact.Schema), exact.Outputs[0].Calibration);
        WeightedRows[] planes = [.. exact.Planes.Select(p => new WeightedRows(rows, p.Features))];
        return texts.Select((text, row) => Math.Abs(calibration.Probability(scorer.Score(text))
            - calibration.Probability(exact.Outputs[0].Bias + planes.Select((p, i) => p.Dot(row, exact.Planes[i].Heads[0])).Sum()))).Max();
    }
}
