using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Inference.Scoring;

namespace Escalation.Inference;

/// <summary>A trained frustration model, ready to score.</summary>
/// <remarks>Immutable and thread-safe; scoring allocates nothing. Calibration: Platt scaling on out-of-fold scores, recorded in the card.</remarks>
public sealed class FrustrationModel : IFrustrationModel
{
    /// <summary>The target's name in folders, cards and commands.</summary>
    public const string Target = "frustration";

    private readonly LinearScorer scorer;
    private readonly Calibration calibration;
    private readonly string[] languages;

    /// <summary>A model from its parts.</summary>
    public FrustrationModel(ScorerContent content, ModelVersion version) : this(content, content.ToScorer(), version)
    {
    }

    private FrustrationModel(ScorerContent content, LinearScorer scorer, ModelVersion version)
    {
        Version = version;
        Threshold = content.Threshold;
        this.scorer = scorer;
        calibration = content.Outputs[0].Calibration;
        languages = [.. content.Languages];
    }

    /// <inheritdoc/>
    public ModelVersion Version { get; }

    /// <summary>The probability from which F1 is best, found out of fold; rules have their own thresholds.</summary>
    public double Threshold { get; }

    /// <summary>ISO 639-1 codes, in order.</summary>
    public IReadOnlyList<string> Languages => [.. languages.Order(StringComparer.Ordinal)];

    /// <summary>Reads a scorer.</summary>
    /// <exception cref="ModelFormatException">Missing, truncated, damaged, newer, or of another target.</exception>
    public static FrustrationModel Load(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(path, $"cannot be read ({e.Message})", "copy the model's folder again, or choose another with --model", e);
        }
        return Load(bytes, path);
    }

    /// <summary>Reads a scorer from memory.</summary>
    /// <param name="file">All bytes.</param>
    /// <param name="name">Where they come from, for errors.</param>
    /// <exception cref="ModelFormatException">Truncated, damaged, newer, or of another target.</exception>
    public static FrustrationModel Load(ReadOnlySpan<byte> file, string name)
    {
        var (content, scorer, version) = ScorerFile.ReadScorer(file, name);
        return content.Target == Target
            ? new FrustrationModel(content, scorer, version)
            : throw new ModelFormatException(name, $"predicts {content.Target}, not {Target}", "choose a model of the right target");
    }

    /// <inheritdoc/>
    public bool Supports(string language) => Array.IndexOf(languages, language) >= 0;

    /// <inheritdoc/>
    public float Score(ReadOnlySpan<char> text) => (float)calibration.Probability(scorer.Score(text));
}
