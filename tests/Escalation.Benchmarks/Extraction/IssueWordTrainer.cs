using Escalation.Core.Derived;
using Escalation.Core.Derived.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Escalation.Benchmarks.Extraction;

/// <summary>Learns issue-words.csv: one multinomial logistic regression to find the words that matter, a second one over these alone.</summary>
/// <remarks>One thread and a fixed seed: the same examples give the same table.</remarks>
internal sealed class IssueWordTrainer(IReadOnlyList<IssueExample> examples)
{
    private const int MostWords = 3000, LeastExamples = 2, Iterations = 200, Seed = 1;
    private const float Regularization = 0.33f;
    private const float ProductValue = 2;      // as IssueWordScorer has it
    private const string ProductPrefix = "product:", LeansPrefix = "leans:";

    /// <summary>The table, weights with two decimals.</summary>
    public IssueWordTable Train()
    {
        var features = examples.Select(FeaturesOf).ToArray();
        var counts = features.SelectMany(f => f.Keys).CountBy(f => f).Where(c => c.Value >= LeastExamples).ToDictionary(StringComparer.Ordinal);
        var (weights, _) = Fit(features, [.. counts.Keys.Order(StringComparer.Ordinal)]);
        var kept = weights.Where(w => !IsOfProduct(w.Key)).OrderByDescending(w => w.Value.Max(Math.Abs) * Math.Log(1 + counts[w.Key])).ThenBy(w => w.Key, StringComparer.Ordinal).Take(MostWords)
            .Concat(weights.Where(w => IsOfProduct(w.Key))).Select(w => w.Key).Order(StringComparer.Ordinal);
        var (last, otherwise) = Fit(features, [.. kept]);
        return new IssueWordTable
        {
            Words = last.Where(w => !IsOfProduct(w.Key)).ToDictionary(w => w.Key, w => w.Value),
            Products = last.Where(w => w.Key.StartsWith(ProductPrefix, StringComparison.Ordinal)).ToDictionary(w => w.Key[ProductPrefix.Length..], w => w.Value),
            Leans = last.Where(w => w.Key.StartsWith(LeansPrefix, StringComparison.Ordinal)).ToDictionary(w => Enum.Parse<IssueType>(w.Key[LeansPrefix.Length..]), w => w.Value),
            Otherwise = otherwise,
        };
    }

    private static bool IsOfProduct(string feature) => feature.StartsWith(ProductPrefix, StringComparison.Ordinal) || feature.StartsWith(LeansPrefix, StringComparison.Ordinal);

    private static Dictionary<string, float> FeaturesOf(IssueExample example)
    {
        var sink = new Collected([]);
        IssueWordFeatures.Enumerate(example.Text, ref sink);
        if (example.Product is { } product) sink.Features[ProductPrefix + product.Name] = ProductValue;
        if (example.Product?.Leans is { } lean) sink.Features[LeansPrefix + lean] = 1;
        return sink.Features;
    }

    private (Dictionary<string, IReadOnlyList<double>> Weights, IReadOnlyList<double> Otherwise) Fit(Dictionary<string, float>[] features, string[] vocabulary)
    {
        var index = vocabulary.Select((f, i) => (f, i)).ToDictionary(p => p.f, p => p.i, StringComparer.Ordinal);
        var rows = examples.SelectMany((example, i) => example.Types.Select(type => new Row
        {
            Features = Normalised(features[i], index),
            Label = (uint)type,
            Weight = (float)(example.Weight / example.Types.Count),
        }));
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, vocabulary.Length);
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), IssueWordTable.Types);
        var context = new MLContext(Seed);
        var model = context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = nameof(Row.Label),
            FeatureColumnName = nameof(Row.Features),
            ExampleWeightColumnName = nameof(Row.Weight),
            L1Regularization = 0,
            L2Regularization = Regularization,
            MaximumNumberOfIterations = Iterations,
            OptimizationTolerance = 1e-6f,
            DenseOptimizer = true,
            NumberOfThreads = 1,
        }).Fit(context.Data.LoadFromEnumerable(rows, schema)).Model;
        VBuffer<float>[] ofTypes = [];
        model.GetWeights(ref ofTypes, out _);
        var dense = Array.ConvertAll(ofTypes, w => w.DenseValues().ToArray());
        return (vocabulary.Select((f, i) => (f, i)).ToDictionary(p => p.f, p => (IReadOnlyList<double>)[.. dense.Select(w => Rounded(w[p.i]))], StringComparer.Ordinal), [.. model.GetBiases().Select(Rounded)]);
    }

    private static VBuffer<float> Normalised(Dictionary<string, float> features, Dictionary<string, int> index)
    {
        var known = features.Where(f => index.ContainsKey(f.Key)).Select(f => (Index: index[f.Key], f.Value)).OrderBy(f => f.Index).ToArray();
        var norm = MathF.Sqrt(known.Sum(f => f.Value * f.Value));
        return new VBuffer<float>(index.Count, known.Length, [.. known.Select(f => f.Value / norm)], [.. known.Select(f => f.Index)]);
    }

    private static double Rounded(float weight) => Math.Round(weight, 2);

    private readonly struct Collected(Dictionary<string, float> features) : IIssueWordSink
    {
        public Dictionary<string, float> Features => features;

        public static bool ReadsCharacters => true;

        public void Take(ulong hash, scoped ReadOnlySpan<char> feature, int start, int end) => features[feature.ToString()] = 1;
    }

    private sealed class Row
    {
        public VBuffer<float> Features { get; set; }

        public uint Label { get; set; }

        public float Weight { get; set; }
    }
}
