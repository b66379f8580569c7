using Escalation.Inference.Evaluation;
using Escalation.Inference.Features;
using Escalation.Inference.Scoring;

namespace Escalation.Inference.Registry;

/// <summary>What a model was trained on, how it was measured, and what it must not be used for: card.json.</summary>
/// <remarks>Written once, beside the scorer; it explains, and decides nothing.</remarks>
public sealed record ModelCard
{
    /// <summary>What is predicted: <c>frustration</c> or <c>team</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The model version, 64 hex digits.</summary>
    public required string Version { get; init; }

    /// <summary>When it was trained, RFC 3339.</summary>
    public required string TrainedAt { get; init; }

    /// <summary>Seed of folds, splits and resamples.</summary>
    public required int Seed { get; init; }

    /// <summary>The training data.</summary>
    public required IReadOnlyList<CardData> Data { get; init; }

    /// <summary>How rows were held out.</summary>
    public required string Split { get; init; }

    /// <summary>ISO 639-1 codes that the model may be asked for.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>The features.</summary>
    public required FeatureSchema Features { get; init; }

    /// <summary>How the heads were trained and joined.</summary>
    public required string Learner { get; init; }

    /// <summary>From score to probability, fitted out of fold.</summary>
    public required Calibration Calibration { get; init; }

    /// <summary>Frustration: the probability of the best F1, found out of fold. Team: the confidence below which none is named.</summary>
    public required double Threshold { get; init; }

    /// <summary>Measured on rows that the measured model had not seen, with 95 % intervals.</summary>
    public required IReadOnlyList<CardMetrics> Metrics { get; init; }

    /// <summary>The same of a model of teams.</summary>
    public IReadOnlyList<CardClassMetrics> ClassMetrics { get; init; } = [];

    /// <summary>Which team a model of teams named on the held-out rows where which was right; null of frustration, and in older cards.</summary>
    public ClassConfusion? Confusion { get; init; }

    /// <summary>Thresholds by cost and by capacity, from out-of-fold probabilities.</summary>
    public IReadOnlyList<CardThreshold> Thresholds { get; init; } = [];

    /// <summary>Words and phrases that speak most for it, on average over training texts that hold them; the strongest first.</summary>
    public IReadOnlyList<CardWord> WordsFor { get; init; } = [];

    /// <summary>Those that speak most against it.</summary>
    public IReadOnlyList<CardWord> WordsAgainst { get; init; } = [];

    /// <summary>How familiar texts like those of training are to it: the usual share of n-grams known, and below which texts look foreign; null in older cards.</summary>
    public CardFamiliarity? Familiarity { get; init; }

    /// <summary>Largest difference of a probability by rounding learned weights to bfloat16, on training texts; model.zip holds the rounded ones.</summary>
    public required double ScorerDeviation { get; init; }

    /// <summary>Packages and program that trained it.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>What training found wrong with its rows: columns and words that tell the label, texts labelled both ways, rows left out; see <see cref="CardWarnings"/> for what its figures add.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What it was not made for.</summary>
    public required IReadOnlyList<string> Limits { get; init; }
}

/// <summary>One set of training rows.</summary>
/// <param name="Name">File name or source.</param>
/// <param name="Sha256">Of the file's bytes, or of the rows.</param>
/// <param name="Rows">Rows read.</param>
/// <param name="Used">Rows after removing exact duplicates.</param>
/// <param name="Positives">Positive rows among them.</param>
/// <param name="Licence">Licence and attribution; as stated by whoever trained.</param>
public sealed record CardData(string Name, string Sha256, int Rows, int Used, int Positives, string Licence)
{
    /// <summary>Rows by how their label came about; empty where that is not told.</summary>
    public IReadOnlyList<CardLabels> Labels { get; init; } = [];
}

/// <summary>Labels of one kind.</summary>
/// <param name="Source">How they came about: <c>agent</c> = feedback on what was shown, <c>audit</c> = drawn blind, <c>review</c>, <c>import</c>, <c>generated</c>.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Positives">Positive rows among them.</param>
/// <param name="StandFor">Messages that they stand for: a drawn one weighs the inverse of its chance.</param>
public sealed record CardLabels(string Source, int Rows, int Positives, double StandFor);

/// <summary>A word or phrase of training texts.</summary>
/// <param name="Text">In lower case.</param>
/// <param name="Contribution">Mean contribution to the log-odds.</param>
/// <param name="Texts">Training texts looked at that hold it.</param>
public sealed record CardWord(string Text, double Contribution, int Texts);

/// <summary>Shares of n-grams that the model knows.</summary>
/// <param name="Usual">Mean over texts that it was not trained on, of the same kind as those that it was.</param>
/// <param name="Foreign">Below this mean share a site's texts look foreign: the model is weak on them until retrained.</param>
public sealed record CardFamiliarity(double Usual, double Foreign);

/// <summary>Measures of one model of teams on one set of rows.</summary>
/// <param name="Model">The model itself, or a baseline.</param>
/// <param name="MeasuredOn">Which rows.</param>
/// <param name="Evaluation">The measures.</param>
public sealed record CardClassMetrics(string Model, string MeasuredOn, ClassEvaluation Evaluation);

/// <summary>Measures of one model on one set of rows.</summary>
/// <param name="Model">The model itself, or a baseline.</param>
/// <param name="MeasuredOn">Which rows.</param>
/// <param name="Evaluation">The measures.</param>
public sealed record CardMetrics(string Model, string MeasuredOn, BinaryEvaluation Evaluation);

/// <summary>One choice of a threshold.</summary>
/// <param name="When">For whom: what a miss costs, or how much people can take.</param>
/// <param name="Threshold">The probability from which a message is called.</param>
/// <param name="Called">Share of messages called.</param>
/// <param name="Precision">Share of the called that are positive.</param>
/// <param name="Recall">Share of the positive that are called.</param>
public sealed record CardThreshold(string When, double Threshold, Interval Called, Interval Precision, Interval Recall);
