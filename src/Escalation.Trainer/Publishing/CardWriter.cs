using System.Globalization;
using Escalation.Inference;
using Escalation.Inference.Evaluation;
using Escalation.Inference.Features;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;
using Escalation.Trainer.Learning;
using Microsoft.ML;

namespace Escalation.Trainer.Publishing;

/// <summary>The part of a card that depends on how rows were chosen.</summary>
internal sealed record CardDraft(
    IReadOnlyList<CardData> Data, string Split, string Learner, IReadOnlyList<CardMetrics> Metrics, IReadOnlyList<CardThreshold> Thresholds, IReadOnlyList<string> Limits)
{
    /// <summary>The measures of a model of teams.</summary>
    public IReadOnlyList<CardClassMetrics> ClassMetrics { get; init; } = [];

    /// <summary>What the rows were found wrong with.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Teams named on held-out rows; null of frustration.</summary>
    public ClassConfusion? Confusion { get; init; }

    /// <summary>How familiar held-out texts are to the model; null = not measured.</summary>
    public CardFamiliarity? Familiarity { get; init; }
}

/// <summary>Makes a model of a scorer and what is known about it.</summary>
internal static class CardWriter
{
    private const int DeviationTexts = 500;

    /// <summary>The model with its card and its ML.NET pipeline.</summary>
    /// <param name="exact">The scorer before its weights were rounded.</param>
    /// <param name="texts">Training texts: on the first 500 the rounding is measured, and their words tell what was learned.</param>
    /// <param name="draft">The rest of the card.</param>
    /// <param name="seed">For the card.</param>
    /// <param name="clock">For the card.</param>
    /// <param name="trials">trials.csv; null = there was no search.</param>
    /// <param name="trees">ML.NET's models of the scorer's trees, with their coefficients; null = it holds none.</param>
    public static TrainedModel Model(ScorerContent exact, IReadOnlyList<string> texts, CardDraft draft, int seed, TimeProvider clock, string? trials,
        IReadOnlyList<(TreeMember Member, double Coefficient)>? trees = null)
    {
        var content = exact.Rounded();
        var namesTeams = exact.Target == TeamModel.Target;
        var context = new MLContext(seed);
        var built = Task.Run(() => MlNetPipeline.Build(context, content, trees ?? []));
        var (wordsFor, wordsAgainst) = namesTeams ? ([], []) : TellingWords.Of(new FrustrationModel(content, default), texts);
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
            Calibration = exact.Outputs[0].Calibration,
            Threshold = exact.Threshold,
            Metrics = draft.Metrics,
            ClassMetrics = draft.ClassMetrics,
            Confusion = draft.Confusion,
            Thresholds = draft.Thresholds,
            WordsFor = wordsFor,
            WordsAgainst = wordsAgainst,
            Familiarity = draft.Familiarity,
            Warnings = draft.Warnings,
            ScorerDeviation = namesTeams ? OfTeams(exact, content, [.. texts.Take(DeviationTexts)]) : OfFrustration(exact, content, [.. texts.Take(DeviationTexts)]),
            Versions = ProgramVersions.All(),
            Limits =
            [
                .. draft.Limits,
                namesTeams ? "Text alone: no history, no product data. A team of few labels is named late." : "Text alone: no history, no voice, no picture. Sarcasm and polite anger are often missed.",
                $"Languages: {string.Join(", ", exact.Languages)}; other languages are not scored.",
                namesTeams ? "A likely team, never a verdict: below its bound it names none, and the rules route." : "A probability of a feeling, never a reason to refuse service.",
            ],
        };
        var (pipeline, inputs) = built.GetAwaiter().GetResult();
        return new TrainedModel(content, card, context, pipeline, inputs, trials);
    }

    /// <summary>By how much the scorer's probability of a text differs from that of the weights as they were learned.</summary>
    private static double OfFrustration(ScorerContent exact, ScorerContent rounded, string[] texts)
    {
        var (scorer, rows, calibration) = (rounded.ToScorer(), NgramRows.Build(texts, exact.Schema), exact.Outputs[0].Calibration);
        WeightedRows[] planes = [.. exact.Planes.Select(p => new WeightedRows(rows, p.Features))];
        var trees = exact.Trees is null ? null : new TreeScorer(exact.Schema, exact.Trees);
        return texts.Select((text, row) => Math.Abs(calibration.Probability(scorer.Score(text))
            - calibration.Probability(exact.Outputs[0].Bias + (trees?.Score(rows.Buckets(row)) ?? 0) + planes.Select((p, i) => p.Dot(row, exact.Planes[i].Heads[0])).Sum()))).Max();
    }

    private static double OfTeams(ScorerContent exact, ScorerContent rounded, string[] texts)
    {
        TeamModel floats = new(exact, default), served = new(rounded, default);
        double[] before = new double[exact.Outputs.Count], after = new double[exact.Outputs.Count];
        double largest = 0;
        foreach (var text in texts)
        {
            floats.Probabilities(text, before);
            served.Probabilities(text, after);
            for (var k = 0; k < before.Length; k++) largest = Math.Max(largest, Math.Abs(before[k] - after[k]));
        }
        return largest;
    }
}
