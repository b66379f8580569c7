using Escalation.Inference.Features;

namespace Escalation.Inference.Scoring;

/// <summary>What scorer.bin holds: all that decides a probability.</summary>
/// <param name="Target">What is predicted: <c>frustration</c>.</param>
/// <param name="Schema">The features.</param>
/// <param name="Languages">ISO 639-1 codes that the model may be asked for.</param>
/// <param name="Calibration">From score to probability.</param>
/// <param name="Threshold">The probability from which F1 is best, found out of fold.</param>
/// <param name="Bias">Score of a text without a known n-gram.</param>
/// <param name="Features">Feature weights, one a bucket.</param>
/// <param name="IdfHead">Learned weights, one a bucket.</param>
/// <param name="NaiveBayesHead">Learned weights, one a bucket.</param>
public sealed record ScorerContent(
    string Target, FeatureSchema Schema, IReadOnlyList<string> Languages, Calibration Calibration, double Threshold, float Bias,
    FeatureWeights Features, float[] IdfHead, float[] NaiveBayesHead)
{
    /// <summary>The same with learned weights and bias as the file can hold them.</summary>
    public ScorerContent Rounded() => this with
    {
        IdfHead = Array.ConvertAll(IdfHead, Bfloat16.Round),
        NaiveBayesHead = Array.ConvertAll(NaiveBayesHead, Bfloat16.Round),
    };

    /// <summary>The scorer for these weights.</summary>
    public LinearScorer ToScorer() => new(Features, IdfHead, NaiveBayesHead, Bias);
}
