using Escalation.Inference.Features;
using Escalation.Trainer.Learning;

namespace Escalation.Benchmarks.Models;

/// <summary>The members of the bundled model, and their scores of the corpus out of fold.</summary>
/// <remarks>
/// The two kinds of text are not pooled. Heads for emotions are trained on GoEmotions alone, over a plane that knows no label; heads for
/// frustration on the corpus alone, writer by writer. Both planes are served, and a model that starts from this one has two left.
/// </remarks>
internal sealed class BundledMembers
{
    private const int RedditMinimumRows = 3, CorpusMinimumRows = 2, Seed = 1;
    private const double RedditCost = 0.1, CorpusCost = 2, EmotionShare = 1, CorpusShare = 2;
    private static readonly BlockScales Scales = new(1, 1, 0.3f);
    private static readonly string[] Three = ["anger", "annoyance", "disappointment"];
    private static readonly string[] Six = [.. Three, "disapproval", "disgust", "sadness"];

    private readonly NgramRows rows;
    private readonly IReadOnlyList<IReadOnlyDictionary<string, string>> reddit;
    private readonly IReadOnlyList<CorpusMessage> corpus;
    private readonly int[] redditRows, corpusRows;
    private readonly WeightedRows idf;

    /// <summary>Counts both kinds of text.</summary>
    public BundledMembers(IReadOnlyList<IReadOnlyDictionary<string, string>> reddit, IReadOnlyList<CorpusMessage> corpus, int bits)
    {
        (this.reddit, this.corpus) = (reddit, corpus);
        rows = NgramRows.Build([.. reddit.Select(r => r["text"]), .. corpus.Select(c => c.Text)], bits, CorpusMinimumRows);
        redditRows = [.. Enumerable.Range(0, reddit.Count)];
        corpusRows = [.. Enumerable.Range(reddit.Count, corpus.Count)];
        idf = new WeightedRows(rows, PooledIdf());
    }

    /// <summary>A member: its name, the member trained on all rows, its scores of the corpus (the corpus heads' by models that did not know the writer), and its share.</summary>
    public sealed record Part(string Name, Member Member, double[] CorpusScores, double Share)
    {
        /// <summary>What brings its scores to its share of one scale.</summary>
        public double Coefficient => Share / Deviation(CorpusScores);

        private static double Deviation(double[] values)
        {
            var mean = values.Average();
            return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        }
    }

    /// <summary>Trains all.</summary>
    public IReadOnlyList<Part> Train() =>
    [
        Emotions("GoEmotions: anger, annoyance, disappointment", Three, EmotionShare),
        Emotions("GoEmotions: also disapproval, disgust, sadness", Six, EmotionShare),
        Frustration("corpus, idf", Weighting.Idf, CorpusShare / 2),
        Frustration("corpus, naive Bayes", Weighting.SoftNaiveBayes, CorpusShare / 2),
    ];

    private Part Emotions(string name, string[] emotions, double share)
    {
        bool Positive(int row) => reddit[row]["emotions"].Split(',', ';', '|').Any(emotions.Contains);
        var head = DualLogistic.Train(idf, redditRows, Positive, _ => 1, new DualOptions(RedditCost, Scales, Seed: Seed), CancellationToken.None);
        return new Part(name, new Member(idf.Plane, [head]), Array.ConvertAll(corpusRows, row => head.Bias + idf.Dot(row, head.Weights)), share);
    }

    private Part Frustration(string name, Weighting weighting, double share)
    {
        var scores = new double[corpus.Count];
        foreach (var writer in corpus.Select(c => c.Writer).Distinct())
        {
            var (data, head) = Fit(weighting, [.. corpusRows.Where(row => corpus[row - reddit.Count].Writer != writer)]);
            foreach (var row in corpusRows.Where(row => corpus[row - reddit.Count].Writer == writer)) scores[row - reddit.Count] = head.Bias + data.Dot(row, head.Weights);
        }
        var (all, final) = Fit(weighting, corpusRows);
        return new Part(name, new Member(all.Plane, [final]), scores, share);
    }

    private (WeightedRows Data, LinearHead Head) Fit(Weighting weighting, int[] selected)
    {
        bool Positive(int row) => corpus[row - reddit.Count].IsFrustrated;
        var data = weighting == Weighting.Idf ? idf
            : new WeightedRows(rows, FeatureWeighting.Fit(rows, selected, row => Positive(row) ? 1 : 0, 2, weighting, CorpusMinimumRows));
        return (data, DualLogistic.Train(data, selected, Positive, row => corpus[row - reddit.Count].Weight, new DualOptions(CorpusCost, Scales, Seed: Seed), CancellationToken.None));
    }

    /// <summary>Inverse document frequency where both kinds of text count half, without any label.</summary>
    private FeaturePlane PooledIdf()
    {
        int[] Seen(int[] selected)
        {
            var seen = new int[rows.Schema.Buckets];
            foreach (var row in selected)
                foreach (var bucket in rows.Buckets(row)) seen[bucket]++;
            return seen;
        }
        int[] ofReddit = Seen(redditRows), ofCorpus = Seen(corpusRows);
        var values = new float[ofReddit.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (ofReddit[i] < RedditMinimumRows && ofCorpus[i] < CorpusMinimumRows) continue;
            var share = (((float)ofReddit[i] / reddit.Count) + ((float)ofCorpus[i] / corpus.Count)) / 2;
            values[i] = Bfloat16.Round(1 - MathF.Log(share + (0.5f / reddit.Count)));
        }
        return new FeaturePlane(Weighting.Idf, values);
    }
}
