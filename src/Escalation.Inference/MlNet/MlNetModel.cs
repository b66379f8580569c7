using System.Globalization;
using Escalation.Inference.Features;
using Escalation.Inference.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Escalation.Inference.MlNet;

/// <summary>model.zip: the ML.NET pipeline that scorer.bin was compiled from. Reads the features, writes Score and Probability; of several teams Score0, Score1 and so on, in order of their names.</summary>
/// <remarks>For exchange and for checking the scorer, not for serving: 13 times slower. Not thread-safe.</remarks>
public sealed class MlNetModel
{
    private readonly ITransformer pipeline;

    private MlNetModel(ITransformer pipeline)
    {
        this.pipeline = pipeline;
    }

    /// <summary>Reads model.zip.</summary>
    /// <exception cref="ModelFormatException">Missing, truncated, damaged, or written by a newer ML.NET.</exception>
    public static MlNetModel Load(string path)
    {
        var context = new MLContext(1);
        try
        {
            using var file = File.OpenRead(path);
            return new MlNetModel(context.Model.Load(file, out _));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // ML.NET reports a damaged archive with whatever exception its readers happen to meet.
            var reason = (e.InnerException ?? e).Message;
            throw new ModelFormatException(path, $"cannot be read as an ML.NET model ({reason})",
                "copy the model's folder again, or train the model again; if it came from a newer version, upgrade the program", e);
        }
    }

    /// <summary>Calibrated probabilities of texts, featurized with the weights that scorer.bin holds.</summary>
    public float[] Probabilities(IReadOnlyList<string> texts, ScorerContent content)
    {
        var rows = NgramRows.Build(texts, content.Schema);
        var view = FeatureView.Of(rows, content);
        return [.. pipeline.Transform(view).GetColumn<float>("Probability")];
    }

    /// <summary>The column with the score of an output of several, counted from 0.</summary>
    public static string ScoreOf(int output) => string.Create(CultureInfo.InvariantCulture, $"Score{output}");

    /// <summary>Largest difference between this pipeline's probabilities and those of a scorer, on texts.</summary>
    public double LargestDifference(IReadOnlyList<string> texts, ScorerContent content) => content.Outputs.Count > 1 ? OfClasses(texts, content) : OfOne(texts, content);

    private double OfOne(IReadOnlyList<string> texts, ScorerContent content)
    {
        var mine = Probabilities(texts, content);
        var scorer = content.ToScorer();
        double largest = 0;
        for (var i = 0; i < mine.Length; i++)
            largest = Math.Max(largest, Math.Abs(mine[i] - content.Outputs[0].Calibration.Probability(scorer.Score(texts[i]))));
        return largest;
    }

    private double OfClasses(IReadOnlyList<string> texts, ScorerContent content)
    {
        var mine = pipeline.Transform(FeatureView.Of(NgramRows.Build(texts, content.Schema), content));
        var scores = Array.ConvertAll([.. Enumerable.Range(0, content.Outputs.Count)], k => mine.GetColumn<float>(ScoreOf(k)).ToArray());
        var (model, calibration) = (new TeamModel(content, default), ClassCalibration.Of(content));
        var (its, probabilities) = (new double[scores.Length], new double[scores.Length]);
        double largest = 0;
        for (var i = 0; i < texts.Count; i++)
        {
            for (var k = 0; k < its.Length; k++) its[k] = scores[k][i];
            calibration.Apply(its);
            model.Probabilities(texts[i], probabilities);
            for (var k = 0; k < its.Length; k++) largest = Math.Max(largest, Math.Abs(its[k] - probabilities[k]));
        }
        return largest;
    }
}
