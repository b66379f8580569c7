using System.Globalization;
using Escalation.Inference.Features;
using Escalation.Inference.MlNet;
using Escalation.Inference.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Escalation.Trainer.Learning;

/// <summary>Heads over the same features, joined by fixed coefficients: score = offset + sum of coefficient x head score. Itself linear.</summary>
internal sealed class HeadBlend(FeatureWeights features, IReadOnlyList<(Head Head, float Coefficient)> heads, float offset = 0)
{
    public FeatureWeights Features => features;

    /// <summary>The idf and the naive Bayes head of one set of rows, averaged.</summary>
    /// <remarks>Both train at once, each on one thread, so that two cores give the same bits as one.</remarks>
    public static HeadBlend Train(NgramRows rows, int[] selected, IReadOnlyList<bool> labels, IReadOnlyList<float> weights, LearningOptions options, CancellationToken cancellation)
    {
        var features = FeatureWeighting.Fit(rows, selected, i => labels[i], options.MinimumRows);
        return Train(rows, features, selected, labels, weights, options, cancellation);
    }

    /// <summary>The same over given feature weights.</summary>
    public static HeadBlend Train(
        NgramRows rows, FeatureWeights features, int[] selected, IReadOnlyList<bool> labels, IReadOnlyList<float> weights, LearningOptions options, CancellationToken cancellation)
    {
        var view = new FeatureView(rows, features, selected, i => labels[i], i => weights[i], cancellation);
        var heads = new Head[2];
        Weighting[] weightings = [Weighting.Idf, Weighting.NaiveBayes];
        try
        {
            Parallel.For(0, heads.Length, i => heads[i] = Head.Train(new MLContext(options.Seed), view, weightings[i], options.L2));
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.Any(inner => inner is OperationCanceledException))
        {
            throw new OperationCanceledException(cancellation);
        }
        return new HeadBlend(features, [.. heads.Select(h => (h, 1f / heads.Length))]);
    }

    /// <summary>Scores of some rows.</summary>
    public double[] Scores(NgramRows rows, int[] selected) =>
        Array.ConvertAll(selected, new RowScorer(this, rows).Score);

    /// <summary>One head's own scores of some rows.</summary>
    public double[] Scores(NgramRows rows, int[] selected, Weighting weighting)
    {
        var buffer = new float[rows.Widest];
        var head = heads.First(h => h.Head.Weighting == weighting).Head;
        return Array.ConvertAll(selected, row => (double)head.Score(rows, row, features, buffer));
    }

    /// <summary>Several blends over the same features as one, each scaled and shifted.</summary>
    public static HeadBlend Join(IReadOnlyList<(HeadBlend Blend, float Scale)> parts, float offset) =>
        new(parts[0].Blend.Features, [.. parts.SelectMany(p => p.Blend.Heads.Select(h => (h.Head, h.Coefficient * p.Scale)))],
            offset + parts.Sum(p => p.Scale * p.Blend.Offset));

    /// <summary>The one linear scorer that gives the same scores.</summary>
    public ScorerContent Fold(string target, FeatureSchema schema, IReadOnlyList<string> languages, Calibration calibration, double threshold)
    {
        float[] idf = new float[schema.Buckets], ratio = new float[schema.Buckets];
        var bias = offset;
        foreach (var (head, coefficient) in heads)
        {
            var target0 = head.Weighting == Weighting.Idf ? idf : ratio;
            for (var i = 0; i < target0.Length; i++) target0[i] += coefficient * head.Weights[i];
            bias += coefficient * head.Bias;
        }
        return new ScorerContent(target, schema, languages, calibration, threshold, bias, features, idf, ratio);
    }

    /// <summary>The ML.NET pipeline that gives the same scores: every head, their weighted sum, Platt scaling.</summary>
    public ITransformer ToPipeline(MLContext context, IDataView view, Calibration calibration)
    {
        var stages = new List<ITransformer>();
        var scores = heads.Select((_, i) => $"Score{i}").ToArray();
        var data = view;
        for (var i = 0; i < heads.Count; i++)
        {
            Append(heads[i].Head.Transformer);
            Append(context.Transforms.CopyColumns(scores[i], "Score").Fit(data));
        }
        // ML.NET's expressions take at most five inputs, so that the sum grows head by head.
        Append(context.Transforms.Expression("Sum", string.Create(CultureInfo.InvariantCulture, $"s => ({heads[0].Coefficient:R}) * s + ({offset:R})"), scores[0]).Fit(data));
        for (var i = 1; i < heads.Count; i++)
            Append(context.Transforms.Expression("Sum", string.Create(CultureInfo.InvariantCulture, $"(sum, s) => sum + ({heads[i].Coefficient:R}) * s"), "Sum", scores[i]).Fit(data));
        Append(context.Transforms.CopyColumns("Score", "Sum").Fit(data));
        Append(context.BinaryClassification.Calibrators.Platt(-calibration.A, -calibration.B, "Score").Fit(data));
        return new TransformerChain<ITransformer>([.. stages]);

        void Append(ITransformer stage)
        {
            stages.Add(stage);
            data = stage.Transform(data);
        }
    }

    private IReadOnlyList<(Head Head, float Coefficient)> Heads => heads;

    private float Offset => offset;

    private sealed class RowScorer(HeadBlend blend, NgramRows rows)
    {
        private readonly float[] buffer = new float[rows.Widest];

        public double Score(int row)
        {
            double sum = blend.Offset;
            foreach (var (head, coefficient) in blend.Heads) sum += coefficient * head.Score(rows, row, blend.Features, buffer);
            return sum;
        }
    }
}

/// <summary>What the learner may be told.</summary>
/// <param name="Seed">Of ML.NET and of every split.</param>
/// <param name="L2">L2 penalty of each head.</param>
/// <param name="MinimumRows">Buckets of fewer rows are left out: they cost memory and teach nothing.</param>
internal sealed record LearningOptions(int Seed, float L2 = 0.3f, int MinimumRows = 2);
