using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>What scorer.bin holds: all that decides a probability.</summary>
/// <param name="Target">What is predicted: <c>frustration</c> or <c>team</c>.</param>
/// <param name="Schema">The features.</param>
/// <param name="Languages">ISO 639-1 codes that the model may be asked for.</param>
/// <param name="Threshold">Frustration: the probability from which F1 is best, found out of fold. Team: the confidence below which the model abstains.</param>
/// <param name="Outputs">One for frustration; one a team, in order of their names.</param>
/// <param name="Planes">At most <see cref="MostPlanes"/>; the score of an output is the sum over planes and blocks.</param>
public sealed record ScorerContent(
    string Target, FeatureSchema Schema, IReadOnlyList<string> Languages, double Threshold, IReadOnlyList<ScorerOutput> Outputs, IReadOnlyList<ScorerPlane> Planes)
{
    /// <summary>Planes that one scorer may hold: (weight x value, value^2) of four stand in 32 bytes a bucket.</summary>
    public const int MostPlanes = 4;

    /// <summary>Trees whose score is added, for a scorer of one output; null = none.</summary>
    public TreeTable? Trees { get; init; }

    /// <summary>From the soft maximum to the confidence in the likeliest of several outputs; null = as it is.</summary>
    public ConfidenceCalibration? Confidence { get; init; }

    /// <summary>The same as the file can hold it.</summary>
    public ScorerContent Rounded() => this with { Planes = [.. Planes.Select(p => p.Rounded())] };

    /// <summary>The scorer of the first output.</summary>
    public TextScorer ToScorer() => new(Schema, new LinearScorer(this), Trees);
}

/// <summary>One number that a scorer gives.</summary>
/// <param name="Name">The target, or the team.</param>
/// <param name="Bias">Score of a text without a known n-gram.</param>
/// <param name="Calibration">From score to probability; of several outputs only the slope, the same for all.</param>
public sealed record ScorerOutput(string Name, float Bias, Calibration Calibration);

/// <summary>One weighting and what was learned over it.</summary>
/// <param name="Features">Feature weights, one a bucket.</param>
/// <param name="Heads">For each output learned weights, one a bucket.</param>
public sealed record ScorerPlane(FeaturePlane Features, IReadOnlyList<float[]> Heads)
{
    /// <summary>The same with feature weights whose squares, and learned weights whose products with them, are exactly bfloat16s.</summary>
    internal ScorerPlane Rounded()
    {
        var values = Array.ConvertAll(Features.Values, Bfloat16.RoundBySquare);
        return new ScorerPlane(Features with { Values = values }, [.. Heads.Select(head =>
            head.Select((w, i) => values[i] == 0 ? 0 : Bfloat16.Round(w * values[i]) / values[i]).ToArray())]);
    }
}
