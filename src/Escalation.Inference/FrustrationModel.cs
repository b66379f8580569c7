using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Inference.Features;
using Escalation.Inference.Registry;
using Escalation.Inference.Scoring;

namespace Escalation.Inference;

/// <summary>A trained frustration model, ready to score.</summary>
/// <remarks>Immutable and thread-safe; scoring allocates nothing. Calibration: Platt scaling on out-of-fold scores, recorded in the card.</remarks>
public sealed class FrustrationModel : IFrustrationModel
{
    /// <summary>The target's name in folders, cards and commands.</summary>
    public const string Target = "frustration";

    private const int MostPhrases = 12;
    private readonly TextScorer scorer;
    private readonly Calibration calibration;
    private readonly string[] languages;

    /// <summary>A model from its parts.</summary>
    public FrustrationModel(ScorerContent content, ModelVersion version) : this(content, content.ToScorer(), version)
    {
    }

    private FrustrationModel(ScorerContent content, TextScorer scorer, ModelVersion version)
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
    public static FrustrationModel Load(string path) => Load(ModelFile.Bytes(path), path);

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

    /// <inheritdoc/>
    /// <remarks>A text is read up to <see cref="NgramEnumerator.LongestRead"/>, as for its score.</remarks>
    public TextExplanation Explain(ReadOnlySpan<char> text)
    {
        var shares = scorer.Shares(text, calibration.A);
        var phrases = Phrases.Of(shares);
        phrases.Sort((a, b) => Math.Abs(b.Contribution).CompareTo(Math.Abs(a.Contribution)) is var order and not 0 ? order : a.Start.CompareTo(b.Start));
        var others = shares.Unplaced;
        for (var i = MostPhrases; i < phrases.Count; i++) others += phrases[i].Contribution;
        return new TextExplanation(LogOdds(scorer.Score(text)), LogOdds(scorer.Bias), phrases.Take(MostPhrases).ToArray(), others);
    }

    private double LogOdds(double score) => (calibration.A * score) + calibration.B;
}
