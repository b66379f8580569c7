using Escalation.Inference.Features;

namespace Escalation.Trainer;

/// <summary>What training may be told.</summary>
public sealed record TrainingOptions
{
    /// <summary>Splits, folds, resamples and ML.NET follow it: the same rows and seed give the same scorer, byte for byte.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Buckets = 2^bits, 10 to 24.</summary>
    public int Bits { get; init; } = FeatureSchema.DefaultBits;

    /// <summary>ISO 639-1 codes for the card; empty = those detected in enough rows, else en.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Licence of the data, for the card.</summary>
    public string Licence { get; init; } = "not stated";
}

/// <summary>How far training is.</summary>
/// <param name="Phase">What is being done, for people.</param>
/// <param name="Done">Steps done.</param>
/// <param name="Total">Steps in all.</param>
public sealed record TrainingProgress(string Phase, int Done, int Total);
