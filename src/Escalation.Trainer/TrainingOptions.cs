using Escalation.Inference.Features;
using Escalation.Trainer.Search;

namespace Escalation.Trainer;

/// <summary>What training may be told.</summary>
public sealed record TrainingOptions
{
    /// <summary>Splits, folds, resamples, tuner and learners follow it: the same rows, seed and number of trials give the same scorer, byte for byte.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>See <see cref="FeatureSchema.Bits"/>; 10 to 24.</summary>
    public int Bits { get; init; } = FeatureSchema.DefaultBits;

    /// <summary>ISO 639-1 codes for the card; empty = those detected in enough rows, else en.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Licence of the data, for the card.</summary>
    public string Licence { get; init; } = "not stated";

    /// <summary>When the search ends.</summary>
    public ExperimentLimits Limits { get; init; } = new();

    /// <summary>Where trials are kept while the search runs, so that a killed one can go on; null = in memory.</summary>
    public string? WorkFolder { get; init; }

    /// <summary>Whether the trials of an earlier run in <see cref="WorkFolder"/> count; it must have had the same rows and options.</summary>
    public bool IsResumed { get; init; }

    /// <summary>The model to start from: it joins the ensemble where that helps; null = from nothing.</summary>
    /// <remarks>Its own training rows must not be among those trained on: it would be believed too much.</remarks>
    public StartingModel? Start { get; init; }
}

/// <summary>A model to start from.</summary>
/// <param name="Name">For the card.</param>
/// <param name="Content">Its scorer.</param>
public sealed record StartingModel(string Name, Inference.Scoring.ScorerContent Content);

/// <summary>How far training is.</summary>
/// <param name="Phase">What is being done, for people.</param>
/// <param name="Done">Steps done.</param>
/// <param name="Total">Steps in all.</param>
public sealed record TrainingProgress(string Phase, int Done, int Total);
