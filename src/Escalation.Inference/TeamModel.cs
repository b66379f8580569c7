using System.Collections.Frozen;
using Escalation.Core.Decisions;
using Escalation.Core.Derived;
using Escalation.Inference.Scoring;

namespace Escalation.Inference;

/// <summary>A trained team model: which team a message is for, how sure that is, and whether it is sure enough to say.</summary>
/// <remarks>Immutable and thread-safe; scoring allocates nothing. Calibration: see <see cref="ClassCalibration"/>.</remarks>
public sealed class TeamModel : ITeamModel
{
    /// <summary>The target's name in folders, cards and commands.</summary>
    public const string Target = "team";

    private readonly ClassScorer scorer;
    private readonly string[] teams;
    private readonly FrozenSet<string> languages;
    private readonly ClassCalibration calibration;

    /// <summary>A model from its parts.</summary>
    public TeamModel(ScorerContent content, ModelVersion version)
    {
        Version = version;
        scorer = new ClassScorer(content);
        teams = [.. content.Outputs.Select(o => o.Name)];
        calibration = ClassCalibration.Of(content);
        Bound = content.Threshold;
        languages = content.Languages.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public ModelVersion Version { get; }

    /// <summary>The confidence below which it names no team.</summary>
    public double Bound { get; }

    /// <summary>Every team that it may name, in order.</summary>
    public IReadOnlyList<string> Teams => teams;

    /// <summary>Reads a scorer from memory.</summary>
    /// <param name="file">All bytes.</param>
    /// <param name="name">Where they come from, for errors.</param>
    /// <exception cref="ModelFormatException">Truncated, damaged, newer, or of another target.</exception>
    public static TeamModel Load(ReadOnlySpan<byte> file, string name)
    {
        var (content, version) = ScorerFile.Read(file, name);
        return content.Target == Target
            ? new TeamModel(content, version)
            : throw new ModelFormatException(name, $"predicts {content.Target}, not {Target}", "choose a model of the right target");
    }

    /// <inheritdoc/>
    public bool Supports(string language) => languages.Contains(language);

    (string? Team, float Confidence) ITeamModel.Predict(ReadOnlySpan<char> text)
    {
        var found = Predict(text);
        return (found.IsUnsure ? null : found.First.Team, (float)found.First.Confidence);
    }

    /// <summary>The three likeliest teams.</summary>
    /// <param name="text">The message as scored.</param>
    public TeamPrediction Predict(ReadOnlySpan<char> text)
    {
        Span<double> probabilities = stackalloc double[teams.Length];
        Probabilities(text, probabilities);
        return Best(probabilities);
    }

    /// <summary>The probability of every team, in the order of <see cref="Teams"/>.</summary>
    /// <param name="text">The message as scored.</param>
    /// <param name="probabilities">As long as <see cref="Teams"/>.</param>
    public void Probabilities(ReadOnlySpan<char> text, Span<double> probabilities)
    {
        Span<float> scores = stackalloc float[teams.Length];
        scorer.Score(text, scores);
        for (var k = 0; k < scores.Length; k++) probabilities[k] = scores[k];
        calibration.Apply(probabilities);
    }

    private TeamPrediction Best(ReadOnlySpan<double> scores)
    {
        Span<int> best = [-1, -1, -1];
        for (var k = 0; k < scores.Length; k++)
        {
            var place = best.Length;
            while (place > 0 && (best[place - 1] < 0 || scores[k] > scores[best[place - 1]])) place--;
            for (var i = best.Length - 1; i > place; i--) best[i] = best[i - 1];
            if (place < best.Length) best[place] = k;
        }
        var first = Guess(scores, best[0]);
        return new TeamPrediction(first, Guess(scores, best[1]), Guess(scores, best[2]), first.Confidence < Bound);
    }

    private TeamGuess Guess(ReadOnlySpan<double> scores, int team) => team < 0 ? default : new TeamGuess(teams[team], scores[team]);
}

/// <summary>One team.</summary>
/// <param name="Team">An id of teams.json, or a specialty; null where there are fewer teams than asked for.</param>
/// <param name="Confidence">Calibrated probability, 0 to 1.</param>
public readonly record struct TeamGuess(string? Team, double Confidence);

/// <summary>What the model says of a message.</summary>
/// <param name="First">The likeliest team.</param>
/// <param name="Second">The next.</param>
/// <param name="Third">The one after.</param>
/// <param name="IsUnsure">Its confidence is below the model's bound: nothing is predicted.</param>
public readonly record struct TeamPrediction(TeamGuess First, TeamGuess Second, TeamGuess Third, bool IsUnsure);
